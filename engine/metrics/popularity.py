"""How popular the items of a slate are. Empty slots are left out; an empty slate is NaN."""

import numpy as np
from numpy.typing import ArrayLike

from engine.metrics.slates import EMPTY, Flags, Floats, check_slates, check_table, mean_over

HEAD_SHARE = 0.8


def _mean_of(table: Floats, slates: ArrayLike) -> Floats:
    checked = check_slates(slates, len(table))
    return mean_over(table[checked], checked != EMPTY)


def average_popularity(slates: ArrayLike, popularity: ArrayLike) -> Floats:
    """Mean popularity of the items shown, float64 [U], in the unit of ``popularity``: share of users.

    >>> average_popularity([[0, 1]], [0.75, 0.25]).tolist()
    [0.5]
    """
    return _mean_of(check_table(popularity, "popularity"), slates)


def novelty(slates: ArrayLike, popularity: ArrayLike) -> Floats:
    """Mean self-information −log2(share of users who have the item), bits, float64 [U] (Zhou et al. 2010).

    An item that nobody has counts as the smallest positive share. Raises ValueError for shares above 1.

    A quarter of the shoppers have item 0, all have item 1:
    >>> novelty([[0, 1]], [0.25, 1.0]).tolist()
    [1.0]
    """
    share = check_table(popularity, "popularity")
    if share.max(initial=0.0) > 1.0:
        raise ValueError("novelty takes the share of users who have the item (0 … 1), not counts")
    smallest = share.min(initial=1.0, where=share > 0)
    return _mean_of(np.abs(np.log2(np.maximum(share, smallest))), slates)


def head_items(counts: ArrayLike) -> Flags:
    """The most used items that take 80 % of the interactions, with the one that crosses it, bool [n_items].

    Equal counts stand in the order of the catalogue, so the cut is the same on every machine.

    >>> head_items([8, 1, 1]).tolist()
    [True, False, False]
    """
    used = check_table(counts, "popularity")
    order = np.argsort(-used, kind="stable")
    cumulative = np.cumsum(used[order])
    head = np.zeros(len(used), dtype=bool)
    if len(used) and cumulative[-1] > 0:
        head[order[: np.searchsorted(cumulative, HEAD_SHARE * cumulative[-1]) + 1]] = True
    return head


def tail_share(slates: ArrayLike, popularity: ArrayLike) -> Floats:
    """Share of the filled slots outside the head, float64 [U] in [0, 1]; popularity: interactions per item.

    NaN for all where there is no interaction: without a head there is no tail.

    >>> tail_share([[0, 1]], [8, 1, 1]).tolist()
    [0.5]
    """
    head = head_items(popularity)
    tail = np.where(head.any(), (~head).astype(np.float64), np.nan)
    return _mean_of(tail, slates)
