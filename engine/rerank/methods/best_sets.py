"""Exact best sets for richness with one facet: the score sums of all (N, m), shared by every λ."""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit


@njit(nogil=True, error_model="numpy")
def sum_sets(pool, count, size, facet_counts, sums, rank):
    """Fill sums[N, m] with the highest Σ s of `size` items: N of known value, at least m values; -inf = no set.

    rank[j]: candidate j is the best item of the rank-th best value (0 = best); count for all others.
    """
    sums[:] = -np.inf
    values, known, unknown = 0, 0, 0
    for j in range(count):
        value = facet_counts.local[j, 0]
        known += value >= 0
        unknown += value < 0
        rank[j] = value if value == values else count  # values are numbered in this very order
        values += value == values
    for m in range(min(values, size) + 1):
        heads = 0.0
        for j in range(count):
            if rank[j] < m:
                heads += pool[j].quality
        others, j = 0.0, 0
        for n in range(m, min(known, size) + 1 if m > 0 else 1):
            if n > m:
                while facet_counts.local[j, 0] < 0 or rank[j] < m:
                    j += 1
                others += pool[j].quality
                j += 1
            if size - n <= unknown:
                sums[n, m] = heads + others
    rest, j = 0.0, 0
    for t in range(min(unknown, size) + 1):
        if t > 0:
            while facet_counts.local[j, 0] >= 0:
                j += 1
            rest += pool[j].quality
            j += 1
        sums[size - t, : size + 1] += rest


@njit(nogil=True, error_model="numpy")
def best_set(facet_counts, rank, count, size, sums, keep, give, wanted, rival):
    """Mark the candidates of the best set as wanted; `rival` is memory for another set."""
    least, highest, has_set = np.inf, -np.inf, False
    for n in range(size + 1):
        for m in range(n + 1):
            if sums[n, m] == -np.inf or (m == 0 and n > 0):
                continue
            loss = np.log(n / m) if n > 0 else np.log(size)
            objective = keep * (1 - sums[n, m] / size) + give * loss
            if objective > least or (objective == least and sums[n, m] < highest):
                continue
            mark_set(facet_counts, rank, count, m, n - m, size - n, rival)
            tie = has_set and objective == least and sums[n, m] == highest
            if not tie or _earlier(rival, wanted, count):
                wanted[:count] = rival[:count]
            least, highest, has_set = objective, sums[n, m], True


@njit(nogil=True, error_model="numpy")
def mark_set(facet_counts, rank, count, heads, others, unknown, marks):
    """Mark the best items of the best values, then the best other known and the best unknown candidates.

    heads = -1: the first `unknown` candidates of any kind.
    """
    for j in range(count):
        if heads >= 0 and facet_counts.local[j, 0] >= 0:
            marks[j] = rank[j] < heads or others > 0
            others -= marks[j] and rank[j] >= heads
        else:
            marks[j] = unknown > 0
            unknown -= marks[j]


@njit(nogil=True, error_model="numpy")
def _earlier(left, right, count):
    """Whether `left` has the first candidate in which the two sets differ."""
    for j in range(count):
        if left[j] != right[j]:
            return left[j]
    return False
