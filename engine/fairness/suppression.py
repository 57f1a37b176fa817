"""Which groups may be told so that none of too few shoppers is told, nor can be worked out (`disclosure`)."""

import numpy as np

from engine.data.labels import SMALLEST_GROUP
from engine.fairness.disclosure import disclosed

Array = np.ndarray


def releasable(sets: Array, everybody: Array, before: Array, threshold: int = SMALLEST_GROUP) -> Array:
    """bool [G]: which of the groups may be told; none where the whole may not.

    sets bool [G, U]: the groups' judged shoppers; everybody bool [U]: all judged ones, whom a difference to the rest
    tells of too; before bool [S, U]: sets that earlier audits told of the same figure. The largest groups come first,
    those told before at no cost. Telling more never makes a disclosure undone, so the choice cannot be extended, and
    the same audit made again, after whatever others, tells the same groups.
    """
    chosen = np.zeros(len(sets), dtype=bool)
    told = _distinct(before)
    if everybody.sum() < threshold or disclosed(np.concatenate([told, everybody[None]]), threshold):
        return chosen
    told = np.concatenate([told, everybody[None]])
    known = {row.tobytes() for row in told}
    sizes = sets.sum(axis=1)
    waiting = [g for g in np.argsort(-sizes, kind="stable").tolist() if sizes[g] >= threshold]
    for group in waiting:
        chosen[group] = sets[group].tobytes() in known
    waiting = [group for group in waiting if not chosen[group]]
    while waiting:
        fit = _most(told, sets[waiting], threshold)
        chosen[waiting[:fit]] = True
        told = np.concatenate([told, sets[waiting[:fit]]])
        waiting = waiting[fit + 1 :]
    return chosen


def _most(told: Array, more: Array, threshold: int) -> int:
    """How many of `more` can be told in their order before something is disclosed, by bisection."""
    low, high = 0, len(more)
    while low < high:
        middle = (low + high + 1) // 2 if high < len(more) else high  # all at once first: mostly nothing is wrong
        if disclosed(np.concatenate([told, more[:middle]]), threshold):
            high = middle - 1
        else:
            low = middle
    return low


def _distinct(sets: Array) -> Array:
    return np.unique(sets, axis=0) if len(sets) else sets
