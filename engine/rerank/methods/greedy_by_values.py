"""The greedy pass of xquad and calibrated: they choose by facet values, so only chosen items need a similarity."""

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
from engine.rerank.methods.facet_counts import add, clear, new_facet_counts, open_facet_counts, weigh
from engine.rerank.methods.greedy import behind, block, choose, record, reset
from engine.rerank.methods.pool import CANDIDATE, broken_item, gather, open_pool, update_similarity


@njit(nogil=True, error_model="numpy", inline="always")  # so that each kernel knows its functions
def greedy_by_values(ready, price, scores, candidates, order, features, interests, constraints, diversities, slots):
    """Fill slots [U, L, k]; return a row of embeddings that is not finite if one was read, else -1.

    Where the rules leave no candidate for a slot, that slot and those after it stay empty.

    ready(facet_counts, facet): called once for each shopper, completes their shares. price(facet_counts, facet, step):
    see
    `facet_counts`.
    """
    n = scores.shape[1]
    levels, k = slots.shape[1:]
    pool = np.empty(n, CANDIDATE)
    vectors = np.empty((n, features.embeddings.shape[1]), np.float32)
    similarity = np.empty((n, min(n, levels * k)), np.float32)
    facet_counts = new_facet_counts(interests, n)
    worth = np.empty(n)
    chosen = np.empty(k, np.int64)
    constrained, state = is_constrained(constraints), new_state(constraints, n, k)
    broken = -1
    for user in range(len(scores)):
        count = open_pool(pool, scores[user], candidates[user], order[user], features, user)
        size = min(count, k)
        if constrained:
            open_state(state, constraints, pool, count)
        open_facet_counts(facet_counts, interests, user, pool, count)
        for facet in range(len(interests.weights)):
            ready(facet_counts, facet)
        columns = 0
        for level in range(levels):
            keep = np.float32(1.0 - diversities[level])
            give = np.float32(1.0 - (1.0 - diversities[level]))
            reset(pool, count)
            clear(facet_counts)
            if constrained:
                restart(state, constraints, pool, count, user, size)
            for step in range(size):
                first, last = span(state, constraints, pool, count, step, size, give)
                if first < 0:
                    break
                for facet in range(len(interests.weights)):
                    price(facet_counts, facet, step)
                weigh(facet_counts, interests.weights, first, last, worth)
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
                    barrier = violated_rule(state, constraints, j, step, size) if constrained else -1
                    if barrier < 0:
                        best, top = j, pool[j].gain
                    elif not behind(pool, j, out, over):
                        out, over, rule = j, pool[j].gain, barrier
                if best < 0:
                    break
                columns += take(pool, vectors, similarity, features, chosen, best, step, columns)
                add(facet_counts, best)
                record(pool, slots[user, level], best, step)
                if constrained:
                    block(state, pool, best, top, out, rule)
                    commit(state, constraints, pool, slots[user, level], best, step, size)
        broken = max(broken, broken_item(pool, count))
    return broken


@njit(nogil=True, error_model="numpy")
def take(pool, vectors, similarity, features, chosen, j, step, columns):
    """Choose candidate j and find the closest item before it; return 1 if it takes the next column, else 0."""
    gather(pool, vectors, similarity, features, j, j + 1)
    update_similarity(pool, vectors, similarity, features, chosen, j, j + 1, step)
    return choose(pool, chosen, j, step, columns)
