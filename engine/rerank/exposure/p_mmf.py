"""P-MMF: lists made one shopper after another, so that the provider with the least exposure gets as much as possible.

Xu, Chen, Xu, Shen, Wu, Wen, "P-MMF: Provider Max-min Fairness Re-ranking in Recommender System", WWW 2023. It seeks
the highest mean score + weight · min over providers of exposure ÷ share, where all slots count the same. Each provider
has a price, taken from the scores of its items; after every shopper the prices move by mirror descent on the dual
problem.
"""

import math
import operator
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class PMMFSlates:
    """The lists and the prices at which they were made.

    items   int64 [T, k], best score first, -1 = empty slot
    prices  float64 [T, P], those that applied to each shopper
    """

    items: Array
    prices: Array


def p_mmf(
    scores: Array,
    candidates: Array,
    codes: Array,
    shares: Array,
    k: int = 10,
    weight: float = 0.1,
    rate: float = 1e-3,
    momentum: float = 0.1,
) -> PMMFSlates:
    """Lists of k for T shoppers, in the order in which they come; no list depends on a later shopper.

    scores float [T, N] in [0, 1] of candidates int64 [T, N] (rows of codes, distinct, -1 = none). codes int64
    [n_items]: each item's provider, 0 … P-1. shares float [P] > 0: of all T·k slots, the most that a provider gets
    while others may be shown; the paper takes (1 + 1/P) · its share of the log. weight >= 0: the worth of the exposure
    of the provider with the least; 0 leaves only the limits. rate > 0: of the descent. momentum in (0, 1]: the weight
    of a new gradient. Raises ValueError for input that breaks these rules.
    """
    size, shoppers, due = operator.index(k), len(scores), np.asarray(shares, np.float64)
    _check(scores, candidates, codes, due, size, (weight, rate, momentum))
    left, price, slope = shoppers * size * due, np.zeros(len(due)), np.zeros(len(due))
    items, prices = np.full((shoppers, size), -1, np.int64), np.zeros((shoppers, len(due)))
    for t in range(shoppers):
        prices[t] = price
        here = np.flatnonzero(candidates[t] >= 0)
        score, maker = scores[t, here].astype(np.float64), codes[candidates[t, here]]
        worth = score - price[maker]
        chosen = np.lexsort((-worth, left[maker] <= 0))[:size]  # who has had its part comes last
        chosen = chosen[np.argsort(-score[chosen], kind="stable")]
        items[t, : len(chosen)] = candidates[t, here[chosen]]
        got = np.bincount(maker[chosen], minlength=len(due))
        left = left - got
        slope = momentum * (left / (shoppers * size) - got / size) + (1 - momentum) * slope
        price = bounded(due * price - rate / math.sqrt(shoppers) * slope / due, weight) / due
    return PMMFSlates(items, prices)


def bounded(values: Array, weight: float) -> Array:
    """The nearest point to values [P] whose negative parts sum to at most `weight` in size.

    That is where the dual of the max-min term is finite (the paper's theorem 1). Positive parts stay, negative ones
    are drawn to 0 by one amount for all (the projection onto a simplex, Duchi et al. 2008).
    """
    debts = np.maximum(-values, 0)
    if debts.sum() <= weight:
        return values
    falling = -np.sort(-debts)
    excess = (np.cumsum(falling) - weight) / np.arange(1, len(debts) + 1)
    cut = excess[np.flatnonzero(falling > excess)[-1]] if weight > 0 else falling[0]
    return np.where(values < 0, -np.maximum(debts - cut, 0), values)


def _check(
    scores: Array, candidates: Array, codes: Array, due: Array, k: int, numbers: tuple[float, float, float]
) -> None:
    weight, rate, momentum = numbers
    if scores.ndim != 2 or scores.shape != candidates.shape or k < 1:
        raise ValueError(f"scores and candidates must both be [T, N] and k >= 1, got {scores.shape}, k {k}")
    if not np.isfinite(scores[candidates >= 0]).all():
        raise ValueError("scores must be finite")
    if not (np.isfinite(due) & (due > 0)).all() or not 0 <= codes.min(initial=0) <= codes.max(initial=0) < len(due):
        raise ValueError("give every provider a share above 0, and every item a provider")
    if not (0 <= weight < math.inf and 0 < rate < math.inf and 0 < momentum <= 1):
        raise ValueError("take weight >= 0, rate > 0 and momentum in (0, 1]")
