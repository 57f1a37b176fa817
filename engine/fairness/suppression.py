"""Which groups may be released so that no figure of too few shoppers is, or can be worked out (`disclosure`)."""

import numpy as np

from engine.data.labels import SMALLEST_GROUP
from engine.fairness.disclosure import disclosed

Array = np.ndarray


def releasable(sets: Array, everybody: Array, before: Array, threshold: int = SMALLEST_GROUP) -> Array:
    """Which of the groups may be released, bool [G]; none where the whole may not.

    sets bool [G, U]: the groups' judged shoppers; everybody bool [U]: all judged ones, because a difference to the rest
    is about them too; before bool [S, U]: sets that earlier audits released of the same figure. The largest groups come
    first; those released before cost nothing. Releasing more never undoes a disclosure, so the choice cannot be
    extended, and the same audit made again, after whatever others, releases the same groups.
    """
    chosen = np.zeros(len(sets), dtype=bool)
    released = _distinct(before)
    if everybody.sum() < threshold or disclosed(np.concatenate([released, everybody[None]]), threshold):
        return chosen
    released = np.concatenate([released, everybody[None]])
    known = {row.tobytes() for row in released}
    sizes = sets.sum(axis=1)
    waiting = [g for g in np.argsort(-sizes, kind="stable").tolist() if sizes[g] >= threshold]
    for group in waiting:
        chosen[group] = sets[group].tobytes() in known
    waiting = [group for group in waiting if not chosen[group]]
    while waiting:
        fit = _most(released, sets[waiting], threshold)
        chosen[waiting[:fit]] = True
        released = np.concatenate([released, sets[waiting[:fit]]])
        waiting = waiting[fit + 1 :]
    return chosen


def _most(released: Array, more: Array, threshold: int) -> int:
    """How many of `more` can be released in their order before something is disclosed, by bisection."""
    low, high = 0, len(more)
    while low < high:
        middle = (low + high + 1) // 2 if high < len(more) else high  # all at once first: usually nothing is disclosed
        if disclosed(np.concatenate([released, more[:middle]]), threshold):
            high = middle - 1
        else:
            low = middle
    return low


def _distinct(sets: Array) -> Array:
    return np.unique(sets, axis=0) if len(sets) else sets
