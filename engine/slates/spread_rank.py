"""Where each shopper stands by how varied their history is, and λ moved by it."""

import numpy as np

Array = np.ndarray


def spread_rank(spread: Array) -> Array:
    """float64 [U] in [-1, 1]: −1 for the narrowest history, 1 for the most varied, by rank, so that only the order of
    spreads counts; ties share their mean rank. NaN (no history), and a lone shopper: 0."""
    from scipy.stats import rankdata

    known = ~np.isnan(spread)
    ranks, n = np.zeros(len(spread)), int(known.sum())
    if n > 1:
        ranks[known] = (2 * rankdata(spread[known]) - n - 1) / (n - 1)
    return ranks


def shift_lambda(base: Array | float, rank: Array, strength: float) -> Array:
    """float64 [U]: λ moved from `base` towards 0 or 1 as far as its mean can stay: base + strength · standing ·
    min(base, 1 − base)."""
    shifted: Array = base + strength * rank * np.minimum(base, 1 - base)
    return shifted
