"""The look-ahead of the rules: whether a slot can still be given to any candidate, or a minimum will need it."""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from engine.rerank.compiled import kernel_part


@kernel_part
def find_equivalent_limits(equivalent, local, count):
    """For each limit, find the first limit that counts the same of `count` candidates, local [N, C]."""
    for c in range(len(equivalent)):
        equivalent[c] = c
        for other in range(c):
            same = True
            for j in range(count):
                if (local[j, c] >= 0) != (local[j, other] >= 0):
                    same = False
                    break
            if same:
                equivalent[c] = other
                break


@kernel_part
def minimum_unreachable(state, constraints, c, j, step, size):
    """Whether candidate j in slot `step` leaves too few slots for the minimum of limit c and those due no later.

    Minimums that count the same candidates are kept by the same slots: together they need as many as the largest of
    them.
    """
    reach = min(constraints.first[c], size)
    free = reach - 1 - step
    for p in range(len(constraints.pins)):
        free -= state.pending[p] and p != state.pin[j] and constraints.closes[p] < reach
    if _lacking(state, constraints, c, j, reach) > free:
        return True
    state.needs[:] = 0
    for other in range(len(constraints.most)):
        if min(constraints.first[other], size) <= reach and step < constraints.first[other]:
            equivalent = state.equivalent_limits[other]
            state.needs[0, equivalent] = max(state.needs[0, equivalent], _lacking(state, constraints, other, -1, reach))
            state.needs[1, equivalent] = max(state.needs[1, equivalent], _lacking(state, constraints, other, j, reach))
    before, after = 0, 0
    for equivalent in range(len(constraints.most)):
        before += state.needs[0, equivalent]
        after += state.needs[1, equivalent]
    return before <= free + 1 and after > free


@kernel_part
def _lacking(state, constraints, c, j, reach):
    """How many limit c still lacks once candidate j (-1 = none) and the pins to come are placed."""
    lacking = constraints.least[c] - state.counts[c]
    if j >= 0:
        lacking -= state.local[j, c] >= 0
    for p in range(len(constraints.pins)):
        if state.pending[p] and state.at[p] != j and constraints.closes[p] < reach:
            lacking -= state.local[state.at[p], c] >= 0
    return lacking
