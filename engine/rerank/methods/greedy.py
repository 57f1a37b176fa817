"""The greedy pass that all methods share.

Most methods are lazy (Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978):
their gains never rise as items are chosen, so a gain computed some steps ago is an upper bound, and a
candidate whose bound is below the best gain found so far is left alone. The sequence is the full search's.
The others bring every candidate up to date at every step.

A method gives `begin(pool, count, level, keep, give)`: terms and gain of each candidate with nothing chosen,
falling with the score; and `fold(pool, similarity, factors, chosen, first, last, step, keep, give)`: the same for
candidates first … last - 1 after `step` items, of which they have `seen` some. keep = 1 - λ, give = λ.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.constraints.greedy_state import (
    commit,
    is_constrained,
    new_state,
    open_state,
    restart,
    span,
    violated_rule,
)
from engine.rerank.methods.pool import CANDIDATE, broken_item, gather, open_pool, update_similarity


@njit(nogil=True, error_model="numpy", inline="always")  # so that each kernel knows its begin and fold
def rerank_users(begin, fold, lazy, scores, candidates, order, features, constraints, diversities, slots):
    """Fill slots [U, L, k]; return a row of embeddings that is not finite if one was read, else -1.

    Where the rules leave no candidate for a slot, that slot and those after it stay empty.

    order: int64 [U, N], the slots of each pool by falling score, candidates first.
    Memory: 4·N·(d + min(N, L·k) + k) bytes and a little, whatever U is.
    """
    n = scores.shape[1]
    levels, k = slots.shape[1:]
    pool = np.empty(n, CANDIDATE)
    vectors = np.empty((n, features.embeddings.shape[1]), np.float32)
    similarity = np.empty((n, min(n, levels * k)), np.float32)
    factors = np.empty((n, k), np.float32)
    chosen = np.empty(k, np.int64)
    constrained, state = is_constrained(constraints), new_state(constraints, n, k)
    broken = -1
    for user in range(len(scores)):
        count = open_pool(pool, scores[user], candidates[user], order[user], features, user)
        size = min(count, k)
        if constrained:
            open_state(state, constraints, pool, count)
        columns = 0
        for level in range(levels):
            keep = np.float32(1.0 - diversities[level])
            give = np.float32(1.0 - (1.0 - diversities[level]))
            reset(pool, count)
            begin(pool, count, level, keep, give)
            if constrained:
                restart(state, constraints, pool, count, user, size)
            for step in range(size):
                first, last = span(state, constraints, pool, count, step, size, give)
                if first < 0:
                    break
                if not lazy:
                    gather(pool, vectors, similarity, features, first, last)
                    update_similarity(pool, vectors, similarity, features, chosen, first, last, step)
                    fold(pool, similarity, factors, chosen, first, last, step, keep, give)
                best, top = -1, -np.inf
                out, over, rule = -1, -np.inf, -1  # the best that a rule keeps out
                for j in range(first, last):
                    if pool[j].taken:
                        continue
                    if pool[j].gain < top and lazy and pool[j].seen == 0:
                        break  # never looked at, like all that follow, and their bounds are no higher
                    if behind(pool, j, best, top):
                        continue
                    if lazy and (pool[j].seen < step or step == 0):
                        gather(pool, vectors, similarity, features, j, j + 1)
                        update_similarity(pool, vectors, similarity, features, chosen, j, j + 1, step)
                        fold(pool, similarity, factors, chosen, j, j + 1, step, keep, give)
                    if behind(pool, j, best, top):
                        continue
                    barrier = violated_rule(state, constraints, j, step, size) if constrained else -1
                    if barrier < 0:
                        best, top = j, pool[j].gain
                    elif not behind(pool, j, out, over):
                        out, over, rule = j, pool[j].gain, barrier
                if best < 0:
                    break
                columns += choose(pool, chosen, best, step, columns)
                record(pool, slots[user, level], best, step)
                if constrained:
                    block(state, pool, best, top, out, rule)
                    commit(state, constraints, pool, slots[user, level], best, step, size)
        broken = max(broken, broken_item(pool, count))
    return broken


@njit(nogil=True, error_model="numpy")
def reset(pool, count):
    """Forget what the last greedy pass chose and computed."""
    for j in range(count):
        pool[j].taken = False
        pool[j].blocked = -1
        pool[j].seen = 0
        pool[j].closest = -np.inf
        pool[j].residual = 0


@njit(nogil=True, error_model="numpy")
def behind(pool, j, best, top):
    """Whether candidate j loses to the best so far; among equals the earlier one in the caller's pool wins."""
    return pool[j].gain < top or (pool[j].gain == top and pool[j].slot > pool[best].slot)


@njit(nogil=True, error_model="numpy")
def block(state, pool, best, top, out, rule):
    """Remember that `rule` kept candidate `out` (-1 = none) out of the slot, if it would have won."""
    if out >= 0 and not behind(pool, out, best, top):
        state.displaced[0], state.displaced[1] = out, rule


@njit(nogil=True, error_model="numpy")
def choose(pool, chosen, j, step, columns):
    """Mark candidate j as chosen at `step`; return 1 if it takes the next column of similarities, else 0."""
    pool[j].taken = True
    pool[j].root = np.sqrt(pool[j].residual)
    chosen[step] = j
    if pool[j].column >= 0:
        return 0
    pool[j].column = columns
    return 1


@njit(nogil=True, error_model="numpy")
def record(pool, slots, j, step):
    """Write one slot: the item, its two terms, the gain, and the closest item already chosen."""
    slots[step].items = pool[j].item
    slots[step].relevance = pool[j].quality
    slots[step].diversity = pool[j].variety
    slots[step].gains = pool[j].gain
    if step > 0:
        slots[step].nearest = pool[pool[j].near].item
        slots[step].similarity = min(max(pool[j].closest, np.float32(-1)), np.float32(1))
