"""How far two slates of the same shopper agree (two settings side by side).

Both are int [U, k] and [U, k'], row by row. An item twice in a slate is refused. Both slates empty: NaN.
"""

import numpy as np
from numpy.typing import ArrayLike

from engine.metrics.slates import EMPTY, Floats, Ints, check_slates, check_users, divide


def _check_both(slates_a: ArrayLike, slates_b: ArrayLike) -> tuple[Ints, Ints]:
    first, second = check_slates(slates_a, distinct=True), check_slates(slates_b, distinct=True)
    check_users(first, second, "slates_b")
    return first, second


def jaccard(slates_a: ArrayLike, slates_b: ArrayLike) -> Floats:
    """|A ∩ B| / |A ∪ B| of the two slates of each shopper, float64 [U] in [0, 1].

    The two lists have two items in common, of four in all:
    >>> jaccard([[0, 1, 2]], [[1, 2, 3]]).tolist()
    [0.5]
    """
    first, second = _check_both(slates_a, slates_b)
    common = np.zeros(len(first), dtype=np.int64)
    for slot in range(second.shape[1]):
        common += ((first == second[:, slot : slot + 1]) & (first != EMPTY)).sum(axis=1)
    return divide(common, (first != EMPTY).sum(axis=1) + (second != EMPTY).sum(axis=1) - common)


def _pushed_up(slates: Ints, width: int) -> Ints:
    """Filled slots first, in their order; padded with -1 to ``width`` columns."""
    order = np.argsort(slates == EMPTY, axis=1, kind="stable")
    packed = np.take_along_axis(slates, order, axis=1)
    return np.pad(packed, ((0, 0), (0, width - slates.shape[1])), constant_values=EMPTY)


def _common_by_depth(first: Ints, second: Ints) -> Ints:
    """Number of items common to the first d slots of both, int64 [U, k] for d = 1 … k."""
    matches = np.zeros(first.shape, dtype=np.int64)
    for slot in range(second.shape[1]):
        user, column = np.nonzero((first == second[:, slot : slot + 1]) & (first != EMPTY))
        matches[user, np.maximum(column, slot)] += 1  # without repeats a user has one match, so no write meets another
    return np.cumsum(matches, axis=1)


def rbo(slates_a: ArrayLike, slates_b: ArrayLike, p: float = 0.9) -> Floats:
    """Rank-biased overlap, extrapolated (RBO_ext), float64 [U] in [0, 1]; 1 = the same ranking.

    Webber, Moffat & Zobel 2010, eq. 32, which also covers lists of unequal length. ``p`` is the chance to
    look one rank further: 0.9 puts 86 % of the weight on the first ten. Empty slots are skipped (what is
    below moves up); one slate empty: 0. Raises ValueError for p outside (0, 1).

    >>> rbo([[0, 1, 2]], [[0, 1, 2]]).tolist(), rbo([[0, 1]], [[2, 3]]).tolist()
    ([1.0], [0.0])
    """
    if not 0.0 < p < 1.0:
        raise ValueError(f"p must lie in (0, 1), got {p}")
    first, second = _check_both(slates_a, slates_b)
    width = max(first.shape[1], second.shape[1], 1)
    common = _common_by_depth(_pushed_up(first, width), _pushed_up(second, width))
    lengths = np.sort([(first != EMPTY).sum(axis=1), (second != EMPTY).sum(axis=1)], axis=0)
    short, long = lengths[0][:, None], lengths[1][:, None]
    depth = np.arange(1, width + 1)
    at_short = np.take_along_axis(common, np.maximum(short - 1, 0), axis=1)
    at_long = np.take_along_axis(common, np.maximum(long - 1, 0), axis=1)
    rate = np.nan_to_num(divide(at_short, short))  # agreement goes on at this rate past the shorter list
    beyond = np.where(depth > short, rate * (depth - short), 0.0)
    agreement = np.where(depth <= long, (common + beyond) / depth * p**depth, 0.0).sum(axis=1, keepdims=True)
    tail = (divide(at_long - at_short, long) + rate) * p**long
    result: Floats = ((1.0 - p) / p * agreement + tail)[:, 0]
    return np.where(long[:, 0] > 0, np.clip(result, 0.0, 1.0), np.nan)
