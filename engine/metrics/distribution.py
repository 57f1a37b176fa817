"""How the overlap of two shoppers is distributed over all pairs, where `overlap` gives its mean.

Pairs of two empty slates are left out, as there. Counts of pairs are whole numbers, so bins are exact.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from engine.metrics.overlap import common_blocks, drawn
from engine.metrics.slates import EMPTY, Floats, Ints, check_slates, divide


def _pair_counts(slates: Ints) -> Ints:
    """Number of pairs by products in common and by the sum of both lengths, int64 [k + 1, 2k + 1]."""
    k = slates.shape[1]
    sizes = (slates != EMPTY).sum(axis=1, dtype=np.int32)
    counts = np.zeros((k + 1) * (2 * k + 1), dtype=np.int64)
    for start, common in common_blocks(slates):
        place = common.astype(np.int32) * (2 * k + 1) + sizes[start : start + len(common), None] + sizes[start:]
        counts += np.bincount(place.ravel(), minlength=counts.size)
        seen = place[np.tril_indices(len(common))]  # a shopper paired with themselves, and pairs already seen
        counts -= np.bincount(seen, minlength=counts.size)
    table: Ints = counts.reshape(k + 1, 2 * k + 1)
    table[0, 0] = 0  # two empty slates
    return table


def shared_distribution(slates: ArrayLike, seed: int = 0) -> Floats:
    """Share of the pairs of shoppers that both see exactly 0, 1, … k products, float64 [k + 1].

    Its mean is ``shared_products``. Exact to 20,000 shoppers, beyond that over 20,000 drawn with ``seed``.
    NaN without a pair.

    Of the three pairs of shoppers one shares no product, two share one:
    >>> shared_distribution([[0, 1], [1, 2], [2, 3]]).round(3).tolist()
    [0.333, 0.667, 0.0]
    """
    pairs = _pair_counts(drawn(check_slates(slates, distinct=True), seed)).sum(axis=1)
    return divide(pairs, pairs.sum())


def overlap_distribution(
    slates: ArrayLike, measure: Literal["jaccard", "dice"] = "jaccard", bins: int = 20, seed: int = 0
) -> Floats:
    """Share of the pairs whose overlap lies in [i/bins, (i + 1)/bins), 1 in the last bin; float64 [bins].

    Measures and limits as in ``overlap``. NaN without a pair. Raises ValueError: bins < 1, unknown measure.

    >>> overlap_distribution([[0, 1], [0, 1]], bins=4).tolist()
    [0.0, 0.0, 0.0, 1.0]
    """
    if bins < 1:
        raise ValueError(f"bins must be at least 1, got {bins}")
    if measure not in ("jaccard", "dice"):
        raise ValueError(f"measure must be 'jaccard' or 'dice', got {measure!r}")
    pairs = _pair_counts(drawn(check_slates(slates, distinct=True), seed))
    common, both = np.divmod(np.arange(pairs.size).reshape(pairs.shape), pairs.shape[1])
    top, bottom = (common, both - common) if measure == "jaccard" else (2 * common, both)
    possible = (bottom > 0) & (top <= bottom)
    place = np.minimum(top[possible] * bins // bottom[possible], bins - 1)
    counts = np.bincount(place, pairs[possible], minlength=bins)
    return divide(counts, counts.sum())
