"""The greedy pass of xquad and calibrated: they choose by facet values, so only chosen items need a similarity."""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.constraints.greedy_state import blocker, is_fenced, new_walk, open_walk, restart, settle, span
from engine.rerank.methods.facet_counts import add, clear, new_tally, open_tally, weigh
from engine.rerank.methods.greedy import bar, behind, choose, record, reset
from engine.rerank.methods.pool import CANDIDATE, broken_item, load, meet, open_pool


@njit(nogil=True, error_model="numpy", inline="always")  # so that each kernel knows its functions
def rerank_by_values(ready, price, scores, candidates, order, likeness, interests, fences, diversities, slots):
    """Fill slots [U, L, k]; return a broken row of embeddings if one was read, else -1.

    Where the rules leave no candidate for a slot, that slot and those after it stay empty.

    ready(tally, facet): once a shopper, mends her shares. price(tally, facet, step): see `tally`.
    """
    n = scores.shape[1]
    levels, k = slots.shape[1:]
    pool = np.empty(n, CANDIDATE)
    vectors = np.empty((n, likeness.embeddings.shape[1]), np.float32)
    similarity = np.empty((n, min(n, levels * k)), np.float32)
    tally = new_tally(interests, n)
    worth = np.empty(n)
    chosen = np.empty(k, np.int64)
    fenced, walk = is_fenced(fences), new_walk(fences, n, k)
    broken = -1
    for user in range(len(scores)):
        count = open_pool(pool, scores[user], candidates[user], order[user], likeness, user)
        size = min(count, k)
        if fenced:
            open_walk(walk, fences, pool, count)
        open_tally(tally, interests, user, pool, count)
        for facet in range(len(interests.weights)):
            ready(tally, facet)
        columns = 0
        for level in range(levels):
            keep = np.float32(1.0 - diversities[level])
            give = np.float32(1.0 - (1.0 - diversities[level]))
            reset(pool, count)
            clear(tally)
            if fenced:
                restart(walk, fences, pool, count, user, size)
            for step in range(size):
                first, last = span(walk, fences, pool, count, step, size, give)
                if first < 0:
                    break
                for facet in range(len(interests.weights)):
                    price(tally, facet, step)
                weigh(tally, interests.weights, first, last, worth)
                best, top = -1, -np.inf
                out, over, rule = -1, -np.inf, -1  # the best that a rule keeps out
                for j in range(first, last):
                    if pool[j].taken:
                        continue
                    pool[j].quality = pool[j].score
                    pool[j].variety = worth[j]
                    pool[j].gain = keep * pool[j].quality + give * pool[j].variety
                    if behind(pool, j, best, top):
                        continue
                    barrier = blocker(walk, fences, j, step, size) if fenced else -1
                    if barrier < 0:
                        best, top = j, pool[j].gain
                    elif not behind(pool, j, out, over):
                        out, over, rule = j, pool[j].gain, barrier
                if best < 0:
                    break
                columns += take(pool, vectors, similarity, likeness, chosen, best, step, columns)
                add(tally, best)
                record(pool, slots[user, level], best, step)
                if fenced:
                    bar(walk, pool, best, top, out, rule)
                    settle(walk, fences, pool, slots[user, level], best, step, size)
        broken = max(broken, broken_item(pool, count))
    return broken


@njit(nogil=True, error_model="numpy")
def take(pool, vectors, similarity, likeness, chosen, j, step, columns):
    """Choose candidate j and find the closest item before it; return 1 if it takes the next column, else 0."""
    load(pool, vectors, similarity, likeness, j, j + 1)
    meet(pool, vectors, similarity, likeness, chosen, j, j + 1, step)
    return choose(pool, chosen, j, step, columns)
