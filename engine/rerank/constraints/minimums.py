"""Whether a slot can still be given away, or a minimum will need it: the look-ahead of the fences."""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from numba import njit


@njit(nogil=True, error_model="numpy")
def find_kin(kin, local, count):
    """Of each limit the first one that counts the same of `count` candidates, local [N, C]."""
    for c in range(len(kin)):
        kin[c] = c
        for other in range(c):
            same = True
            for j in range(count):
                if (local[j, c] >= 0) != (local[j, other] >= 0):
                    same = False
                    break
            if same:
                kin[c] = other
                break


@njit(nogil=True, error_model="numpy")
def starves(walk, fences, c, j, step, size):
    """Whether candidate j in slot `step` leaves the minimum of limit c, with those due no later, too few slots.

    Minimums that count the same candidates are kept by the same slots: the largest of them is what they need.
    """
    reach = min(fences.first[c], size)
    free = reach - 1 - step
    for p in range(len(fences.pins)):
        free -= walk.pending[p] and p != walk.pin[j] and fences.closes[p] < reach
    if _lacking(walk, fences, c, j, reach) > free:
        return True
    walk.needs[:] = 0
    for other in range(len(fences.most)):
        if min(fences.first[other], size) <= reach and step < fences.first[other]:
            kin = walk.kin[other]
            walk.needs[0, kin] = max(walk.needs[0, kin], _lacking(walk, fences, other, -1, reach))
            walk.needs[1, kin] = max(walk.needs[1, kin], _lacking(walk, fences, other, j, reach))
    before, after = 0, 0
    for kin in range(len(fences.most)):
        before += walk.needs[0, kin]
        after += walk.needs[1, kin]
    return before <= free + 1 and after > free


@njit(nogil=True, error_model="numpy")
def _lacking(walk, fences, c, j, reach):
    """How many limit c still lacks once candidate j (-1 = none) and the pins to come are placed."""
    lacking = fences.least[c] - walk.have[c]
    if j >= 0:
        lacking -= walk.local[j, c] >= 0
    for p in range(len(fences.pins)):
        if walk.pending[p] and walk.at[p] != j and fences.closes[p] < reach:
            lacking -= walk.local[walk.at[p], c] >= 0
    return lacking
