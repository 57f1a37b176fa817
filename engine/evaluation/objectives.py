"""The objectives by which strategies are compared on a Pareto front, over any shoppers' lists; higher is better."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine import metrics
from engine.bench.evidence import Evidence
from engine.bench.measures import measure, table, within
from engine.data.labels import SMALLEST_GROUP
from engine.data.problems import refuse
from engine.metrics import gini_of
from engine.rerank import group_exposure
from engine.statistics.intervals import ANY, Range

Array = np.ndarray
Figure: TypeAlias = Callable[[Array], float]  # of the lists of some shoppers, rows int64 [n]


@dataclass(frozen=True)
class Objective:
    """One objective.

    of      the figure of all shoppers' lists int64 [U, k]
    within  the range of values that the figure, and its interval, can have
    """

    of: Callable[[Array], Figure]
    within: Range = ANY

    def __call__(self, items: Array) -> Figure:
        return self.of(items)


def mean_of(key: str, evidence: Evidence, more: bool = True) -> Objective:
    """Mean of a per-shopper measure, such as ndcg, ild or `facet_entropy:category`; more = False: less is better.

    Raises InputError for one that is not known of these lists.
    """
    _per_user(key, evidence)

    def objective(items: Array) -> Figure:
        values = measure(items, evidence, [key]).per_user[key] * (1 if more else -1)
        return lambda rows: metrics.mean_and_count(values[rows])[0]

    lowest, highest = within(key, evidence, 1)  # per-shopper figures: the length of lists does not matter
    return Objective(objective, (lowest, highest) if more else (-highest, -lowest))


def group_similarity(key: str, evidence: Evidence, groups: Mapping[str, Array]) -> Objective:
    """How little groups of shoppers differ: the least group mean of a measure less the largest, at most 0.

    groups: rows int64 of each (`segments.segments`). A group counts if the figure is known of SMALLEST_GROUP of its
    shoppers at least; with fewer than two such groups the result is NaN. Raises InputError as `mean_of` does.
    """
    _per_user(key, evidence)

    def objective(items: Array) -> Figure:
        values = measure(items, evidence, [key]).per_user[key]

        def figure(rows: Array) -> float:
            by_group = (values[rows[np.isin(rows, group)]] for group in groups.values())
            estimates = [metrics.mean_and_count(group_values) for group_values in by_group]
            means = [mean for mean, counted in estimates if counted >= SMALLEST_GROUP]
            return min(means) - max(means) if len(means) > 1 else np.nan

        return figure

    lowest, highest = within(key, evidence, 1)
    return Objective(objective, (lowest - highest, 0.0))


def equality(codes: Array) -> Objective:
    """1 − Gini of exposure over the values of a facet, codes int64 [n_items]: 1 = all the same, 0 = one has it all."""
    groups = int(codes.max(initial=-1)) + 1

    def objective(items: Array) -> Figure:
        return lambda rows: 1 - float(gini_of(group_exposure(items[rows], codes, groups)))

    return Objective(objective, (0.0, 1.0))


def share_of_due(group: Array, due: float) -> Objective:
    """Exposure ÷ due of one group of products, bool [n_items], such as those of the makers that were worst off."""
    codes = np.where(group, 0, -1)

    def objective(items: Array) -> Figure:
        return lambda rows: float(group_exposure(items[rows], codes, 1)[0]) / due

    return Objective(objective, (0.0, 1 / due))


def worst_off(codes: Array, due: Array, share: float = 0.25) -> Objective:
    """Exposure ÷ due of the `share` of values that have least of it in these very lists, together.

    due: float [G], what each value's share would be; values with none are left out.
    """
    known = np.flatnonzero(due > 0)
    size = max(1, round(share * len(known)))

    def objective(items: Array) -> Figure:
        def figure(rows: Array) -> float:
            got = group_exposure(items[rows], codes, len(due))[known]
            worst = np.lexsort((-due[known], got / due[known]))[:size]
            return float(got[worst].sum() / due[known][worst].sum())

        return figure

    return Objective(objective, (0.0, np.inf))


def _per_user(key: str, evidence: Evidence) -> None:
    known = table(evidence)
    if key not in known or not known[key].per_user:
        names = ", ".join(name for name, row in known.items() if row.per_user)
        raise refuse("command line", "pareto", "no such figure of a shopper's list", f"take one of {names}", value=key)
