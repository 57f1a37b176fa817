"""Which groups of shoppers see (nearly) the same page.

Taylor–Butina clustering (Butina 1999), which chemists use for Jaccard similarities: the shopper with most look-alikes
is the centre of the first group, and their look-alikes belong to it; these are taken away, and so on. So every member
is similar to the centre. Linking whoever is alike anyone (single linkage) would chain shoppers with nothing in common.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.metrics import overlap
from engine.metrics.overlap import common_blocks
from engine.metrics.slates import EMPTY, Flags, Ints, check_slates

ROUNDING = 1e-9  # a threshold such as 0.7 / 1.3 is met by 7 of 13
ROWS = 256


class LookAlikeGroups(NamedTuple):
    """labels int64 [U]: 0 = the largest group, -1 = alike no centre; centres int64 [G]: their rows of the slates."""

    labels: Ints
    centres: Ints


def look_alike_groups(slates: ArrayLike, threshold: float = 0.5, seed: int = 0) -> LookAlikeGroups:
    """Group shoppers whose slates have a Jaccard similarity of at least ``threshold`` with the group's centre.

    slates int [U, k], as sets; empty ones belong nowhere. Groups have two shoppers at least and come largest first;
    ties: the lower row is centre. Deterministic. Which shoppers are alike is kept as bits: 50 MB for 20,000. Beyond
    that, centres are found among 20,000 drawn with ``seed``, and every other shopper joins the largest group whose
    centre they are similar to.
    Raises ValueError: threshold outside (0, 1], an item twice in a slate.

    Shoppers 0 and 1 see the same page, shopper 2 another one:
    >>> look_alike_groups([[0, 1], [1, 0], [2, 3]]).labels.tolist()
    [0, 0, -1]
    """
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold is a Jaccard similarity in (0, 1], got {threshold}")
    checked = check_slates(slates, distinct=True)
    if len(checked) <= overlap.EXACT_USERS:
        return _grouped(_alike(checked, threshold), len(checked))
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(len(checked), overlap.EXACT_USERS, replace=False))
    groups = _grouped(_alike(checked[rows], threshold), len(rows))
    labels = np.full(len(checked), -1, dtype=np.int64)
    labels[rows] = groups.labels
    others = np.setdiff1d(np.arange(len(checked)), rows)
    labels[others] = _nearest(checked[others], checked[rows[groups.centres]], threshold)
    return _by_size(labels, rows[groups.centres])


def _are_alike(common: NDArray[np.float32], rows: Ints, columns: Ints, threshold: float) -> Flags:
    union = rows[:, None] + columns - common.astype(np.float64)
    alike: Flags = (common > 0) & (common >= threshold * union - ROUNDING)
    return alike


def _alike(slates: Ints, threshold: float) -> NDArray[np.uint8]:
    """Bits of who is alike whom, uint8 [U, ⌈U/8⌉]; nobody counts as similar to themselves."""
    sizes = (slates != EMPTY).sum(axis=1)
    bits = np.zeros((len(slates), -(-len(slates) // 8)), dtype=np.uint8)
    for start, common in common_blocks(slates, upper=False):
        rows = np.arange(len(common))
        alike = _are_alike(common, sizes[start + rows], sizes, threshold)
        alike[rows, start + rows] = False
        bits[start + rows] = np.packbits(alike, axis=1)
    return bits


def _grouped(bits: NDArray[np.uint8], n: int) -> LookAlikeGroups:
    labels, free = np.full(n, -1, dtype=np.int64), np.ones(n, dtype=bool)
    centres: list[int] = []
    alike = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)  # look-alikes that are still free
    while n:
        centre = int(np.where(free, alike, 0).argmax())
        if not free[centre] or alike[centre] == 0:
            break
        members = np.unpackbits(bits[centre], count=n).astype(bool) & free
        members[centre] = True
        labels[members] = len(centres)
        centres.append(centre)
        free &= ~members
        gone = np.flatnonzero(members)
        for at in range(0, len(gone), ROWS):
            alike -= np.unpackbits(bits[gone[at : at + ROWS]], axis=1, count=n).sum(axis=0, dtype=np.int64)
    return LookAlikeGroups(labels, np.array(centres, dtype=np.int64))


def _nearest(slates: Ints, centres: Ints, threshold: float) -> Ints:
    """The first centre that each slate is alike, or -1."""
    labels = np.full(len(slates), -1, dtype=np.int64)
    if not len(centres):
        return labels
    sizes = (centres != EMPTY).sum(axis=1)
    for at in range(0, len(slates), ROWS):
        chunk = slates[at : at + ROWS]
        joined = np.vstack([chunk, centres])
        common = np.hstack([block[: max(0, len(chunk) - start)].T for start, block in common_blocks(joined, False)]).T
        alike = _are_alike(common[:, len(chunk) :], (chunk != EMPTY).sum(axis=1), sizes, threshold)
        labels[at : at + ROWS] = np.where(alike.any(axis=1), alike.argmax(axis=1), -1)
    return labels


def _by_size(labels: Ints, centres: Ints) -> LookAlikeGroups:
    order = np.argsort(-np.bincount(labels[labels >= 0], minlength=len(centres)), kind="stable")
    place = np.empty(len(order) + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(len(order)), -1  # place[-1] keeps those who belong nowhere
    return LookAlikeGroups(place[labels], centres[order])
