"""All lists together as one shelf: how its slots spread over the values of a facet (brand, category, cluster ...).

`facets` judges each list by itself; lists that are all varied in the same way still make a narrow shelf. Slots count
alike, whatever their position; empty slots and unknown values (-1) are left out. ``n_values`` is the number of values
that could be shown. No known slot: NaN.
"""

import numpy as np
from numpy.typing import ArrayLike

from engine.metrics.facets import UNKNOWN_CODE, slot_codes
from engine.metrics.slates import Floats, divide


def shelf_shares(slates: ArrayLike, codes: ArrayLike, n_values: int | None = None) -> Floats:
    """Share of the slots of all lists that each value gets, float64 [n_values], sums to 1.

    ``n_values`` is max(codes) + 1 where it is not given. Raises ValueError where a slot's value lies beyond it.

    >>> shelf_shares([[0, 1], [0, 0]], [0, 1]).tolist()
    [0.75, 0.25]
    """
    values = slot_codes(slates, codes)
    if n_values is None:
        n_values = int(np.max(codes, initial=UNKNOWN_CODE)) + 1
    if values.max(initial=UNKNOWN_CODE) >= n_values:
        raise ValueError(f"slates hold facet value {values.max()}, but there are {n_values} values")
    counts = np.bincount(values[values != UNKNOWN_CODE], minlength=n_values)
    return divide(counts, counts.sum())


def shelf_hhi(slates: ArrayLike, codes: ArrayLike) -> float:
    """Herfindahl–Hirschman index Σ share² over all lists together, in [1/n, 1]: 1 = one value has every slot.

    >>> shelf_hhi([[0, 1], [0, 1]], [0, 1])
    0.5
    """
    return float((shelf_shares(slates, codes) ** 2).sum()) if np.size(codes) else float("nan")


def shelf_evenness(slates: ArrayLike, codes: ArrayLike, n_values: int) -> float:
    """Entropy of the values' shares over log2 n_values, in [0, 1] (Pielou 1966); NaN for fewer than two values.

    >>> shelf_evenness([[0, 1], [0, 1]], [0, 1], 2)
    1.0
    """
    shares = shelf_shares(slates, codes)
    shown = shares[shares > 0]
    if n_values < 2 or not shown.size:
        return float("nan")
    return float(np.abs((shown * np.log2(shown)).sum()) / np.log2(n_values))


def occupancy(slates: ArrayLike, codes: ArrayLike, n_values: int) -> float:
    """Share of the values that get any slot, in [0, 1]. Raises ValueError for n_values < 1.

    >>> occupancy([[0, 1], [0, 1]], [0, 1], 4)
    0.5
    """
    if n_values < 1:
        raise ValueError(f"n_values must be the number of values that could be shown, at least 1, got {n_values}")
    values = slot_codes(slates, codes)
    return np.unique(values[values != UNKNOWN_CODE]).size / n_values
