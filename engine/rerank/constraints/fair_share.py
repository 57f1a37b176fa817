"""A protected share by FA*IR: how many protected items every top-i must hold at least, as limits for `rerank`.

Zehlike, Bonchi, Castillo, Hajian, Megahed, Baeza-Yates, "FA*IR: A Fair Top-k Ranking Algorithm", CIKM 2017. A list is
fair if each of its prefixes could have come from tosses of a coin that gives "protected" with probability p: prefix i
may not hold fewer than the α-quantile of Binomial(i, p). Because k prefixes are tested, α is lowered until a list of
such tosses is called unfair with probability α in all (their section 4.2).
"""

import operator
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.rerank.constraints.rules import Limit

_EQUAL = 1e-12  # of two probabilities


@dataclass(frozen=True)
class FairShare:
    """The minimums of one list.

    least    int64 [k], protected items that the first 1 … k places must hold
    alpha    significance level of each prefix, after adjustment
    failure  the probability in [0, 1] that a list of fair tosses breaks a minimum
    """

    least: np.ndarray
    alpha: float
    failure: float


def fair_share(k: int, p: float, alpha: float = 0.1, adjust: bool = True) -> FairShare:
    """The minimums of FA*IR for lists of k.

    p: share in (0, 1) of protected items asked for. alpha in (0, 1): how often a fair list may be called unfair, with
    `adjust` in all k prefixes together, otherwise in each. No table of minimums fails exactly alpha of the fair lists,
    so the adjusted one is the table that comes nearest to it, as in the authors' program. Raises ValueError outside
    these ranges.

    Four tosses of a fair coin give no protected item with probability 1/16 < 0.1, three with 1/8:

    >>> fair_share(4, 0.5, alpha=0.1, adjust=False).least.tolist()
    [0, 0, 0, 1]
    """
    size = operator.index(k)
    if not (size >= 1 and 0 < p < 1 and 0 < alpha < 1):
        raise ValueError(f"take k >= 1, p and alpha between 0 and 1, got k {k}, p {p}, alpha {alpha}")
    below = _below(size, p)
    if not adjust:
        return _at(below, p, alpha)
    steps = np.unique(below[below <= alpha + _EQUAL])  # the minimums change there and nowhere else
    low, high = -1, len(steps)  # the last step that fails at most alpha, and the first that fails more
    while high - low > 1:
        middle = (low + high) // 2
        kind = _at(below, p, _above(steps, middle, alpha))
        low, high = (middle, high) if kind.failure <= alpha + _EQUAL else (low, middle)
    tables = [_at(below, p, _above(steps, at, alpha)) for at in (low, high) if at < len(steps)]
    return min(tables, key=lambda table: abs(table.failure - alpha))


def fair_limits(
    facet: str, value: int | Sequence[int], k: int, p: float, alpha: float = 0.1, adjust: bool = True
) -> list[Limit]:
    """The minimums of `fair_share` as limits for `rerank`: items of one value of a facet, or of several, are protected.

    A minimum that the one before implies is left out. Raises ValueError as `fair_share` does.

    >>> fair_limits("maker", 0, 4, 0.5, alpha=0.1, adjust=False)
    [Limit(facet='maker', max=None, min=1, value=0, window=None, first=4)]
    """
    least = fair_share(k, p, alpha, adjust).least
    rises = np.flatnonzero(np.diff(least, prepend=0))
    return [Limit(facet, min=int(least[at]), value=value, first=int(at) + 1) for at in rises]


def failure(least: np.ndarray, p: float) -> float:
    """The probability that k coins, each protected with probability p, break some minimum of least int [k]."""
    held = np.zeros(len(least) + 1)  # probability of so many protected so far, no minimum broken
    held[0] = 1.0
    for minimum in least:
        held[1:] = held[1:] * (1 - p) + held[:-1] * p
        held[0] *= 1 - p
        held[:minimum] = 0
    return float(1 - held.sum())


def _below(k: int, p: float) -> np.ndarray:
    """float64 [k, k + 1]: the probability of at most j protected among i coins, at [i - 1, j]."""
    from scipy.stats import binom

    probabilities: np.ndarray = binom.cdf(np.arange(k + 1)[None, :], np.arange(1, k + 1)[:, None], p)
    return probabilities


def _above(steps: np.ndarray, at: int, alpha: float) -> float:
    """A level between a step and the next one: -1 is below the first."""
    low = steps[at] if at >= 0 else 0.0
    high = steps[at + 1] if at + 1 < len(steps) else max(alpha, low)
    return float((low + high) / 2)


def _at(below: np.ndarray, p: float, alpha: float) -> FairShare:
    least = (below < alpha - _EQUAL).sum(axis=1)
    return FairShare(least, alpha, failure(least, p))
