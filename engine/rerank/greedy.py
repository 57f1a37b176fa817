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

from engine.rerank.pool import CANDIDATE, broken_item, load, meet, open_pool


@njit(nogil=True, error_model="numpy", inline="always")  # so that each kernel knows its begin and fold
def rerank_users(begin, fold, lazy, scores, candidates, order, likeness, diversities, slots):
    """Fill slots [U, L, k]; return a broken row of embeddings if one was read, else -1.

    order: int64 [U, N], the slots of each pool by falling score, candidates first.
    Scratch: 4·N·(d + min(N, L·k) + k) bytes and a little, whatever U is.
    """
    n = scores.shape[1]
    levels, k = slots.shape[1:]
    pool = np.empty(n, CANDIDATE)
    vectors = np.empty((n, likeness.embeddings.shape[1]), np.float32)
    similarity = np.empty((n, min(n, levels * k)), np.float32)
    factors = np.empty((n, k), np.float32)
    chosen = np.empty(k, np.int64)
    broken = -1
    for user in range(len(scores)):
        count = open_pool(pool, scores[user], candidates[user], order[user])
        columns = 0
        for level in range(levels):
            keep = np.float32(1.0 - diversities[level])
            give = np.float32(1.0 - (1.0 - diversities[level]))
            reset(pool, count)
            begin(pool, count, level, keep, give)
            for step in range(min(count, k)):
                # the most relevant item first; at λ = 0 the top-k in order
                first, last = (step, step + 1) if step == 0 or give == 0 else (0, count)
                if not lazy:
                    load(pool, vectors, similarity, likeness, first, last)
                    meet(pool, vectors, similarity, likeness, chosen, first, last, step)
                    fold(pool, similarity, factors, chosen, first, last, step, keep, give)
                best, top = -1, -np.inf
                for j in range(first, last):
                    if pool[j].taken:
                        continue
                    if pool[j].gain < top and lazy and pool[j].seen == 0:
                        break  # never looked at, like all that follow, and their bounds are no higher
                    if behind(pool, j, best, top):
                        continue
                    if lazy and (pool[j].seen < step or step == 0):
                        load(pool, vectors, similarity, likeness, j, j + 1)
                        meet(pool, vectors, similarity, likeness, chosen, j, j + 1, step)
                        fold(pool, similarity, factors, chosen, j, j + 1, step, keep, give)
                    if not behind(pool, j, best, top):
                        best, top = j, pool[j].gain
                columns += choose(pool, chosen, best, step, columns)
                record(pool, slots[user, level], best, step)
        broken = max(broken, broken_item(pool, count))
    return broken


@njit(nogil=True, error_model="numpy")
def reset(pool, count):
    """Forget what the last greedy pass knew."""
    for j in range(count):
        pool[j].taken = False
        pool[j].seen = 0
        pool[j].closest = -np.inf
        pool[j].residual = 0


@njit(nogil=True, error_model="numpy")
def behind(pool, j, best, top):
    """Whether candidate j loses to the best so far; among equals the earlier in the caller's pool wins."""
    return pool[j].gain < top or (pool[j].gain == top and pool[j].slot > pool[best].slot)


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
