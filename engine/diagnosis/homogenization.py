"""Homogenization: are lists more alike than shoppers? Lists at λ = 0, under the strategy, and what shoppers bought.

Like for like: a shopper who bought n of k products has a list of purchases of n, so their two other lists are cut to
their first n places, and shoppers who bought fewer than LEAST are left out of all three. Then every column has the same
shoppers and the same number of slots. Intervals come from half-samples of shoppers without replacement (`intervals`),
the same ones for every column, so that differences are paired.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine import metrics
from engine.bench.bench import Bench, scope_of
from engine.bench.evidence import Evidence
from engine.bench.measures import Measured, key_of, measure, within
from engine.data.labels import SMALLEST_GROUP
from engine.diagnosis.baselines import BASELINES
from engine.diagnosis.clusters import Parts, parts
from engine.diagnosis.purchased_slates import PurchasedSlates, purchased_slates
from engine.slates.shop_lists import lists_of
from engine.statistics.intervals import around, half_samples
from engine.strategy.strategy import Against, Strategy

Array = np.ndarray
Column = Literal["before", "now", "bought"]
LEAST = 3  # products bought: a shorter list is no reliable picture of a shopper
DRAWS = 100
FACETS = ("category", "brand", "provider")  # facets whose concentration is reported, if the shop has them
WHOLE = (
    "shared_products", "jaccard_overlap", "dice_overlap",
    "coverage", "gini", "shannon_entropy", "top_share", "tail_share",
)  # fmt: skip


@dataclass(frozen=True)
class ComparedColumn:
    """One column: its lists int64 [n, k], like for like, and their shapes.

    figures  key -> value with its 95 % interval; keys as in the table of measures, and `occupancy:NAME` and
             `shelf_evenness:NAME` of the catalogue's parts
    shared   float64 [k + 1], share of pairs of shoppers that both see 0 … k products
    lorenz   float64 [m, 2], share of the eligible products and of the slots they get
    parts    by name of the parts, float64 [n_parts]: share of the slots
    """

    items: Array
    figures: dict[str, metrics.Estimate]
    shared: Array
    lorenz: Array
    parts: dict[str, Array]


@dataclass(frozen=True)
class Homogenization:
    """The lists of a shop compared with each other and with purchases.

    columns      "before" (λ = 0, by `baseline`), "now", and, where purchases can be compared, "bought"
    whole        every shopper's full lists before and now, as `evaluate` measures them
    compared     the columns like for like, over `n_compared` of `n_shoppers`
    gaps, moves  key -> now − bought, now − before, with intervals
    purchased    the lists of purchases; None where there are none to compare with
    reason       why there are none: "nothing_bought" or "too_few" shoppers with LEAST purchases
    """

    k: int
    n_shoppers: int
    n_compared: int
    n_eligible: int
    lists: dict[Column, Array]
    whole: dict[Column, Measured]
    compared: dict[Column, ComparedColumn]
    gaps: dict[str, metrics.Estimate]
    moves: dict[str, metrics.Estimate]
    parts: dict[str, Parts]
    purchased: PurchasedSlates | None
    reason: Literal["nothing_bought", "too_few"] | None

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(self.compared)


def homogenization(
    bench: Bench, strategy: Strategy, rows: Array | None = None, baseline: Against = "plain"
) -> Homogenization:
    """Compare the lists of all shoppers, or of some `rows` of `bench.users`, with each other and with purchases.

    baseline: the lists of λ = 0 are those of relevance alone, or keep the strategy's rules (`baselines`). Raises
    ValueError for fewer than two shoppers: nothing can be shared.
    """
    rows = np.arange(len(bench.users)) if rows is None else rows
    if len(rows) < 2:
        raise ValueError(f"what shoppers share needs at least two of them, got {len(rows)}")
    scope = scope_of(strategy.surface)
    evidence = bench.evidence(scope)
    evidence = evidence if len(rows) == len(bench.users) else evidence.of(rows)
    before, now = (lists_of(bench, variant, rows) for variant in (BASELINES[baseline](strategy), strategy))
    lists: dict[Column, Array] = {"before": before, "now": now}
    bought = purchased_slates(bench, rows, strategy.k, scope)
    enough = np.zeros(0, dtype=int) if bought is None else np.flatnonzero((bought.items >= 0).sum(axis=1) >= LEAST)
    reason: Literal["nothing_bought", "too_few"] | None = "nothing_bought" if bought is None else None
    if bought is not None and len(enough) < SMALLEST_GROUP:
        bought, reason = None, "too_few"
    compared = lists if bought is None else like_for_like(lists | {"bought": bought.items}, enough)
    split = parts(bench)
    figures = [_figures(items, evidence, split) for items in compared.values()]
    table = _estimates(figures, np.array([within(key, evidence, strategy.k) for key in figures[0].keys]))
    return Homogenization(
        k=strategy.k,
        n_shoppers=len(rows),
        n_compared=len(compared["now"]),
        n_eligible=evidence.n_eligible,
        lists=lists,
        whole={
            name: measure(items, evidence, [key for key in WHOLE if key_of(key, evidence)])
            for name, items in lists.items()
        },
        compared={
            name: _compared(items, estimates, evidence, split)
            for (name, items), estimates in zip(compared.items(), table, strict=False)
        },
        moves=table[len(compared)],
        gaps=table[len(compared) + 1] if bought is not None else {},
        parts=split,
        purchased=bought,
        reason=reason,
    )


def like_for_like(lists: dict[Column, Array], rows: Array) -> dict[Column, Array]:
    """The lists of some shoppers, each cut to as many places as their list of purchases fills."""
    bought = lists["bought"][rows]
    filled = bought >= 0
    return {name: np.where(filled, items[rows], -1) for name, items in lists.items()}


@dataclass(frozen=True)
class _Figures:
    """What is compared of one column's lists: per shopper [n], and functions of all lists [m, k] together."""

    items: Array
    per_user: dict[str, Array]
    whole: dict[str, Callable[[Array], float]]

    @property
    def keys(self) -> list[str]:
        return [*OVERLAPS, *self.per_user, *self.whole]

    def of(self, rows: Array) -> Array:
        """Every figure but the overlaps for some shoppers, float64 [M]."""
        means = [metrics.mean_and_count(values[rows])[0] for values in self.per_user.values()]
        return np.array(means + [figure(self.items[rows]) for figure in self.whole.values()])

    def estimated(self, halves: Array) -> tuple[Array, Array]:
        """Every figure float64 [M], and of every half-sample of shoppers [draws, M]."""
        overlaps = np.array([measure(self.items) for measure in OVERLAPS.values()])
        sampled = [metrics.overlap_of_samples(self.items, halves, key.partition("_")[0]) for key in OVERLAPS]  # type: ignore[arg-type]
        others = np.stack([self.of(rows) for rows in halves])
        everyone = np.concatenate([overlaps, self.of(np.arange(len(self.items)))])
        return everyone, np.column_stack([*sampled, others])


OVERLAPS = {"jaccard_overlap": metrics.jaccard_overlap, "dice_overlap": metrics.dice_overlap}


def _figures(items: Array, evidence: Evidence, split: dict[str, Parts]) -> _Figures:
    n = evidence.n_eligible
    per_user = {"tail_share": metrics.tail_share(items, evidence.counts)} if key_of("tail_share", evidence) else {}
    whole: dict[str, Callable[[Array], float]] = {
        "shared_products": metrics.shared_products,
        "coverage": lambda s: metrics.coverage(s, n),
        "gini": lambda s: metrics.gini(s, n),
        "shannon_entropy": lambda s: metrics.shannon_entropy(s, n),
        "top_share": lambda s: metrics.top_share(s, n),
    }
    for facet in concentrated(evidence):
        codes = evidence.facets[facet][0]
        per_user[f"hhi:{facet}"] = metrics.hhi(items, codes)
        whole[f"shelf_hhi:{facet}"] = lambda s, c=codes: metrics.shelf_hhi(s, c)  # type: ignore[misc]
    for name, division in split.items():
        labels, size = division.labels, len(division.names)
        whole[f"occupancy:{name}"] = lambda s, c=labels, n=size: metrics.occupancy(s, c, n)  # type: ignore[misc]
        whole[f"shelf_evenness:{name}"] = lambda s, c=labels, n=size: metrics.shelf_evenness(s, c, n)  # type: ignore[misc]
    return _Figures(items, per_user, whole)


def concentrated(evidence: Evidence) -> tuple[str, ...]:
    """The facets whose concentration is reported: FACETS, or the main one where the shop has none of them."""
    known = tuple(facet for facet in FACETS if facet in evidence.facets)
    return known or ((evidence.main_facet,) if evidence.main_facet else ())


def _estimates(columns: list[_Figures], limits: Array) -> list[dict[str, metrics.Estimate]]:
    """Every figure with its interval, in every column, then of now − before and, if it is there, now − bought.

    limits: float [M, 2], what each figure can be.
    """
    halves = half_samples(len(columns[0].items), DRAWS)
    estimates = [(*column.estimated(halves), limits) for column in columns]
    width = (limits[:, 1] - limits[:, 0])[:, None]
    for other in (estimates[0], *estimates[2:]):
        estimates.append((estimates[1][0] - other[0], estimates[1][1] - other[1], np.hstack([-width, width])))
    return [
        {
            key: metrics.Estimate(float(value), float(low), float(high))
            for key, value, low, high in zip(columns[0].keys, centre, *around(centre, sampled, ends), strict=True)
        }
        for centre, sampled, ends in estimates
    ]


def _compared(
    items: Array, figures: dict[str, metrics.Estimate], evidence: Evidence, split: dict[str, Parts]
) -> ComparedColumn:
    return ComparedColumn(
        items=items,
        figures=figures,
        shared=metrics.shared_distribution(items),
        lorenz=metrics.lorenz(items, evidence.n_eligible),
        parts={
            name: metrics.shelf_shares(items, division.labels, len(division.names)) for name, division in split.items()
        },
    )
