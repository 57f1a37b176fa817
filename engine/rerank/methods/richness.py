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
from engine.rerank.methods.facet_counts import add, clear, new_tally, open_tally, weigh
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
def _loss(tally, weights, items):
    """Σ weight · ln(N / |C|) of the slate of so many items."""
    total = 0.0
    for facet in range(len(weights)):
        if tally.known[facet] > 0:
            total += weights[facet] * np.log(tally.known[facet] / tally.distinct[facet])
        else:
            total += weights[facet] * np.log(max(items, 1))
    return total


@njit(nogil=True, error_model="numpy")
def _greedy(pool, count, size, tally, weights, keep, give, wanted, worth):
    """Mark a set of `size` candidates as wanted, for several facets."""
    wanted[:count] = False
    for step in range(size):
        for facet in range(len(weights)):
            known, distinct = tally.known[facet], tally.distinct[facet]
            tally.none[facet] = -np.log(known / distinct) if known > 0 else -np.log(step + 1)
            new, old = -np.log((known + 1) / (distinct + 1)), -np.log((known + 1) / max(distinct, 1))
            for value in range(tally.values[facet]):
                tally.terms[facet, value] = new if tally.counts[facet, value] == 0 else old
        weigh(tally, weights, 0, count, worth)
        best, top = -1, -np.inf
        for j in range(count):
            if not wanted[j]:
                gain = keep * pool[j].quality / (step + 1) + give * worth[j]
                if gain > top:
                    best, top = j, gain
        wanted[best] = True
        add(tally, best)


@njit(nogil=True, error_model="numpy", cache=True)
def richness(scores, candidates, order, likeness, interests, fences, diversities, slots):
    """Fill slots [U, L, k] by falling score. Σ of the gains is K·(1 - λ - objective). It chooses a set, not slot by
    slot, so the door gives it no fences.

    The diversity term, -K · rise of ln(N / |C|) with this item, lies in [-K·ln K, K·ln K].
    """
    n = scores.shape[1]
    levels, k = slots.shape[1:]
    pool = np.empty(n, CANDIDATE)
    vectors = np.empty((n, likeness.embeddings.shape[1]), np.float32)
    similarity = np.empty((n, min(n, levels * k)), np.float32)
    tally = new_tally(interests, n)
    sums = np.empty((k + 1, k + 1))
    rank, worth = np.empty(n, np.int64), np.empty(n)
    wanted, rival = np.empty(n, np.bool_), np.empty(n, np.bool_)
    chosen = np.empty(k, np.int64)
    weights = interests.weights
    broken = -1
    for user in range(len(scores)):
        count = open_pool(pool, scores[user], candidates[user], order[user], likeness, user)
        size = min(count, k)
        _scale(pool, count)
        open_tally(tally, interests, user, pool, count)
        if len(weights) == 1:
            sum_sets(pool, count, size, tally, sums, rank)
        columns = 0
        for level in range(levels):
            keep, give = 1.0 - diversities[level], 1.0 - (1.0 - diversities[level])
            reset(pool, count)
            clear(tally)
            if give == 0:
                mark_set(tally, rank, count, -1, 0, size, wanted)
            elif len(weights) == 1:
                best_set(tally, rank, count, size, sums, keep, give, wanted, rival)
            else:
                _greedy(pool, count, size, tally, weights, keep, give, wanted, worth)
            clear(tally)
            step, loss = 0, 0.0
            for j in range(count):
                if wanted[j]:
                    columns += take(pool, vectors, similarity, likeness, chosen, j, step, columns)
                    add(tally, j)
                    step += 1
                    then = _loss(tally, weights, step)
                    pool[j].variety = -size * (then - loss)
                    pool[j].gain = np.float32(keep) * pool[j].quality + np.float32(give) * pool[j].variety
                    record(pool, slots[user, level], j, step - 1)
                    loss = then
        broken = max(broken, broken_item(pool, count))
    return broken
