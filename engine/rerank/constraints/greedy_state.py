"""The state of a greedy pass under rules: caps and minimums per facet value, and pinned items, checked slot by slot.

The greedy passes ask `violated_rule` about a candidate before they take it: it says which rule forbids it in this
slot, or -1. It looks ahead: a slot that a minimum or a pin will need is not given away. Where that is not enough
because the rules depend on each other, the pass stops before the list is full, and `repair` runs it again along a
`guide`: a whole list that keeps all rules, found by a solver. A candidate is then taken only if the guide can be
changed to hold it and still keeps all rules.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import NamedTuple

import numpy as np
from numba import njit

from engine.rerank.compiled import kernel_part
from engine.rerank.constraints.minimums import find_equivalent_limits, minimum_unreachable
from engine.rerank.constraints.rules import NO_CAP


class GreedyState(NamedTuple):
    """How far one greedy pass has come, and what its rules have counted."""

    local: np.ndarray  # int64 [N, C], `codes` of the pool
    pin: np.ndarray  # int64 [N], which pin a candidate is, -1 = none
    at: np.ndarray  # int64 [P], the candidate that a pin is, -1 = not in the pool
    pending: np.ndarray  # bool [P], still to be placed
    used: np.ndarray  # bool [P], scratch
    values: np.ndarray  # int64 [C, k], value in each slot, where filled or pinned; -1
    counts: np.ndarray  # int64 [C], that count so far
    equivalent_limits: np.ndarray  # int64 [C], the first limit that counts the same candidates
    needs: np.ndarray  # int64 [2, C], scratch
    guide: np.ndarray  # int64 [k], candidates
    trial: np.ndarray  # int64 [k], scratch
    displaced: np.ndarray  # int64 [2], the best candidate that a rule kept out of this slot, and which rule; -1


@kernel_part
def is_constrained(constraints):
    """Whether there is any rule to keep."""
    return len(constraints.most) + len(constraints.pins) > 0


@njit(nogil=True, error_model="numpy")
def new_state(constraints, n, k):
    """Memory for pools of n candidates and lists of k."""
    c, p = len(constraints.most), len(constraints.pins)
    return GreedyState(
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


@kernel_part
def open_state(state, constraints, pool):
    """Look up which limits and pins each candidate of a shopper counts for."""
    state.at[:] = -1
    for j in range(len(pool)):
        state.pin[j] = -1
        for c in range(len(constraints.most)):
            state.local[j, c] = constraints.codes[pool[j].item, c]
        for p in range(len(constraints.pins)):
            if constraints.pins[p] == pool[j].item:
                state.pin[j], state.at[p] = p, j
    find_equivalent_limits(state.equivalent_limits, state.local, len(pool))


@kernel_part
def restart(state, constraints, pool, user, size):
    """Empty the list. Pins of one exact slot are placed ahead."""
    state.values[:] = -1
    state.counts[:] = 0
    for p in range(len(constraints.pins)):
        state.pending[p] = state.at[p] >= 0 and constraints.opens[p] < size
        if state.pending[p] and constraints.opens[p] == constraints.closes[p]:
            for c in range(len(constraints.most)):
                state.values[c, constraints.opens[p]] = state.local[state.at[p], c]
    state.guide[:] = -1
    for slot in range(min(size, constraints.guides.shape[1])):
        for j in range(len(pool)):
            if pool[j].item == constraints.guides[user, slot]:
                state.guide[slot] = j


@kernel_part
def violated_rule(state, constraints, j, step, size):
    """The number of a rule that forbids candidate j in slot `step` of `size`, -1 = none."""
    if state.guide[0] >= 0:
        return _breaks_guide(state, constraints, j, step, size)
    mine, limits = state.pin[j], len(constraints.most)
    if mine >= 0 and state.pending[mine] and step < constraints.opens[mine]:
        return limits + mine
    late = _late_pin(state, constraints, mine, step, size)
    if late >= 0:
        return limits + late
    for c in range(limits):
        value = state.local[j, c]
        if value >= 0 and constraints.most[c] < NO_CAP and step < constraints.first[c]:
            state.trial[0] = state.values[c, step]
            state.values[c, step] = value
            fits = _fits(
                state.values[c], constraints.most[c], constraints.window[c], min(constraints.first[c], size), step
            )
            state.values[c, step] = state.trial[0]
            if not fits:
                return c
    for c in range(limits):
        if (
            constraints.least[c] > 0
            and step < constraints.first[c]
            and minimum_unreachable(state, constraints, c, j, step, size)
        ):
            return c
    return -1


@kernel_part
def _late_pin(state, constraints, mine, step, size):
    """A pin that could not be placed any more if slot `step` went to another; earliest deadline first is optimal."""
    for p in range(len(constraints.pins)):
        state.used[p] = not state.pending[p] or p == mine
    for slot in range(step + 1, size + 1):
        best = -1
        for p in range(len(constraints.pins)):
            if state.used[p]:
                continue
            if min(constraints.closes[p], size - 1) < slot:
                return p
            if constraints.opens[p] <= slot and (best < 0 or constraints.closes[p] < constraints.closes[best]):
                best = p
        if best >= 0:
            state.used[best] = True
    return -1


@kernel_part
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


@kernel_part
def _breaks_guide(state, constraints, j, step, size):
    """The rule that the guide breaks once candidate j takes slot `step`: by changing places, or in place of another."""
    for slot in range(size):
        state.trial[slot] = state.guide[slot]
    _put(state.trial, j, step, size)
    return broken_rule(state, constraints, state.trial, size)


@kernel_part
def _put(candidates, j, step, size):
    for slot in range(step, size):
        if candidates[slot] == j:
            candidates[slot] = candidates[step]
    candidates[step] = j


@kernel_part
def broken_rule(state, constraints, candidates, size):
    """The first rule that a whole list [size] of candidates breaks, -1 = none."""
    for c in range(len(constraints.most)):
        reach, count = min(constraints.first[c], size), 0
        for slot in range(reach):
            state.values[c, slot] = state.local[candidates[slot], c]
            count += state.values[c, slot] >= 0
        if count < constraints.least[c]:
            return c
        for slot in range(reach if constraints.most[c] < NO_CAP else 0):
            value = state.values[c, slot]
            if value >= 0 and not _fits(state.values[c], constraints.most[c], constraints.window[c], reach, slot):
                return c
    for p in range(len(constraints.pins)):
        if state.at[p] >= 0 and constraints.opens[p] < size:
            inside = False
            for slot in range(constraints.opens[p], min(constraints.closes[p], size - 1) + 1):
                inside = inside or candidates[slot] == state.at[p]
            if not inside:
                return len(constraints.most) + p
    return -1


@kernel_part
def next_in_order(state, constraints, pool, step, size):
    """The most relevant candidate that slot `step` may take, -1 = none."""
    constrained = is_constrained(constraints)
    for j in range(len(pool)):
        if pool[j].taken:
            continue
        if not constrained:
            return j
        rule = violated_rule(state, constraints, j, step, size)
        if rule < 0:
            return j
        if state.displaced[0] < 0:
            state.displaced[0], state.displaced[1] = j, rule
    return -1


@kernel_part
def commit(state, constraints, pool, slots, j, step, size):
    """Count candidate j, which has taken slot `step`, and write down which rule kept a better one out of it."""
    for c in range(len(constraints.most)):
        state.values[c, step] = state.local[j, c]
        if step < constraints.first[c]:
            state.counts[c] += state.local[j, c] >= 0
    if state.pin[j] >= 0:
        state.pending[state.pin[j]] = False
    if state.guide[0] >= 0:
        _put(state.guide, j, step, size)
    if state.displaced[0] >= 0:
        slots[step].instead = pool[state.displaced[0]].item
        slots[step].rule = state.displaced[1]
