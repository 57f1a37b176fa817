"""The figures of stories: each with its interval and the shoppers counted, unless it is of one list or a count."""

from typing import NamedTuple

import numpy as np

from engine.bench.evidence import Evidence
from engine.bench.measures import table, within
from engine.evaluation.curve import Curve
from engine.metrics import mean_and_count, shared_products
from engine.statistics.intervals import mean_interval, ratio_interval, whole_interval

Array = np.ndarray


class StoryFigure(NamedTuple):
    """A figure of a sentence: its measure (or "count", "diversity"), its value, and whether it is of one list.

    Of several shoppers it carries its 95 % interval and how many are counted; n is 0 where nothing is estimated.
    """

    measure: str
    value: float
    one: bool = False
    low: float = np.nan
    high: float = np.nan
    n: int = 0


def of_all(key: str, lists: Array, evidence: Evidence) -> StoryFigure:
    """A figure of all lists int64 [U, k] together, such as `shared_products`."""
    compute = table(evidence)[key].compute
    limits = within(key, evidence, lists.shape[1])
    low, high = whole_interval(lambda drawn: float(compute(lists[drawn], evidence)), len(lists), within=limits)
    return StoryFigure(key, float(compute(lists, evidence)), False, low, high, len(lists))


def mean_of(key: str, values: Array) -> StoryFigure:
    """The mean over shoppers of a figure float [U], NaN left out."""
    low, high = mean_interval(values[:, None])
    mean, n = mean_and_count(values)
    return StoryFigure(key, mean, False, float(low[0]), float(high[0]), n)


def kept_of(curve: Curve, at: int) -> StoryFigure:
    """What the lists of a curve at a place keep of the nDCG of λ = 0, for its very shoppers."""
    if not curve.key("ndcg"):
        return StoryFigure("ndcg_kept", np.nan)
    now, base = (curve.measured[place].per_user["ndcg"] for place in (at, 0))
    low, high = ratio_interval(now, base)
    n = int((~np.isnan(now) & ~np.isnan(base)).sum())
    return StoryFigure("ndcg_kept", float(curve.values("ndcg_kept")[at]), False, low, high, n)


def fewer_shared(before: Array, after: Array) -> bool:
    """Whether two shoppers surely share fewer products; with too few shoppers for an interval, whether they do.

    before, after: lists int64 [U, k] of the same shoppers.
    """

    def change(sample: Array) -> float:
        return shared_products(after[sample]) - shared_products(before[sample])

    high = whole_interval(change, len(before))[1]
    return high < 0 if np.isfinite(high) else change(np.arange(len(before))) < 0
