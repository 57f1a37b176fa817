"""How slots and attention spread over the catalogue, counted over all shoppers.

``n_items`` is the number of eligible items, those that could have been shown; slates hold catalogue rows,
which can be larger. Coverage, Gini and entropy count slots alike; only ``exposure`` weighs positions.
"""

import numpy as np
from numpy.typing import ArrayLike

from engine.metrics.facets import UNKNOWN_CODE, check_codes, slot_codes
from engine.metrics.slates import EMPTY, Floats, Ints, check_slates, discount, divide


def _slot_counts(slates: ArrayLike, n_items: int) -> Ints:
    """Slots of each distinct item shown, ascending."""
    checked = check_slates(slates)
    if n_items < 1:
        raise ValueError(f"n_items must be the number of eligible items, at least 1, got {n_items}")
    counts = np.sort(np.unique(checked[checked != EMPTY], return_counts=True)[1])
    if counts.size > n_items:
        raise ValueError(f"slates show {counts.size} distinct items, more than the {n_items} eligible ones")
    return counts.astype(np.int64)


def coverage(slates: ArrayLike, n_items: int) -> float:
    """Distinct items shown ÷ eligible items, in [0, 1].

    Two shoppers' lists show three of the four items:
    >>> coverage([[0, 1], [0, 2]], 4)
    0.75
    """
    return _slot_counts(slates, n_items).size / n_items


def gini(slates: ArrayLike, n_items: int) -> float:
    """Gini index of slots over the eligible items, never shown = 0 (``gini_of``); NaN where nothing is shown.

    Two items get two slots each, the other two none:
    >>> gini([[0, 1], [0, 1]], 4)
    0.5
    """
    return float(gini_of(_slot_counts(slates, n_items), n_items))


def gini_of(amounts: ArrayLike, n: int | None = None) -> Floats:
    """Gini index of amounts >= 0 over the last axis: 0 equal … 1 − 1/n one gets all; NaN where nobody gets anything.

    Σ (2j − n − 1)·a_j / (n·Σa) over ascending amounts a_j, j = 1 … n. n: how many there are, if more than are given;
    those left out get nothing.

    >>> float(gini_of([2, 2, 0, 0]))
    0.5
    """
    ordered = np.sort(np.asarray(amounts), axis=-1)
    given = ordered.shape[-1]
    n = given if n is None else n
    ranks = np.arange(n - given + 1, n + 1)  # who gets nothing takes the first ranks
    return divide(((2.0 * ranks - n - 1.0) * ordered).sum(axis=-1), n * ordered.sum(axis=-1))


def lorenz(slates: ArrayLike, n_items: int) -> Floats:
    """The Lorenz curve of slots over the eligible items, least shown first, float64 [m, 2] from (0, 0) to (1, 1).

    Columns: share of the items, share of the slots that they get. Items shown equally often lie on one straight
    line, so only its ends are given. 1 − 2 · the area below is ``gini``. NaN beyond (0, 0) where nothing is shown.

    >>> lorenz([[0, 1], [0, 1]], 4).tolist()
    [[0.0, 0.0], [0.5, 0.0], [1.0, 1.0]]
    """
    counts = _slot_counts(slates, n_items)
    levels, size = np.unique(np.concatenate([[0], counts]), return_counts=True)
    size[0] = n_items - counts.size  # never shown
    items, slots = np.cumsum(size) / n_items, divide(np.cumsum(levels * size), counts.sum())
    points = np.vstack([[0.0, 0.0], np.column_stack([items, slots])])
    ends: Floats = points[np.concatenate([[True], size > 0])]
    return ends


def shannon_entropy(slates: ArrayLike, n_items: int) -> float:
    """Entropy of the items' shares of slots, bits, in [0, log2 n_items]; NaN where nothing is shown.

    >>> shannon_entropy([[0, 1], [0, 1]], 4)
    1.0
    """
    counts = _slot_counts(slates, n_items)
    if not counts.size:
        return float("nan")
    share = counts / counts.sum()
    return float(np.abs((share * np.log2(share)).sum()))


def top_share(slates: ArrayLike, n_items: int, share: float = 0.01) -> float:
    """Share of the filled slots that go to the most shown ``share`` of the eligible items, in [0, 1].

    round(share · n_items) items, one at least. NaN where nothing is shown.
    Raises ValueError for a share outside (0, 1].

    The most shown of four items has two of the four slots:
    >>> top_share([[0, 1], [0, 2]], 4, share=0.25)
    0.5
    """
    if not 0.0 < share <= 1.0:
        raise ValueError(f"share must lie in (0, 1], got {share}")
    counts = _slot_counts(slates, n_items)
    top = max(1, round(share * n_items))
    return float(counts[-top:].sum() / counts.sum()) if counts.size else float("nan")


def exposure(slates: ArrayLike, codes: ArrayLike) -> Floats:
    """Share of attention each facet value gets, float64 [max(codes) + 1], sums to 1; NaN if nothing is known.

    A slot gives its value 1/log2(1 + rank), the rank being its position in the row (Singh & Joachims 2018,
    section 3.1). Empty slots and unknown values are left out.

    The first slot weighs 1, the third 1/2:
    >>> exposure([[0, -1, 1]], [0, 1]).round(3).tolist()
    [0.667, 0.333]
    """
    values = slot_codes(slates, codes)
    known = values != UNKNOWN_CODE
    weights = np.broadcast_to(discount(values.shape[1]), values.shape)
    n_values = int(check_codes(codes).max(initial=UNKNOWN_CODE)) + 1
    attention = np.bincount(values[known], weights[known], minlength=n_values)
    return divide(attention, attention.sum())
