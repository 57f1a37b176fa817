"""What a list must keep to: caps and minimums per facet value, and pinned items, looked at slot by slot.

The greedy passes ask `blocker` about a candidate before they take it: it says which rule forbids it in this slot, or
-1. It looks ahead: a slot that a minimum or a pin will need is not given away. Where that is not enough (the rules
interlock) the pass stops short, and `mend` runs it again along a `guide`: a whole list that keeps all rules, found by
a solver. A candidate is then taken only if the guide can be changed to hold it and still keeps them.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import NamedTuple

import numpy as np
from numba import njit

from engine.rerank.constraints.minimums import find_kin, starves
from engine.rerank.constraints.rules import NO_CAP


class Walk(NamedTuple):
    """Where one greedy pass stands."""

    local: np.ndarray  # int64 [N, C], `codes` of the pool
    pin: np.ndarray  # int64 [N], which pin a candidate is, -1 = none
    at: np.ndarray  # int64 [P], the candidate that a pin is, -1 = not in the pool
    pending: np.ndarray  # bool [P], still to be placed
    used: np.ndarray  # bool [P], scratch
    values: np.ndarray  # int64 [C, k], value in each slot, where filled or pinned; -1
    have: np.ndarray  # int64 [C], that count so far
    kin: np.ndarray  # int64 [C], the first limit that counts the same candidates
    needs: np.ndarray  # int64 [2, C], scratch
    guide: np.ndarray  # int64 [k], candidates
    trial: np.ndarray  # int64 [k], scratch
    barred: np.ndarray  # int64 [2], the best candidate that a rule kept out of this slot, and which rule; -1


@njit(nogil=True, error_model="numpy")
def is_fenced(fences):
    """Whether there is any rule to keep."""
    return len(fences.most) + len(fences.pins) > 0


@njit(nogil=True, error_model="numpy")
def new_walk(fences, n, k):
    """Scratch for pools of n candidates and lists of k."""
    c, p = len(fences.most), len(fences.pins)
    return Walk(
        np.empty((n, c), np.int64),
        np.empty(n, np.int64),
        np.empty(p, np.int64),
        np.empty(p, np.bool_),
        np.empty(p, np.bool_),
        np.empty((c, k), np.int64),
        np.empty(c, np.int64),
        np.empty(c, np.int64),
        np.empty((2, c), np.int64),
        np.full(k, -1),
        np.full(k, -1),
        np.full(2, -1),
    )


@njit(nogil=True, error_model="numpy")
def open_walk(walk, fences, pool, count):
    """Look up what a shopper's candidates count as."""
    walk.at[:] = -1
    for j in range(count):
        walk.pin[j] = -1
        for c in range(len(fences.most)):
            walk.local[j, c] = fences.codes[pool[j].item, c]
        for p in range(len(fences.pins)):
            if fences.pins[p] == pool[j].item:
                walk.pin[j], walk.at[p] = p, j
    find_kin(walk.kin, walk.local, count)


@njit(nogil=True, error_model="numpy")
def restart(walk, fences, pool, count, user, size):
    """Forget the list; exact pins stand in their slots ahead."""
    walk.values[:] = -1
    walk.have[:] = 0
    for p in range(len(fences.pins)):
        walk.pending[p] = walk.at[p] >= 0 and fences.opens[p] < size
        if walk.pending[p] and fences.opens[p] == fences.closes[p]:
            for c in range(len(fences.most)):
                walk.values[c, fences.opens[p]] = walk.local[walk.at[p], c]
    walk.guide[:] = -1
    for slot in range(min(size, fences.guides.shape[1])):
        for j in range(count):
            if pool[j].item == fences.guides[user, slot]:
                walk.guide[slot] = j


@njit(nogil=True, error_model="numpy")
def blocker(walk, fences, j, step, size):
    """The number of a rule that forbids candidate j in slot `step` of `size`, -1 = none."""
    if walk.guide[0] >= 0:
        return _breaks_guide(walk, fences, j, step, size)
    mine, limits = walk.pin[j], len(fences.most)
    if mine >= 0 and walk.pending[mine] and step < fences.opens[mine]:
        return limits + mine
    late = _late_pin(walk, fences, mine, step, size)
    if late >= 0:
        return limits + late
    for c in range(limits):
        value = walk.local[j, c]
        if value >= 0 and fences.most[c] < NO_CAP and step < fences.first[c]:
            walk.trial[0] = walk.values[c, step]
            walk.values[c, step] = value
            fits = _fits(walk.values[c], fences.most[c], fences.window[c], min(fences.first[c], size), step)
            walk.values[c, step] = walk.trial[0]
            if not fits:
                return c
    for c in range(limits):
        if fences.least[c] > 0 and step < fences.first[c] and starves(walk, fences, c, j, step, size):
            return c
    return -1


@njit(nogil=True, error_model="numpy")
def _late_pin(walk, fences, mine, step, size):
    """A pin that could not be placed any more if slot `step` went to another; earliest deadline first is optimal."""
    for p in range(len(fences.pins)):
        walk.used[p] = not walk.pending[p] or p == mine
    for slot in range(step + 1, size + 1):
        best = -1
        for p in range(len(fences.pins)):
            if walk.used[p]:
                continue
            if min(fences.closes[p], size - 1) < slot:
                return p
            if fences.opens[p] <= slot and (best < 0 or fences.closes[p] < fences.closes[best]):
                best = p
        if best >= 0:
            walk.used[best] = True
    return -1


@njit(nogil=True, error_model="numpy")
def _fits(values, most, window, reach, step):
    """Whether the value in slot `step` comes at most `most` times in every window around it."""
    width = min(window, reach)
    for start in range(max(step - width + 1, 0), min(step, reach - width) + 1):
        same = 0
        for slot in range(start, start + width):
            same += values[slot] == values[step]
        if same > most:
            return False
    return True


@njit(nogil=True, error_model="numpy")
def _breaks_guide(walk, fences, j, step, size):
    """The rule that the guide breaks once candidate j takes slot `step`: by changing places, or in place of another."""
    walk.trial[:size] = walk.guide[:size]
    _put(walk.trial, j, step, size)
    return broken_rule(walk, fences, walk.trial, size)


@njit(nogil=True, error_model="numpy")
def _put(candidates, j, step, size):
    for slot in range(step, size):
        if candidates[slot] == j:
            candidates[slot] = candidates[step]
    candidates[step] = j


@njit(nogil=True, error_model="numpy")
def broken_rule(walk, fences, candidates, size):
    """The first rule that a whole list [size] of candidates breaks, -1 = none."""
    for c in range(len(fences.most)):
        reach, count = min(fences.first[c], size), 0
        for slot in range(reach):
            walk.values[c, slot] = walk.local[candidates[slot], c]
            count += walk.values[c, slot] >= 0
        if count < fences.least[c]:
            return c
        for slot in range(reach if fences.most[c] < NO_CAP else 0):
            value = walk.values[c, slot]
            if value >= 0 and not _fits(walk.values[c], fences.most[c], fences.window[c], reach, slot):
                return c
    for p in range(len(fences.pins)):
        if walk.at[p] >= 0 and fences.opens[p] < size:
            inside = False
            for slot in range(fences.opens[p], min(fences.closes[p], size - 1) + 1):
                inside = inside or candidates[slot] == walk.at[p]
            if not inside:
                return len(fences.most) + p
    return -1


@njit(nogil=True, error_model="numpy")
def span(walk, fences, pool, count, step, size, give):
    """First and last + 1 of the candidates that slot `step` chooses among: all, but only the most relevant one that it
    may take for the first slot and at λ = 0, where the list is the top-k in order. First = -1: it may take none."""
    walk.barred[:] = -1
    if step > 0 and give != 0:
        return 0, count
    first = next_in_order(walk, fences, pool, count, step, size)
    return first, first + 1


@njit(nogil=True, error_model="numpy")
def next_in_order(walk, fences, pool, count, step, size):
    """The most relevant candidate that slot `step` may take, -1 = none."""
    if not is_fenced(fences):
        return step
    walk.barred[:] = -1
    for j in range(count):
        if pool[j].taken:
            continue
        rule = blocker(walk, fences, j, step, size)
        if rule < 0:
            return j
        if walk.barred[0] < 0:
            walk.barred[0], walk.barred[1] = j, rule
    return -1


@njit(nogil=True, error_model="numpy")
def settle(walk, fences, pool, slots, j, step, size):
    """Candidate j has taken slot `step`; write down which rule kept a better one out of it."""
    for c in range(len(fences.most)):
        walk.values[c, step] = walk.local[j, c]
        if step < fences.first[c]:
            walk.have[c] += walk.local[j, c] >= 0
    if walk.pin[j] >= 0:
        walk.pending[walk.pin[j]] = False
    if walk.guide[0] >= 0:
        _put(walk.guide, j, step, size)
    if walk.barred[0] >= 0:
        slots[step].instead = pool[walk.barred[0]].item
        slots[step].rule = walk.barred[1]
