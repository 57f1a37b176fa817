"""Richness: the set of K items that minimises (1-λ)·mean(1 - s) + λ·ln(N / |C|).

s = scores min-max scaled over the pool (1 where all are equal), N = chosen items whose facet value is known,
|C| = distinct values among them; N = 0 counts as ln K. With one facet the optimum is exact: among sets with N
known items and at least m values the highest Σ s takes the best items of the m best values, then the best
other known items, then the best unknown ones; all (N, m) are tried. Ties: higher Σ s, then the set whose first
differing item comes earlier by falling score. With several facets, Σ weight·ln(N / |C|), items are added
greedily, each to minimise the objective of the set so far.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.methods.best_sets import best_set, mark_set, sum_sets
from engine.rerank.methods.facet_counts import add, clear, new_facet_counts, open_facet_counts, weigh
from engine.rerank.methods.greedy import record, reset
from engine.rerank.methods.greedy_by_values import take
from engine.rerank.methods.pool import CANDIDATE, broken_item, open_pool


@njit(nogil=True, error_model="numpy")
def _scale(pool, count):
    """Min-max scale the scores into `quality`."""
    if count == 0:
        return
    worst = np.float64(pool[count - 1].score)
    spread = np.float64(pool[0].score) - worst
    for j in range(count):
        pool[j].quality = (np.float64(pool[j].score) - worst) / spread if spread > 0 else 1.0


@njit(nogil=True, error_model="numpy")
def _loss(facet_counts, weights, items):
    """Σ weight · ln(N / |C|) of the slate of so many items."""
    total = 0.0
    for facet in range(len(weights)):
        if facet_counts.known[facet] > 0:
            total += weights[facet] * np.log(facet_counts.known[facet] / facet_counts.distinct[facet])
        else:
            total += weights[facet] * np.log(max(items, 1))
    return total


@njit(nogil=True, error_model="numpy")
def _greedy(pool, count, size, facet_counts, weights, keep, give, wanted, worth):
    """Mark a set of `size` candidates as wanted, for several facets."""
    wanted[:count] = False
    for step in range(size):
        for facet in range(len(weights)):
            known, distinct = facet_counts.known[facet], facet_counts.distinct[facet]
            facet_counts.none[facet] = -np.log(known / distinct) if known > 0 else -np.log(step + 1)
            new, old = -np.log((known + 1) / (distinct + 1)), -np.log((known + 1) / max(distinct, 1))
            for value in range(facet_counts.values[facet]):
                facet_counts.terms[facet, value] = new if facet_counts.counts[facet, value] == 0 else old
        weigh(facet_counts, weights, 0, count, worth)
        best, top = -1, -np.inf
        for j in range(count):
            if not wanted[j]:
                gain = keep * pool[j].quality / (step + 1) + give * worth[j]
                if gain > top:
                    best, top = j, gain
        wanted[best] = True
        add(facet_counts, best)


@njit(nogil=True, error_model="numpy", cache=True)
def richness(scores, candidates, order, features, interests, constraints, diversities, slots):
    """Fill slots [U, L, k] by falling score. Σ of the gains is K·(1 - λ - objective). A whole set is chosen, not slot
    by slot, so constraints are not supported.

    The diversity term, -K · rise of ln(N / |C|) with this item, lies in [-K·ln K, K·ln K].
    """
    n = scores.shape[1]
    levels, k = slots.shape[1:]
    pool = np.empty(n, CANDIDATE)
    vectors = np.empty((n, features.embeddings.shape[1]), np.float32)
    similarity = np.empty((n, min(n, levels * k)), np.float32)
    facet_counts = new_facet_counts(interests, n)
    sums = np.empty((k + 1, k + 1))
    rank, worth = np.empty(n, np.int64), np.empty(n)
    wanted, rival = np.empty(n, np.bool_), np.empty(n, np.bool_)
    chosen = np.empty(k, np.int64)
    weights = interests.weights
    broken = -1
    for user in range(len(scores)):
        count = open_pool(pool, scores[user], candidates[user], order[user], features, user)
        size = min(count, k)
        _scale(pool, count)
        open_facet_counts(facet_counts, interests, user, pool, count)
        if len(weights) == 1:
            sum_sets(pool, count, size, facet_counts, sums, rank)
        columns = 0
        for level in range(levels):
            keep, give = 1.0 - diversities[level], 1.0 - (1.0 - diversities[level])
            reset(pool, count)
            clear(facet_counts)
            if give == 0:
                mark_set(facet_counts, rank, count, -1, 0, size, wanted)
            elif len(weights) == 1:
                best_set(facet_counts, rank, count, size, sums, keep, give, wanted, rival)
            else:
                _greedy(pool, count, size, facet_counts, weights, keep, give, wanted, worth)
            clear(facet_counts)
            step, loss = 0, 0.0
            for j in range(count):
                if wanted[j]:
                    columns += take(pool, vectors, similarity, features, chosen, j, step, columns)
                    add(facet_counts, j)
                    step += 1
                    then = _loss(facet_counts, weights, step)
                    pool[j].variety = -size * (then - loss)
                    pool[j].gain = np.float32(keep) * pool[j].quality + np.float32(give) * pool[j].variety
                    record(pool, slots[user, level], j, step - 1)
                    loss = then
        broken = max(broken, broken_item(pool, count))
    return broken
