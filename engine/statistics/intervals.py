"""Intervals: how far a figure would move with other shoppers.

Per-user means take a percentile bootstrap over shoppers (Efron & Tibshirani 1993, ch. 13). Coverage, Gini and
overlap are figures of all lists together and a shopper drawn twice would count twice, so they take the delete-half
jackknife: with m = n/2 drawn without replacement the spread of the half-sample figure equals the standard error of
the full one (Shao & Wu 1989); the halves' own bias is removed by centring on the figure itself. Centring can carry an
end beyond what the figure can be, such as a coverage of 1.03; then the end is the limit of the range. That changes
nothing about how often the interval holds the truth, since the truth lies in the range as well. A logit scale would
stay inside by itself, but holds the truth too seldom near the limits (benchmarks/whole_intervals.py).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

import numpy as np

Array = np.ndarray
Range: TypeAlias = tuple[float, float]
ANY: Range = (-np.inf, np.inf)
LEVEL = (2.5, 97.5)  # per cent: 95 % intervals everywhere


@lru_cache(maxsize=2)
def _draws(n: int, draws: int, seed: int) -> Array:
    """float32 [draws, n]: how often each shopper is drawn. Most figures of a shop are of the same shoppers, so it is
    kept."""
    times: Array = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws).astype(np.float32)
    times.setflags(write=False)
    return times


def mean_interval(values: Array, draws: int = 1000, seed: int = 0) -> tuple[Array, Array]:
    """95 % bootstrap interval of the mean of each column of `values` float [U, M]; NaN cells are left out."""
    return _percentiles(redrawn_means(values, draws, seed))


def redrawn_means(values: Array, draws: int = 1000, seed: int = 0) -> Array:
    """float64 [draws, M]: the mean of each column of `values` float [U, M], the same shoppers redrawn for all columns.

    NaN cells are left out; a draw without any other cell is NaN.
    """
    weights = _draws(len(values), draws, seed)
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Array = (weights @ np.where(known, values, 0)) / (weights @ known.astype(np.float32))
    return means


def ratio_interval(after: Array, before: Array, draws: int = 1000, seed: int = 0) -> tuple[float, float]:
    """95 % bootstrap interval of mean(after) / mean(before), paired by shopper; both float [U], NaN left out."""
    known = ~np.isnan(after) & ~np.isnan(before)
    low, high = ratio_intervals(after[known, None], before[known, None], draws, seed)
    return float(low[0]), float(high[0])


def ratio_intervals(after: Array, before: Array, draws: int = 1000, seed: int = 0) -> tuple[Array, Array]:
    """The same for M pairs of figures of the same shoppers, redrawn together: float [U, M] without NaN -> lows and
    highs float64 [M]; `before` may be [U, 1], the same for all. NaN without shoppers."""
    if not len(after):
        return np.full(after.shape[1], np.nan), np.full(after.shape[1], np.nan)
    weights = _draws(len(after), draws, seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _percentiles((weights @ after) / (weights @ before))


def half_samples(n: int, draws: int = 200, seed: int = 0) -> Array:
    """int64 [draws, n // 2]: shoppers drawn without replacement, half of them each time."""
    rng = np.random.default_rng(seed)
    return np.stack([rng.permutation(n)[: n // 2] for _ in range(draws)])


def whole_interval(
    figure: Callable[[Array], float], n: int, draws: int = 200, seed: int = 0, within: Range = ANY
) -> tuple[float, float]:
    """95 % delete-half interval of a figure of all lists; `figure(rows)` gives it for some shoppers' rows.

    within: what the figure can be; the interval lies in it. Fewer than four shoppers have no interval: NaN.
    """
    centre = np.array([figure(np.arange(n))])
    if n < 4:
        return np.nan, np.nan
    halves = np.array([[figure(rows)] for rows in half_samples(n, draws, seed)])
    low, high = around(centre, halves, np.array([within]))
    return float(low[0]), float(high[0])


def around(centre: Array, halves: Array, within: Array | None = None) -> tuple[Array, Array]:
    """Lows and highs float64 [M] of figures `centre` [M] from those of half-samples, [draws, M].

    within: float [M, 2], the range of each figure; without it the ends are not limited. An interval holds its figure:
    where nearly all halves agree, the mean of the few others alone would carry both ends to one side of it.
    """
    low, high = _percentiles(halves - halves.mean(axis=0))
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    lowest, highest = (-np.inf, np.inf) if within is None else within.T
    return np.clip(centre + low, lowest, highest), np.clip(centre + high, lowest, highest)


def simultaneous_low(centre: Array, samples: Array, chance: float = 0.05) -> Array:
    """Lower bounds float64 [M] that all hold together with probability 1 − chance: any of the figures may be chosen.

    centre [M]: the figures; samples [draws, M]: the same redrawn together, by bootstrap or by half-samples. Each bound
    lies c standard errors below its figure, c being the 1 − chance point of the largest of the M standardised errors
    (the sup-t band of Montiel Olea & Plagborg-Møller 2019, one-sided).
    """
    errors = samples - samples.mean(axis=0)
    spread = errors.std(axis=0)
    scaled = np.divide(errors, spread, out=np.zeros_like(errors), where=spread > 0)
    low: Array = centre - np.quantile(scaled.max(axis=1), 1 - chance) * spread
    return low


def _percentiles(samples: Array) -> tuple[Array, Array]:
    """Column-wise 2.5 % and 97.5 % points of [draws, M]; a column without any finite draw gives NaN."""
    low, high = np.full(samples.shape[1], np.nan), np.full(samples.shape[1], np.nan)
    usable = np.isfinite(samples).any(axis=0)
    if usable.any():
        low[usable], high[usable] = np.nanpercentile(samples[:, usable], LEVEL, axis=0)
    return low, high
