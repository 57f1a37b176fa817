"""The trade-off curve: the same strategy at every λ, measured."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import get_args

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.evidence import Evidence
from engine.bench.lazy_values import with_more
from engine.bench.measures import Measured, key_of, measure
from engine.bench.scores import shares_of
from engine.evaluation.relevance_kept import REFERENCES, KeptShares, Metric, plain_lists, ruled_ranking, shares_of_sweep
from engine.metrics import discounted_kept
from engine.rerank import GRID
from engine.slates.shop_lists import LEVELS, lists_at, lists_of, shop_lists
from engine.slates.similarity import mixed_distance
from engine.strategy.strategy import DEFAULT, Against, Strategy

Array = np.ndarray
OURS = ("ild_mixed", "score_kept", "score_kept_plain")  # measured by the strategy's own likeness and scores
SHARES: dict[str, Against] = {"ndcg_kept": "ruled", "ndcg_kept_plain": "plain"}  # of mean nDCG, and of what


@dataclass(frozen=True)
class Curve:
    """A strategy's lists at each λ, items int64 [L, U, k], and what was measured of them.

    plain  what was measured of the plain ranking (`relevance_kept.plain_ranking`); None where no rule holds, so that it
           is the first of `measured`
    """

    diversities: tuple[float, ...]
    items: Array
    measured: tuple[Measured, ...]
    plain: Measured | None = None

    def values(self, key: str) -> Array:
        """The figure at each λ, float [L].

        `ndcg_kept` is mean nDCG as a share of that at λ = 0, `ndcg_kept_plain` as a share of the plain ranking's.
        """
        if key in SHARES:
            unknown = np.full(len(self.diversities), np.nan)
            return (
                kept_share(self.values("ndcg"), self._base(SHARES[key]).value("ndcg")[0])
                if self.key("ndcg")
                else unknown
            )
        return np.array([m.value(key)[0] for m in self.measured])

    def read(self) -> None:
        """Compute now what is otherwise computed on first use."""
        for measured in self.measured:
            for key in measured.keys:
                measured.value(key)

    def key(self, name: str) -> str | None:
        """The measured key for a name: itself, or the facet measure `name:facet`; None if it was not measured."""
        if name in SHARES:
            return name if self.key("ndcg") else None
        return next((key for key in self.measured[0].keys if key.partition(":")[0] == name), None)

    def kept_shares(self, at: int, metric: Metric = "ndcg") -> KeptShares | None:
        """The shares of this figure that the lists at one position keep; None where it was not measured."""
        if self.key(metric) is None:
            return None
        return self._ndcg_shares[at] if metric == "ndcg" else self._shares(metric)[at]

    @cached_property
    def _ndcg_shares(self) -> list[KeptShares]:
        """Computed once for all λ, because it takes a thousand bootstrap draws of the shoppers."""
        return self._shares("ndcg")

    def _shares(self, metric: Metric) -> list[KeptShares]:
        plain, ruled = (self.reference(metric, name) for name in REFERENCES)
        return shares_of_sweep(metric, self.figures(metric), plain, ruled)

    def figures(self, key: str) -> Array:
        """A per-shopper measure of each shopper's list at each λ, float64 [L, U]; NaN = unknown."""
        return np.stack([measured.per_user[key] for measured in self.measured])

    def reference(self, key: str, against: Against) -> Array:
        """The same measure of the lists of a reference, float64 [U]."""
        return self._base(against).per_user[key]

    def _base(self, against: Against) -> Measured:
        return self.plain if against == "plain" and self.plain is not None else self.measured[0]

    def at(self, diversity: float) -> int:
        """The position of a λ on this curve, or of the nearest; the last where the λ occurs twice (`with_level`)."""
        away = np.abs(np.array(self.diversities) - diversity)
        return int(np.flatnonzero(away == away.min())[-1])


def kept_share(ndcg: Array, base: float) -> Array:
    """nDCG at each λ as a share of nDCG in the lists compared with; NaN where that is 0 or unknown."""
    return ndcg / base if base > 0 else np.full_like(ndcg, np.nan)


CURVE = (
    "ndcg", "ild", "facet_entropy", "facet_count", "look_alike_pairs",
    "coverage", "gini", "shared_products", "top_share", "novelty",
)  # fmt: skip


def trade_off(
    bench: Bench,
    strategy: Strategy,
    diversities: Sequence[float] = GRID,
    rows: Array | None = None,
    keys: Iterable[str] | None = None,
    lists: Array | None = None,
) -> Curve:
    """Sweep λ for all shoppers (or some rows) in one pass and measure the lists at each.

    The first of `diversities` is 0: shares are kept of what the lists there have. lists: int64 [L, U, k], the lists at
    `diversities`, where they are known already.
    """
    evidence = bench.evidence(scope_of(strategy.surface))
    if rows is not None:
        evidence = evidence.of(rows)
    if lists is None:
        lists = _swept(bench, strategy, diversities, rows)
    chosen = [key for name in CURVE if (key := key_of(name, evidence))] if keys is None else list(keys)
    bases = _bases(bench, strategy, lists[0], rows)
    measured = tuple(_measured(bench, strategy, items, bases, rows, evidence, chosen) for items in lists)
    return Curve(tuple(diversities), lists, measured, _plain(bench, strategy, rows, evidence, chosen))


def _swept(bench: Bench, strategy: Strategy, diversities: Sequence[float], rows: Array | None) -> Array:
    """The lists at each λ. Everyone's, at as many λ as a whole curve has, are kept for all who ask for them."""
    requested = set(diversities)
    if rows is None and strategy.exposure is None and requested.issuperset(GRID) and requested.issubset(LEVELS):
        return shop_lists(bench, strategy).at(diversities)
    return lists_at(bench, strategy, diversities, rows)


def with_level(
    bench: Bench, curve: Curve, strategy: Strategy, rows: Array | None = None, lists: Array | None = None
) -> Curve:
    """`curve` with the strategy's own lists, behind those of the same λ.

    curve: of the strategy at other λ, or without its exposure floor. Where its λ is on the curve already, it occurs
    twice then, and `Curve.at` finds the second; everything is compared with λ = 0 without the floor. rows are those of
    `curve`; lists: int64 [U, k], the strategy's, where they are known already. Raises InputError where the floor is out
    of reach.
    """
    items = lists_of(bench, strategy, rows) if lists is None else lists
    evidence = bench.evidence(scope_of(strategy.surface))
    judged = evidence if rows is None else evidence.of(rows)
    chosen = [key for key in curve.measured[0].keys if key not in OURS]
    bases = _bases(bench, strategy, curve.items[0], rows)
    measured = list(curve.measured)
    place = bisect_right(curve.diversities, strategy.diversity)
    measured.insert(place, _measured(bench, strategy, items, bases, rows, judged, chosen))
    diversities = (*curve.diversities[:place], strategy.diversity, *curve.diversities[place:])
    lists = np.insert(curve.items, place, items, axis=0)
    return replace(curve, diversities=diversities, items=lists, measured=tuple(measured))


def before_and_now(bench: Bench, strategy: Strategy, rows: Array | None = None) -> Array:
    """The lists of λ = 0 without an exposure floor, and the strategy's own, int64 [2, U, k]."""
    if not strategy.is_shared:
        return lists_at(bench, strategy, [0.0, strategy.diversity], rows)
    return np.stack([lists_of(bench, variant, rows) for variant in (ruled_ranking(strategy), strategy)])


def _plain(
    bench: Bench, strategy: Strategy, rows: Array | None, evidence: Evidence, keys: Iterable[str]
) -> Measured | None:
    """The plain ranking's values of the figures that are reported as a share of it; None without active rules."""
    if not strategy.entries(bench.today):
        return None
    return measure(plain_lists(bench, strategy, rows), evidence, [key for key in keys if key in get_args(Metric)])


def _bases(bench: Bench, strategy: Strategy, lists: Array, rows: Array | None) -> dict[str, Array]:
    """The bases of the scores kept: the relevance of the lists of λ = 0 and of the plain ranking. Empty if nDCG is
    reported instead."""
    one_shopper = rows is not None and len(rows) == 1  # one shopper has too few purchases for a reliable nDCG
    if not one_shopper and bench.context.has_history:
        return {}
    ruled = relevance_of(bench, strategy, lists, rows)
    ruling = bool(strategy.entries(bench.today))
    plain = relevance_of(bench, strategy, plain_lists(bench, strategy, rows), rows) if ruling else ruled
    return {"score_kept": ruled, "score_kept_plain": plain}


def _measured(
    bench: Bench, strategy: Strategy, items: Array, bases: dict[str, Array], rows: Array | None, evidence: Evidence,
    keys: list[str],
) -> Measured:  # fmt: skip
    """What lists are worth by some keys, and by OURS where they say more."""
    measured = measure(items, evidence, keys)
    ours: dict[str, Callable[[], Array]] = {}
    if strategy.similarity != "text" or strategy.facet_weights != DEFAULT.facet_weights:  # else it is `ild`
        ours["ild_mixed"] = partial(mixed_distance, bench, strategy, items)
    for key, base in bases.items():
        ours[key] = partial(_score_kept, bench, strategy, items, rows, base)
    return replace(measured, per_user=with_more(measured.per_user, ours)) if ours else measured


def _score_kept(bench: Bench, strategy: Strategy, items: Array, rows: Array | None, base: Array) -> Array:
    return discounted_kept(relevance_of(bench, strategy, items, rows), base)


def relevance_of(bench: Bench, strategy: Strategy, items: Array, rows: Array | None = None) -> Array:
    """The relevance of the items, float like `items` [U, k]: scores, min-max over each shopper's pool, in [0, 1].

    NaN in empty slots. A product from beyond the pool, which a rule brought in, counts as the pool's last: 0.
    """
    relevance: Array = np.maximum(shares_of(bench, strategy, items, rows), 0)
    return relevance


def side_by_side(bench: Bench, strategies: Sequence[Strategy], keys: Iterable[str]) -> Curve:
    """Strategies of one surface as a curve, each at its own λ; the others are compared with the first."""
    evidence, chosen = bench.evidence(scope_of(strategies[0].surface)), list(keys)
    items = np.stack([lists_of(bench, strategy) for strategy in strategies])
    measured = tuple(measure(lists, evidence, chosen) for lists in items)
    plain = _plain(bench, strategies[0], None, evidence, chosen)
    return Curve(tuple(strategy.diversity for strategy in strategies), items, measured, plain)
