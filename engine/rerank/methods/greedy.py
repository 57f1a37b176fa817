"""The greedy pass that all methods but richness share: fill each list slot by slot with the candidate of highest gain.

A method says by its `way` how that candidate is found. Where gains never rise as items are chosen, a gain computed some
steps ago is an upper bound (Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978):
- LAZY: look through the candidates by falling score, and leave alone those whose bound is below the best gain so far.
  For gains that are cheap to compute. What no step has looked at ends the search once its bound is too low.
- LEADER: compute the gain of the candidate with the highest bound only, until that is the best. For costly gains.
- EAGER: compute all gains at every step; they may rise.
The sequence is the full search's in each case.

A method keeps its own arrays in `work`, and gives four functions; keep = 1 - λ, give = λ:
- `open_user(work, pool, features, interests, user)` is called once for each shopper;
- `begin(work, pool, level, keep, give)` sets terms and gain of each candidate with nothing chosen: in a LAZY
  method upper bounds that fall with the score;
- `update(work, pool, features, chosen, first, last, step, keep, give)` brings candidates first … last - 1 up to date
  after `step` items, of which they have `seen` some;
- `take(work, pool, features, chosen, j, step)` takes note of candidate j, just chosen, and its closest item.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.compiled import kernel_part
from engine.rerank.constraints.greedy_state import (
    commit,
    is_constrained,
    new_state,
    next_in_order,
    open_state,
    restart,
    violated_rule,
)
from engine.rerank.methods.pool import CANDIDATE, broken_item, open_pool

LAZY, LEADER, EAGER = 0, 1, 2


@njit(nogil=True, error_model="numpy", inline="always")  # so that each kernel knows its way and its functions
def greedy(work, way, open_user, begin, update, take, task):
    """Fill the slots of a Task; return a row of embeddings that is not finite if one was read, else -1."""
    scores, candidates, order, features, interests, constraints, diversities, slots, barred = task
    n, k = scores.shape[1], slots.shape[2]
    memory, chosen, state = np.empty(n, CANDIDATE), np.empty(k, np.int64), new_state(constraints, n, k)
    broken = -1
    for user in range(len(scores)):
        pool = memory[: open_pool(memory, scores[user], candidates[user], order[user], barred[user], features, user)]
        if len(pool) > 0:
            open_user(work, pool, features, interests, user)
            if is_constrained(constraints):
                open_state(state, constraints, pool)
            fill_lists(
                work,
                way,
                begin,
                update,
                take,
                pool,
                chosen,
                state,
                features,
                constraints,
                user,
                diversities,
                slots[user],
            )
            broken = max(broken, broken_item(pool))
    return broken


@kernel_part(forceinline=True)
def fill_lists(work, way, begin, update, take, pool, chosen, state, features, constraints, user, diversities, slots):
    """One shopper's lists [L, k] at every λ, which share what was computed of a candidate."""
    size, columns = min(len(pool), len(chosen)), 0
    for level in range(len(diversities)):
        keep = np.float32(1.0 - diversities[level])
        give = np.float32(1.0 - (1.0 - diversities[level]))
        reset(pool)
        begin(work, pool, level, keep, give)
        if is_constrained(constraints):
            restart(state, constraints, pool, user, size)
        columns = fill_list(
            work, way, update, take, pool, chosen, state, features, constraints, keep, give, size, columns, slots[level]
        )


@kernel_part(forceinline=True)
def fill_list(work, way, update, take, pool, chosen, state, features, constraints, keep, give, size, columns, slots):
    """One list [k]. Where the rules leave no candidate for a slot, that slot and those after it stay empty.

    columns: how many columns of similarities earlier lists have taken; returned with those of this one.
    """
    for step in range(size):
        state.displaced[:] = -1
        if give == 0 or (
            step == 0 and (way != LEADER or keep == 0)
        ):  # the top-k in order; the most relevant item first
            best = next_in_order(state, constraints, pool, step, size)
            if best >= 0:
                update(work, pool, features, chosen, best, best + 1, step, keep, give)
        elif way == LEADER:
            best = lead(work, update, pool, chosen, state, features, constraints, keep, give, size, step)
        else:
            if way == EAGER:
                update(work, pool, features, chosen, 0, len(pool), step, keep, give)
            best = scan(work, way, update, pool, chosen, state, features, constraints, keep, give, size, step)
        if best < 0:
            break
        columns += choose(pool, chosen, best, step, columns)
        take(work, pool, features, chosen, best, step)
        record(pool, slots, best, step)
        if is_constrained(constraints):
            commit(state, constraints, pool, slots, best, step, size)
    return columns


@kernel_part(forceinline=True)
def scan(work, way, update, pool, chosen, state, features, constraints, keep, give, size, step):
    """The candidate of highest gain that no rule keeps out, -1 = none."""
    constrained = is_constrained(constraints)
    best, top = -1, -np.inf
    out, over, rule = -1, -np.inf, -1  # the best that a rule keeps out
    for j in range(len(pool)):
        if pool[j].taken:
            continue
        if pool[j].gain < top and way == LAZY and pool[j].seen == 0:
            break  # never looked at, like all that follow, and their bounds are no higher
        if behind(pool, j, best, top):
            continue
        if way == LAZY and pool[j].seen < step:
            update(work, pool, features, chosen, j, j + 1, step, keep, give)
            if behind(pool, j, best, top):
                continue
        barrier = violated_rule(state, constraints, j, step, size) if constrained else -1
        if barrier < 0:
            best, top = j, pool[j].gain
        elif not behind(pool, j, out, over):
            out, over, rule = j, pool[j].gain, barrier
    if out >= 0 and not behind(pool, out, best, top):
        state.displaced[0], state.displaced[1] = out, rule
    return best


@kernel_part
def lead(work, update, pool, chosen, state, features, constraints, keep, give, size, step):
    """The same, found by bringing up to date only candidates whose bound leads."""
    while True:
        best, top = -1, -np.inf
        for j in range(len(pool)):
            if not (pool[j].taken or pool[j].blocked == step or behind(pool, j, best, top)):
                best, top = j, pool[j].gain
        if best < 0:
            return -1
        if pool[best].seen != step:
            update(work, pool, features, chosen, best, best + 1, step, keep, give)
            continue
        rule = violated_rule(state, constraints, best, step, size) if is_constrained(constraints) else -1
        if rule < 0:
            return best
        pool[best].blocked = step
        if state.displaced[0] < 0:
            state.displaced[0], state.displaced[1] = best, rule


@kernel_part
def reset(pool):
    """Forget what the last greedy pass chose and computed; a barred candidate counts as taken from the start."""
    for j in range(len(pool)):
        pool[j].taken = pool[j].barred
        pool[j].blocked = -1
        pool[j].seen = 0
        pool[j].closest = -np.inf
        pool[j].residual = 0


@kernel_part
def behind(pool, j, best, top):
    """Whether candidate j loses to the best so far; among equals the earlier one in the caller's pool wins."""
    return pool[j].gain < top or (pool[j].gain == top and pool[j].slot > pool[best].slot)


@kernel_part
def choose(pool, chosen, j, step, columns):
    """Mark candidate j as chosen at `step`; return 1 if it takes the next column of similarities, else 0."""
    pool[j].taken = True
    pool[j].root = np.sqrt(pool[j].residual)
    chosen[step] = j
    if pool[j].column >= 0:
        return 0
    pool[j].column = columns
    return 1


@kernel_part
def record(pool, slots, j, step):
    """Write one slot: the item, its two terms, the gain, and the closest item already chosen."""
    slots[step].items = pool[j].item
    slots[step].relevance = pool[j].quality
    slots[step].diversity = pool[j].variety
    slots[step].gains = pool[j].gain
    if step > 0:
        slots[step].nearest = pool[pool[j].near].item
        slots[step].similarity = min(max(pool[j].closest, np.float32(-1)), np.float32(1))
