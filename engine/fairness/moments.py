"""Sizes, means and variances of every group and of everybody else, from sums alone."""

from dataclasses import dataclass

import numpy as np

from engine.metrics.slates import divide

Array = np.ndarray


@dataclass(frozen=True)
class Moments:
    """Of each group (first) and of the rest: number, mean and variance (divisor n − 1), each float64 [..., G, M]."""

    n: Array
    mean: Array
    variance: Array
    n_rest: Array
    mean_rest: Array
    variance_rest: Array

    @property
    def difference(self) -> Array:
        """Group less rest."""
        gap: Array = self.mean - self.mean_rest
        return gap

    @property
    def error(self) -> Array:
        """Standard error of the mean."""
        return np.sqrt(divide(self.variance, self.n))

    @property
    def difference_error(self) -> Array:
        """Standard error of the difference, variances not taken to be equal (Welch 1947)."""
        return np.sqrt(divide(self.variance, self.n) + divide(self.variance_rest, self.n_rest))


def moments(groups: Array, everybody: Array) -> Moments:
    """From sums float64 [..., G, 3M] of (known, x, x²) over each group, and [..., 1, 3M] over all shoppers.

    x is to be near 0 (`scaled`), else squares lose their digits.
    """
    rest = everybody - groups
    return Moments(*_mean_variance(groups), *_mean_variance(rest))


def _mean_variance(sums: Array) -> tuple[Array, Array, Array]:
    n: Array
    n, first, second = np.split(sums, 3, axis=-1)
    mean = divide(first, n)
    spread = second - n * mean**2
    spread = np.where(spread <= 1e-12 * np.abs(second), 0.0, spread)  # what rounding leaves of equal values
    return n, mean, divide(spread, n - 1)


def scaled(values: Array) -> tuple[Array, Array, Array]:
    """Sums' terms [U, 3M] of values float64 [U, M]: known, x = (value − mean) / spread, x²; NaN counts nowhere.

    Also the means and spreads [M]; spread 1 where there is none.
    """
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0.0).sum(axis=0) / count
    centred = np.where(known, values - mean, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / count)
    spread = np.where(spread > 1e-12 * np.abs(mean), spread, 1.0)
    x = centred / spread
    return np.concatenate([known.astype(np.float64), x, x * x], axis=1), mean, spread


def group_sums(terms: Array, codes: Array, n_groups: int) -> Array:
    """Sums of terms float64 [U, T] over each group: float64 [G, T]; codes int64 [U, C], one group a column."""
    sums = np.zeros((n_groups, terms.shape[1]))
    for column in codes.T:
        np.add.at(sums, column, terms)
    return sums


def observed(values: Array, codes: Array, n_groups: int) -> tuple[Moments, Array, Array]:
    """Moments [G, M] of scaled values float64 [U, M], and the means and spreads [M] that scaled them."""
    terms, mean, spread = scaled(values)
    return moments(group_sums(terms, codes, n_groups), terms.sum(axis=0)[None]), mean, spread
