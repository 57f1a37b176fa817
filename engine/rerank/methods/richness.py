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

from engine.rerank.compiled import kernel_part
from engine.rerank.methods.best_sets import best_set, mark_set, sum_sets
from engine.rerank.methods.by_values import new_value_work, open_values, take_values
from engine.rerank.methods.facet_counts import add, clear, weigh
from engine.rerank.methods.greedy import choose, record, reset
from engine.rerank.methods.pool import CANDIDATE, broken_item, open_pool


@kernel_part
def _scale(pool):
    """Min-max scale the scores into `quality`."""
    worst = np.float64(pool[-1].score)
    spread = np.float64(pool[0].score) - worst
    for j in range(len(pool)):
        pool[j].quality = (np.float64(pool[j].score) - worst) / spread if spread > 0 else 1.0


@kernel_part
def _loss(facet_counts, items):
    """Σ weight · ln(N / |C|) of the slate of so many items."""
    total, weights = 0.0, facet_counts.weights
    for facet in range(len(weights)):
        if facet_counts.known[facet] > 0:
            total += weights[facet] * np.log(facet_counts.known[facet] / facet_counts.distinct[facet])
        else:
            total += weights[facet] * np.log(max(items, 1))
    return total


@kernel_part
def _greedy(pool, size, facet_counts, keep, give, wanted):
    """Mark a set of `size` candidates as wanted, for several facets."""
    wanted[: len(pool)] = False
    for step in range(size):
        for facet in range(len(facet_counts.weights)):
            known, distinct = facet_counts.known[facet], facet_counts.distinct[facet]
            facet_counts.none[facet] = -np.log(known / distinct) if known > 0 else -np.log(step + 1)
            new, old = -np.log((known + 1) / (distinct + 1)), -np.log((known + 1) / max(distinct, 1))
            for value in range(facet_counts.values[facet]):
                facet_counts.terms[facet, value] = new if facet_counts.counts[facet, value] == 0 else old
        weigh(facet_counts, 0, len(pool))
        best, top = -1, -np.inf
        for j in range(len(pool)):
            if not wanted[j]:
                gain = keep * pool[j].quality / (step + 1) + give * facet_counts.worth[j]
                if gain > top:
                    best, top = j, gain
        wanted[best] = True
        add(facet_counts, best)


@njit(nogil=True, error_model="numpy", cache=True)
def richness(task):
    """Fill the slots of a Task by falling score. Σ of the gains is K·(1 - λ - objective). A whole set is chosen, not
    slot by slot, so constraints are not supported.

    The diversity term, -K · rise of ln(N / |C|) with this item, lies in [-K·ln K, K·ln K].
    """
    scores, candidates, order, features, interests, _, diversities, slots, barred = task
    n = scores.shape[1]
    levels, k = slots.shape[1:]
    memory = np.empty(n, CANDIDATE)
    work = new_value_work(task)
    facets = work.facets
    sums = np.empty((k + 1, k + 1))
    rank = np.empty(n, np.int64)
    wanted, rival = np.empty(n, np.bool_), np.empty(n, np.bool_)
    chosen = np.empty(k, np.int64)
    broken = -1
    for user in range(len(scores)):
        pool = memory[: open_pool(memory, scores[user], candidates[user], order[user], barred[user], features, user)]
        count, size = len(pool), min(len(pool), k)
        if size == 0:
            continue
        _scale(pool)
        open_values(work, pool, features, interests, user)
        if len(facets.weights) == 1:
            sum_sets(pool, count, size, facets, sums, rank)
        columns = 0
        for level in range(levels):
            keep, give = 1.0 - diversities[level], 1.0 - (1.0 - diversities[level])
            reset(pool)
            clear(facets)
            if barred.shape[1] > 0:
                for j in range(count):
                    wanted[j] = not pool[j].barred
            elif give == 0:
                mark_set(facets, rank, count, -1, 0, size, wanted)
            elif len(facets.weights) == 1:
                best_set(facets, rank, count, size, sums, keep, give, wanted, rival)
            else:
                _greedy(pool, size, facets, keep, give, wanted)
            clear(facets)
            step, loss = 0, 0.0
            for j in range(count):
                if wanted[j]:
                    columns += choose(pool, chosen, j, step, columns)
                    take_values(work, pool, features, chosen, j, step)
                    then = _loss(facets, step + 1)
                    pool[j].variety = -size * (then - loss)
                    pool[j].gain = np.float32(keep) * pool[j].quality + np.float32(give) * pool[j].variety
                    record(pool, slots[user, level], j, step)
                    step, loss = step + 1, then
        broken = max(broken, broken_item(pool))
    return broken
