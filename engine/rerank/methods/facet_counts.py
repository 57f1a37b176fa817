"""Counts of facet values in a growing slate, by which xquad, calibrated and richness choose.

A shopper's pool holds few of a facet's values, so they are numbered anew for each pool: work and memory per step
depend on the pool, not on the catalogue. A method gives `price(facet_counts, facet)`: it fills `terms`, what the
next item adds in this facet by its value, and `none`, what an item of unknown value adds to
the items counted so far.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import NamedTuple

import numpy as np
from numba import njit

from engine.rerank.compiled import kernel_part


class FacetCounts(NamedTuple):
    """One shopper's pool and slate by facet value; G facets, N candidates, so at most N values of each."""

    local: np.ndarray  # int64 [N, G], the pool's own number of a candidate's value, -1 unknown
    values: np.ndarray  # int64 [G], values in the pool
    wanted: np.ndarray  # float64 [G, N], the shopper's share of each value in the pool
    total: np.ndarray  # float64 [G], the shopper's shares of all values: 1, or 0 without a profile
    counts: np.ndarray  # int64 [G, N], items in the slate by value
    known: np.ndarray  # int64 [G], items in the slate whose value is known
    distinct: np.ndarray  # int64 [G], values in the slate
    terms: np.ndarray  # float64 [G, N]
    none: np.ndarray  # float64 [G]
    worth: np.ndarray  # float64 [N], Σ weight · term of a candidate's values
    numbers: np.ndarray  # int64 [n_values], the pool's number of a value, -1 between shoppers
    weights: np.ndarray  # float32 [G], of the facets, sum 1


@njit(nogil=True, error_model="numpy")
def new_facet_counts(interests, n):
    """Memory for pools of n candidates."""
    g = len(interests.weights)
    width = np.int64(0)
    for facet in range(g):
        width = max(width, interests.starts[facet + 1] - interests.starts[facet])
    return FacetCounts(
        np.empty((n, g), np.int64),
        np.empty(g, np.int64),
        np.empty((g, n)),
        np.empty(g),
        np.zeros((g, n), np.int64),
        np.zeros(g, np.int64),
        np.zeros(g, np.int64),
        np.empty((g, n)),
        np.empty(g),
        np.empty(n),
        np.full(width, -1),
        interests.weights,
    )


@kernel_part
def open_facet_counts(facet_counts, interests, user, pool):
    """Number the values of a shopper's pool by falling score of their best item, and look up their shares."""
    for facet in range(len(interests.weights)):
        start, end = interests.starts[facet], interests.starts[facet + 1]
        total = 0.0
        for value in range(start, end):
            total += interests.shares[user, value]
        facet_counts.total[facet] = total
        values = 0
        for j in range(len(pool)):
            code = interests.codes[pool[j].value_row, facet]
            if code >= 0 and facet_counts.numbers[code] < 0:
                facet_counts.numbers[code] = values
                facet_counts.wanted[facet, values] = interests.shares[user, start + code]
                values += 1
            facet_counts.local[j, facet] = facet_counts.numbers[code] if code >= 0 else -1
        facet_counts.values[facet] = values
        for j in range(len(pool)):
            code = interests.codes[pool[j].value_row, facet]
            if code >= 0:
                facet_counts.numbers[code] = -1


@kernel_part
def clear(facet_counts):
    """Empty the slate: all counts are 0."""
    facet_counts.known[:] = 0
    facet_counts.distinct[:] = 0
    for facet in range(len(facet_counts.values)):
        facet_counts.counts[facet, : facet_counts.values[facet]] = 0


@kernel_part
def add(facet_counts, j):
    """Count candidate j as part of the slate."""
    for facet in range(len(facet_counts.values)):
        value = facet_counts.local[j, facet]
        if value >= 0:
            facet_counts.distinct[facet] += facet_counts.counts[facet, value] == 0
            facet_counts.counts[facet, value] += 1
            facet_counts.known[facet] += 1


@kernel_part
def weigh(facet_counts, first, last):
    """Fill `worth` of candidates first … last - 1."""
    worth, local = facet_counts.worth, facet_counts.local
    worth[first:last] = 0
    for facet in range(len(facet_counts.weights)):
        weight, none, terms = facet_counts.weights[facet], facet_counts.none[facet], facet_counts.terms[facet]
        for j in range(first, last):
            value = local[j, facet]
            worth[j] += weight * (terms[value] if value >= 0 else none)
