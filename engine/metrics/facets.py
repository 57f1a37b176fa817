"""How a slate spreads over the values of one facet (category, brand, provider ...).

codes int [n_items] number an item's value, -1 = unknown. Slots with an unknown value are left out; a slate
without a known one is NaN. Slots count alike, whatever their position.
"""

import numpy as np
from numpy.typing import ArrayLike

from engine.metrics.slates import EMPTY, Floats, Ints, check_slates, divide, mean_over

UNKNOWN_CODE = -1


def check_codes(codes: ArrayLike) -> Ints:
    """Return facet codes as int64 [n_items], or raise ValueError."""
    array = np.asarray(codes)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"codes must be integers [n_items], got {array.dtype} {array.shape}")
    if array.min(initial=0) < UNKNOWN_CODE:
        raise ValueError(f"codes hold {array.min()}: values start at 0, and an unknown value is -1")
    return array.astype(np.int64, copy=False)


def slot_codes(slates: ArrayLike, codes: ArrayLike) -> Ints:
    """Facet value of each slot, int64 [U, k]; -1 where the slot is empty or its value unknown."""
    table = check_codes(codes)
    checked = check_slates(slates, len(table))
    return np.where(checked == EMPTY, UNKNOWN_CODE, table[checked])


def same_value(values: Ints) -> Ints:
    """For each slot, how many slots of its slate share its value (1 at least), int64 [U, k].

    k passes over [U, k]: no histogram of n_values per shopper, whatever the facet's size.
    """
    count = np.zeros_like(values)
    for slot in range(values.shape[1]):
        count += values == values[:, slot : slot + 1]
    return count


def _shares(slates: ArrayLike, codes: ArrayLike) -> tuple[Ints, Ints, Floats]:
    """Slot values [U, k], known slots [U], and the share that each slot's value has of them [U, k]."""
    values = slot_codes(slates, codes)
    known = (values != UNKNOWN_CODE).sum(axis=1)
    return values, known, divide(same_value(values), known[:, None])


def facet_entropy(slates: ArrayLike, codes: ArrayLike) -> Floats:
    """Shannon entropy of the facet shares within a slate, bits, float64 [U] in [0, log2 k].

    Two values, twice each:
    >>> facet_entropy([[0, 1, 2, 3]], [0, 0, 1, 1]).tolist()
    [1.0]
    """
    values, _, share = _shares(slates, codes)
    # Σ over slots of -log2(share) / n equals Σ over values of -share · log2(share).
    return np.abs(mean_over(-np.log2(share), values != UNKNOWN_CODE))


def facet_count(slates: ArrayLike, codes: ArrayLike) -> Floats:
    """Number of distinct facet values in a slate, float64 [U].

    >>> facet_count([[0, 1, 2]], [0, 0, 1]).tolist()
    [2.0]
    """
    values = slot_codes(slates, codes)
    known = values != UNKNOWN_CODE
    distinct = np.rint(np.where(known, 1.0 / same_value(values), 0.0).sum(axis=1))
    return np.where(known.any(axis=1), distinct, np.nan)


def hhi(slates: ArrayLike, codes: ArrayLike) -> Floats:
    """Herfindahl–Hirschman index Σ share² within a slate, float64 [U] in [1/k, 1]: 1 = one value only.

    >>> hhi([[0, 1, 2, 3]], [0, 0, 1, 1]).tolist()
    [0.5]
    """
    values, _, share = _shares(slates, codes)
    return mean_over(share, values != UNKNOWN_CODE)


def richness_loss(slates: ArrayLike, codes: ArrayLike) -> Floats:
    """ln(N / |C_r|): N slots with a known value, |C_r| distinct values; float64 [U], 0 = all differ.

    >>> richness_loss([[0, 1]], [0, 1]).tolist()
    [0.0]
    """
    known = (slot_codes(slates, codes) != UNKNOWN_CODE).sum(axis=1)
    return np.log(divide(known, facet_count(slates, codes)))
