"""What changes between two sets of lists for the same shoppers, with 95 % intervals."""

import numpy as np

from engine.bench.evidence import Evidence
from engine.bench.measures import Measured, table, within
from engine.evaluation.rows import Change
from engine.statistics.intervals import mean_interval, whole_interval

Array = np.ndarray


def change(key: str, old: Measured, new: Measured, lists: list[Array], evidence: Evidence) -> Change:
    """One measure from `old` to `new`.

    Both were measured of `lists`, two arrays int64 [U, k] for the same shoppers in one order. Per-shopper figures pair
    each shopper with themselves; figures of all lists together take the same half-samples of shoppers on both sides.
    """
    if key in new.per_user:
        lows, highs = mean_interval((new.per_user[key] - old.per_user[key])[:, None])
        low, high = float(lows[0]), float(highs[0])
    else:
        compute = table(evidence)[key].compute
        lowest, highest = within(key, evidence, lists[0].shape[1])
        low, high = whole_interval(
            lambda rows: float(compute(lists[1][rows], evidence)) - float(compute(lists[0][rows], evidence)),
            len(lists[0]),
            draws=100,
            within=(lowest - highest, highest - lowest),
        )
    (a, n), (b, _) = old.value(key), new.value(key)
    return Change(metric=key, before=a, after=b, difference=b - a, low=low, high=high, n_users=n)
