"""The rank of each shopper by how varied their history is, and λ shifted by that rank."""

import numpy as np

Array = np.ndarray


def spread_rank(spread: Array) -> Array:
    """The rank of each spread, float64 [U] in [-1, 1]: −1 for the narrowest history, 1 for the most varied.

    Only the order of the spreads counts; ties share their mean rank. NaN (no history), and a single shopper: 0.
    """
    from scipy.stats import rankdata

    known = ~np.isnan(spread)
    ranks, n = np.zeros(len(spread)), int(known.sum())
    if n > 1:
        ranks[known] = (2 * rankdata(spread[known]) - n - 1) / (n - 1)
    return ranks


def shift_lambda(base: Array | float, rank: Array, strength: float) -> Array:
    """λ shifted from `base` towards 0 or 1 as far as its mean can stay, float64 [U].

    It is base + strength · rank · min(base, 1 − base).
    """
    shifted: Array = base + strength * rank * np.minimum(base, 1 - base)
    return shifted
