"""Facility location: (1-λ)·relevance + λ·how much better the slate covers the pool.

Coverage is Σ over the pool of √(sum of similarities to the chosen items): monotone and submodular (Lin & Bilmes,
"A class of submodular functions for document summarization", ACL 2011), as in pyversity 0.2 with γ = 0.5.
Similarity is clipped to [0, 1]. For λ in (0, 1) the first pick has the highest gain too; at λ = 1 the most
relevant item comes first. A candidate with imputed values (`imputation`) covers others but need not be covered, or the
values would count twice.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.constraints.greedy_state import (
    commit,
    is_constrained,
    new_state,
    next_in_order,
    open_state,
    restart,
    violated_rule,
)
from engine.rerank.methods.greedy import behind, choose, record, reset
from engine.rerank.methods.pool import CANDIDATE, SUM, broken_item, gather, open_pool
from engine.rerank.methods.similarity_update import fill_similarity

SLACK = np.float32(1e-5)  # a bound some steps old may be below the gain by rounding


@njit(nogil=True, error_model="numpy", fastmath=SUM)
def _coverage_gain(similarities, covered, roots, j, count):
    """What candidate j adds to Σ √covered."""
    total = np.float32(0)
    for i in range(count):
        total += np.sqrt(covered[i] + max(similarities[j, i], np.float32(0))) - roots[i]
    return total


@njit(nogil=True, error_model="numpy")
def _refresh(pool, similarities, covered, roots, j, count, step, keep, give):
    """Bring candidate j up to date."""
    pool[j].variety = _coverage_gain(similarities, covered, roots, j, count)
    pool[j].gain = keep * pool[j].quality + give * pool[j].variety
    pool[j].seen = step


@njit(nogil=True, error_model="numpy")
def _pick(pool, similarities, covered, roots, count, step, keep, give, constraints, state, size):
    """The candidate of highest gain that may be taken, -1 = none; gains never rise, so only one whose bound leads is
    brought up to date."""
    state.displaced[:] = -1
    while True:
        best, top = -1, -np.inf
        for j in range(count):
            if not (pool[j].taken or pool[j].blocked == step or behind(pool, j, best, top)):
                best, top = j, pool[j].gain
        if best < 0:
            return -1
        if pool[best].seen != step:
            _refresh(pool, similarities, covered, roots, best, count, step, keep, give)
            continue
        rule = violated_rule(state, constraints, best, step, size) if is_constrained(constraints) else -1
        if rule < 0:
            return best
        pool[best].blocked = step
        if state.displaced[0] < 0:
            state.displaced[0], state.displaced[1] = best, rule


@njit(nogil=True, error_model="numpy")
def _begin(pool, count, first, keep, give):
    """Gains with nothing chosen: `first` holds the rises, the same for every λ."""
    for j in range(count):
        pool[j].quality = pool[j].score
        pool[j].variety = first[j]
        pool[j].gain = keep * pool[j].quality + give * pool[j].variety


@njit(nogil=True, error_model="numpy")
def _cover(pool, similarities, covered, roots, chosen, j, count, step):
    """Choose candidate j: find the closest item before it, let it cover the pool, make all gains bounds."""
    for t in range(step):
        if similarities[j, chosen[t]] > pool[j].closest:
            pool[j].closest = similarities[j, chosen[t]]
            pool[j].near = chosen[t]
    choose(pool, chosen, j, step, 0)
    for i in range(count):
        covered[i] += max(similarities[j, i], np.float32(0))
        roots[i] = np.sqrt(covered[i])
        if not pool[i].taken:
            pool[i].gain += SLACK


@njit(nogil=True, error_model="numpy", cache=True)
def cover(scores, candidates, order, features, interests, constraints, diversities, slots):
    """Fill slots [U, L, k]. The diversity term lies in [0, N], N = candidates in the pool.

    Memory: 4·N·(N + d) bytes.
    """
    n = scores.shape[1]
    levels, k = slots.shape[1:]
    pool = np.empty(n, CANDIDATE)
    vectors = np.empty((n, features.embeddings.shape[1]), np.float32)
    similarities = np.empty((n, n), np.float32)
    unused = np.empty((n, 0), np.float32)
    covered, roots, first = np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    chosen = np.empty(k, np.int64)
    constrained, state = is_constrained(constraints), new_state(constraints, n, k)
    broken = -1
    for user in range(len(scores)):
        count = open_pool(pool, scores[user], candidates[user], order[user], features, user)
        size = min(count, k)
        if constrained:
            open_state(state, constraints, pool, count)
        gather(pool, vectors, unused, features, 0, count)
        fill_similarity(pool, vectors, features, count, similarities)
        for i in range(count):
            if pool[i].value_row != pool[i].item:
                similarities[:count, i] = 0
        covered[:] = 0
        roots[:] = 0
        for j in range(count):
            first[j] = _coverage_gain(similarities, covered, roots, j, count)
        for level in range(levels):
            keep = np.float32(1.0 - diversities[level])
            give = np.float32(1.0 - (1.0 - diversities[level]))
            reset(pool, count)
            covered[:] = 0
            roots[:] = 0
            _begin(pool, count, first, keep, give)
            if constrained:
                restart(state, constraints, pool, count, user, size)
            for step in range(size):
                if give == 0 or (keep == 0 and step == 0):  # the top-k in order; the most relevant item first
                    j = next_in_order(state, constraints, pool, count, step, size)
                    if j >= 0:
                        _refresh(pool, similarities, covered, roots, j, count, step, keep, give)
                else:
                    j = _pick(pool, similarities, covered, roots, count, step, keep, give, constraints, state, size)
                if j < 0:
                    break
                _cover(pool, similarities, covered, roots, chosen, j, count, step)
                record(pool, slots[user, level], j, step)
                if constrained:
                    commit(state, constraints, pool, slots[user, level], j, step, size)
        broken = max(broken, broken_item(pool, count))
    return broken
