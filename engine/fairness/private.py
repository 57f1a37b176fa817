"""Counts and means released with noise, so that no figure depends much on any one shopper: differential privacy.

A shopper is in one group and their figure is clipped to a known range, so they move one count by 1 and one sum by at
most half the range. Sums are made of whole numbers, `UNITS` to half a range: no digit of a float can give a shopper
away (Casacuberta et al. 2022). Discrete Laplace noise of scale sensitivity / ε is drawn by OpenDP from the machine's
secure randomness (Dwork et al. 2006; Ghosh et al. 2012). Two data sets are neighbours if one has a shopper more.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from engine.data.problems import refuse

Array = np.ndarray
UNITS = 1_000_000
MISS = 0.05  # chance that an interval misses the value it is for


@dataclass(frozen=True)
class Noisy:
    """The released counts of G groups: whole numbers int64 [G], the noise's scale, and the ε it cost by OpenDP's
    account.
    """

    released: Array
    scale: float
    epsilon: float


@dataclass(frozen=True)
class Range:
    """The range to which a figure is clipped."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    @property
    def half(self) -> float:
        return (self.high - self.low) / 2

    def units(self, values: Array) -> Array:
        """The values in whole units, int64, −UNITS … UNITS; NaN = not judged gives 0."""
        scaled = (np.clip(values, self.low, self.high) - self.middle) / self.half * UNITS
        whole: Array = np.rint(np.nan_to_num(scaled)).astype(np.int64)
        return whole


def opendp() -> Any:
    """OpenDP. Raises InputError where it is not installed."""
    try:
        import opendp.prelude as prelude
    except ImportError:
        fix = "pip install -r requirements-private.txt"
        raise refuse("command line", "epsilon", "noise is drawn by OpenDP, which is not installed", fix) from None
    prelude.enable_features("contrib")
    return prelude


def noisy(exact: Array, sensitivity: int, epsilon: float) -> Noisy:
    """Whole numbers int64 [G] with noise, of which one shopper moves at most `sensitivity` in all, at a cost of at most
    ε.
    """
    dp = opendp()
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    scale = sensitivity / epsilon
    while (cost := dp.m.make_laplace(*space, scale=scale).map(sensitivity)) > epsilon:
        scale *= 1 + 2**-48  # OpenDP's accounting rounds up
    released = dp.m.make_laplace(*space, scale=scale)([int(number) for number in exact])
    return Noisy(np.array(released, dtype=np.int64), scale, float(cost))


def accuracy(scale: float, terms: int, miss: float) -> float:
    """The a for which the sum of `terms` independent noises of that scale is farther than a from 0 with a chance of at
    most
    `miss`.
    """
    return scale * _quantile(terms, miss) + terms


@cache
def _quantile(terms: int, miss: float) -> float:
    """As `accuracy`, of continuous noises of scale 1.

    A sum of Laplace noises is the difference of two gamma variables; a discrete one is less than 1 from its Laplace.
    """
    nodes = stats.gamma.ppf((np.arange(2_000) + 0.5) / 2_000, terms)

    def beyond(x: float) -> float:
        return float(2 * stats.gamma.sf(x + nodes, terms).mean() - miss)

    return float(brentq(beyond, 0.0, 50.0 * terms - np.log(miss) * 10))


@dataclass(frozen=True)
class Means:
    """Means of G groups from noisy counts and sums."""

    count: Noisy
    total: Noisy
    range: Range

    def mean(self, members: Array) -> float:
        """The mean over the groups bool [G] together, within the range."""
        n, total = self.count.released[members].sum(), self.total.released[members].sum()
        return float(np.clip(self._scaled(total / max(n, 1)), self.range.low, self.range.high))

    def interval(self, members: Array, miss: float = MISS) -> tuple[float, float]:
        """An interval that holds the (clipped) mean of these very shoppers with a chance of at least 1 − miss.

        The chance is the noise's alone. Half of `miss` each for the count and the sum.
        """
        terms = int(members.sum())
        n = self.count.released[members].sum()
        about, wide = self.total.released[members].sum(), accuracy(self.total.scale, terms, miss / 2)
        count_wide = accuracy(self.count.scale, terms, miss / 2)
        few, many = max(n - count_wide, 1.0), max(n + count_wide, 1.0)
        ends = [total / number for total in (about - wide, about + wide) for number in (few, many)]
        scaled = [self._scaled(min(ends) - 0.5), self._scaled(max(ends) + 0.5)]  # half a unit: rounding
        low, high = np.clip(scaled, self.range.low, self.range.high)  # both: the noise may put both beyond one limit
        return float(low), float(high)

    def _scaled(self, units: float) -> float:
        return float(self.range.middle + units / UNITS * self.range.half)


def noisy_means(values: Array, codes: Array, n_groups: int, limits: Range, epsilon: float) -> list[Means]:
    """Noisy means of L figures of the same shoppers, float64 [L, U], NaN = not judged: one count and L sums, ε / (1 +
    L) each.

    codes int64 [U], each shopper's only group. Only shoppers who are judged in all L figures count.
    """
    share = epsilon / (1 + len(values))
    judged = ~np.isnan(values).any(axis=0)
    counted = noisy(np.bincount(codes[judged], minlength=n_groups), 1, share)
    means = []
    for row in values:
        exact = np.zeros(n_groups, dtype=np.int64)
        np.add.at(exact, codes[judged], limits.units(row[judged]))
        means.append(Means(counted, noisy(exact, UNITS, share), limits))
    return means
