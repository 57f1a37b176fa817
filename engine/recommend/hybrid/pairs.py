"""What each shopper did with each value of something: an item, a category, a maker."""

import numpy as np
import numpy.typing as npt

from engine.recommend.counts import Floats, Ints

HALF_LIVES = (7, 21, 60, 180)  # days
FIGURES = ("times", "last", "first", "gap", "gap_spread", "due", *(f"decayed_{days}" for days in HALF_LIVES))
NEVER = {"times": 0.0, **{f"decayed_{days}": 0.0 for days in HALF_LIVES}}  # the other figures are unknown (NaN)


class Pairs:
    """One row of figures for each (shopper, value) that occurs in the log, counted over distinct days.

    times  days on which it occurs; last, first: days since; gap, gap_spread: mean and standard deviation of the days
    between two of them; due: last / gap, 1 = the usual time has passed; decayed_h: Σ 0.5^(age / h).
    """

    def __init__(self, users: Ints, values: Ints, ages: npt.NDArray[np.float64], n_values: int) -> None:
        """users, values: int64 [L], a line each, value -1 = unknown, left out; ages: days before now, float64 [L]."""
        self._n = n_values
        known = values >= 0
        keys, days = users[known] * n_values + values[known], np.floor(ages[known]).astype(np.int64)
        order = np.lexsort((days, keys))
        keys, days = keys[order], days[order]
        fresh = np.ones(len(keys), dtype=bool)
        fresh[1:] = (keys[1:] != keys[:-1]) | (days[1:] != days[:-1])
        keys, days = keys[fresh], days[fresh]
        self.keys, starts, times = np.unique(keys, return_index=True, return_counts=True)
        self.figures = _figures(days, starts, times)  # [P, F]

    @property
    def users(self) -> Ints:
        """int64 [P]: the shopper of each row of `figures`."""
        users: Ints = self.keys // self._n
        return users

    @property
    def values(self) -> Ints:
        """int64 [P]: the value of each row of `figures`."""
        values: Ints = self.keys % self._n
        return values

    def of(self, users: Ints, values: Ints) -> Floats:
        """Figures float32 [n, F] of the pairs (users [n], values [n]); NaN where unknown, and counts of 0 for unknown
        shoppers.
        """
        figures: Floats = np.full((len(users), len(FIGURES)), np.nan, dtype=np.float32)
        for name, figure in NEVER.items():
            figures[:, FIGURES.index(name)] = figure
        if len(self.keys):
            wanted = np.where(values >= 0, users * self._n + values, -1)
            at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
            met = self.keys[at] == wanted
            figures[met] = self.figures[at[met]]
        return figures


def _figures(days: Ints, starts: Ints, times: Ints) -> Floats:
    """float32 [P, F] from the distinct days of every pair, ascending, [D]: times[p] of them from starts[p]."""
    pair = np.repeat(np.arange(len(starts)), times)
    last, first = days[starts], days[starts + times - 1]
    gaps = np.diff(days, prepend=0).astype(np.float64)
    gaps[starts] = 0.0
    between = np.maximum(times - 1, 1)
    gap = np.where(times > 1, (first - last) / between, np.nan)
    variance = np.bincount(pair, gaps**2, minlength=len(starts)) / between - gap**2
    spread = np.where(times > 2, np.sqrt(np.maximum(variance, 0.0)), np.nan)
    decayed = [np.bincount(pair, np.exp2(-days / half_life), minlength=len(starts)) for half_life in HALF_LIVES]
    return np.stack([times, last, first, gap, spread, last / gap, *decayed], axis=1).astype(np.float32)
