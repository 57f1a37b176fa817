"""The greedy pass of xquad and calibrated: they choose by facet values, so only chosen items need a similarity."""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.greedy import behind, choose, record, reset
from engine.rerank.pool import CANDIDATE, broken_item, load, meet, open_pool
from engine.rerank.tally import add, clear, new_tally, open_tally, weigh


@njit(nogil=True, error_model="numpy", inline="always")  # so that each kernel knows its functions
def rerank_by_values(ready, price, scores, candidates, order, likeness, interests, diversities, slots):
    """Fill slots [U, L, k]; return a broken row of embeddings if one was read, else -1.

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
    broken = -1
    for user in range(len(scores)):
        count = open_pool(pool, scores[user], candidates[user], order[user])
        open_tally(tally, interests, user, pool, count)
        for facet in range(len(interests.weights)):
            ready(tally, facet)
        columns = 0
        for level in range(levels):
            keep = np.float32(1.0 - diversities[level])
            give = np.float32(1.0 - (1.0 - diversities[level]))
            reset(pool, count)
            clear(tally)
            for step in range(min(count, k)):
                # the most relevant item first; at λ = 0 the top-k in order
                first, last = (step, step + 1) if step == 0 or give == 0 else (0, count)
                for facet in range(len(interests.weights)):
                    price(tally, facet, step)
                weigh(tally, interests.weights, first, last, worth)
                best, top = -1, -np.inf
                for j in range(first, last):
                    if pool[j].taken:
                        continue
                    pool[j].quality = pool[j].score
                    pool[j].variety = worth[j]
                    pool[j].gain = keep * pool[j].quality + give * pool[j].variety
                    if not behind(pool, j, best, top):
                        best, top = j, pool[j].gain
                columns += take(pool, vectors, similarity, likeness, chosen, best, step, columns)
                add(tally, best)
                record(pool, slots[user, level], best, step)
        broken = max(broken, broken_item(pool, count))
    return broken


@njit(nogil=True, error_model="numpy")
def take(pool, vectors, similarity, likeness, chosen, j, step, columns):
    """Choose candidate j and find the closest item before it; return 1 if it takes the next column, else 0."""
    load(pool, vectors, similarity, likeness, j, j + 1)
    meet(pool, vectors, similarity, likeness, chosen, j, j + 1, step)
    return choose(pool, chosen, j, step, columns)
