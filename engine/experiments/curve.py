"""The trade-off curve: the same strategy at every λ, measured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.experiments.bench import Bench, scope_of
from engine.experiments.evidence import Evidence
from engine.experiments.measures import Measured, key_of, measure
from engine.experiments.strategy import DEFAULT, Strategy
from engine.metrics import discounted_kept

Array = np.ndarray
OURS = ("ild_mixed", "score_kept")  # measured by the strategy's own likeness and scores
GRID = tuple(round(step / 20, 2) for step in range(21))  # λ = 0, 0.05, … 1


@dataclass(frozen=True)
class Curve:
    """A strategy's lists at each λ, items int64 [L, U, k], and what was measured of them."""

    diversities: tuple[float, ...]
    items: Array
    measured: tuple[Measured, ...]

    def values(self, key: str) -> Array:
        """float [L]: the figure at each λ; `ndcg_kept` is mean nDCG as a share of that at λ = 0."""
        if key == "ndcg_kept":
            return kept(self.values("ndcg")) if self.key("ndcg") else np.full(len(self.diversities), np.nan)
        return np.array([m.value(key)[0] for m in self.measured])

    def key(self, name: str) -> str | None:
        """The measured key for a name: itself, or the facet measure `name:facet`; None if it was not measured."""
        if name == "ndcg_kept":
            return name if self.key("ndcg") else None
        return next((key for key in self.measured[0].keys if key.partition(":")[0] == name), None)

    def at(self, diversity: float) -> int:
        """The position of a λ on this curve, or of the nearest one; of two alike the last (`with_exposure`)."""
        away = np.abs(np.array(self.diversities) - diversity)
        return int(np.flatnonzero(away == away.min())[-1])


def kept(ndcg: Array) -> Array:
    """nDCG at each λ as a share of nDCG at λ = 0, the first entry; NaN where that is 0 or unknown."""
    base = ndcg[0]
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
) -> Curve:
    """Sweep λ for all shoppers (or some rows) in one pass and measure the lists at each.

    The first of `diversities` is 0: what is kept is told as a share of what the lists there have.
    """
    evidence = bench.evidence(scope_of(strategy.surface))
    if rows is not None:
        evidence = evidence.of(rows)
    lists = bench.sweep(strategy, diversities, rows).items
    chosen = [key for name in CURVE if (key := key_of(name, evidence))] if keys is None else list(keys)
    base = _base(bench, strategy, lists[0], rows)
    measured = tuple(_measured(bench, strategy, items, base, rows, evidence, chosen) for items in lists)
    return Curve(tuple(diversities), lists, measured)


def with_exposure(bench: Bench, plain: Curve, strategy: Strategy, rows: Array | None = None) -> Curve:
    """`plain`, the strategy's curve without its exposure floor, with the lists under that floor behind those of its λ.

    So its λ stands twice, and `Curve.at` finds the second; everything is judged against λ = 0 without the floor. rows
    are those of `plain`. Raises InputError where the floor is out of reach.
    """
    items = bench.slates(strategy, rows).items
    evidence = bench.evidence(scope_of(strategy.surface))
    judged = evidence if rows is None else evidence.of(rows)
    chosen = [key for key in plain.measured[0].keys if key not in OURS]
    base = _base(bench, strategy, plain.items[0], rows)
    made = _measured(bench, strategy, items, base, rows, judged, chosen)
    place = plain.at(strategy.diversity) + 1
    levels, measured = list(plain.diversities), list(plain.measured)
    levels.insert(place, strategy.diversity)
    measured.insert(place, made)
    return Curve(tuple(levels), np.insert(plain.items, place, items, axis=0), tuple(measured))


def before_and_now(bench: Bench, strategy: Strategy, rows: Array | None = None) -> Array:
    """int64 [2, U, k]: the lists of λ = 0 without an exposure floor, and the strategy's own."""
    if strategy.exposure is None:
        both: Array = bench.sweep(strategy, [0.0, strategy.diversity], rows).items
        return both
    before = bench.slates(strategy.at(diversity=0.0, exposure=None), rows)
    return np.stack([before.items, bench.slates(strategy, rows).items])


def _base(bench: Bench, strategy: Strategy, lists: Array, rows: Array | None) -> Array | None:
    """What `score_kept` is told as a share of: the worth of the lists of λ = 0; None where nDCG says it."""
    one = rows is not None and len(rows) == 1  # one shopper has too few purchases for nDCG to say much
    return worth(bench, strategy, lists, rows) if one or bench.kind == "products" else None  # products buy nothing


def _measured(
    bench: Bench, strategy: Strategy, items: Array, base: Array | None, rows: Array | None, evidence: Evidence,
    keys: list[str],
) -> Measured:  # fmt: skip
    """What lists are worth by some keys, and by OURS where they say more."""
    found = measure(items, evidence, keys)
    if strategy.similarity != "text" or strategy.facet_weights != DEFAULT.facet_weights:  # else it is `ild`
        found.per_user["ild_mixed"] = bench.mixed_distance(strategy, items)
    if base is not None:
        found.per_user["score_kept"] = discounted_kept(worth(bench, strategy, items, rows), base)
    return found


def worth(bench: Bench, strategy: Strategy, items: Array, rows: Array | None = None) -> Array:
    """float like `items` [U, k]: scores, min-max over each shopper's pool, in [0, 1]; NaN in empty slots.

    A product from beyond the pool, which a rule brought in, counts as the pool's last: 0.
    """
    found: Array = np.maximum(bench.shares(strategy, items, rows), 0)
    return found


def side_by_side(bench: Bench, strategies: Sequence[Strategy], keys: Iterable[str]) -> Curve:
    """Strategies of one surface as a curve, each at its own λ; the first is what the others are judged against."""
    evidence, chosen = bench.evidence(scope_of(strategies[0].surface)), list(keys)
    items = np.stack([bench.slates(strategy).items for strategy in strategies])
    measured = tuple(measure(lists, evidence, chosen) for lists in items)
    return Curve(tuple(strategy.diversity for strategy in strategies), items, measured)
