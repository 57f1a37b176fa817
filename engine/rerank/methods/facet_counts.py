"""Counts of facet values in a growing slate: what xquad, calibrated and richness choose by.

A shopper's pool holds few of a facet's values, so they are numbered anew per pool: work and memory per step
follow the pool, not the catalogue. A method gives `price(tally, facet, step)`: it fills `terms`, what the next
item adds in this facet by its value, and `none`, what an item of unknown value adds, `step` items chosen.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import NamedTuple

import numpy as np
from numba import njit


class Tally(NamedTuple):
    """One shopper's pool and slate by facet value; G facets, N candidates, so at most N values of each."""

    local: np.ndarray  # int64 [N, G], the pool's own number of a candidate's value, -1 unknown
    values: np.ndarray  # int64 [G], values in the pool
    wanted: np.ndarray  # float64 [G, N], the shopper's share of each value in the pool
    total: np.ndarray  # float64 [G], her shares of all values: 1, or 0 without a profile
    counts: np.ndarray  # int64 [G, N], items in the slate by value
    known: np.ndarray  # int64 [G], items in the slate whose value is known
    distinct: np.ndarray  # int64 [G], values in the slate
    terms: np.ndarray  # float64 [G, N]
    none: np.ndarray  # float64 [G]
    numbers: np.ndarray  # int64 [n_values], the pool's number of a value, -1 between shoppers


@njit(nogil=True, error_model="numpy")
def new_tally(interests, n):
    """Scratch for pools of n candidates."""
    g = len(interests.weights)
    width = np.int64(0)
    for facet in range(g):
        width = max(width, interests.starts[facet + 1] - interests.starts[facet])
    return Tally(
        np.empty((n, g), np.int64),
        np.empty(g, np.int64),
        np.empty((g, n)),
        np.empty(g),
        np.zeros((g, n), np.int64),
        np.zeros(g, np.int64),
        np.zeros(g, np.int64),
        np.empty((g, n)),
        np.empty(g),
        np.full(width, -1),
    )


@njit(nogil=True, error_model="numpy")
def open_tally(tally, interests, user, pool, count):
    """Number the values of a shopper's pool by falling score of their best item, and look up her shares."""
    for facet in range(len(interests.weights)):
        start, end = interests.starts[facet], interests.starts[facet + 1]
        total = 0.0
        for value in range(start, end):
            total += interests.shares[user, value]
        tally.total[facet] = total
        values = 0
        for j in range(count):
            code = interests.codes[pool[j].face, facet]
            if code >= 0 and tally.numbers[code] < 0:
                tally.numbers[code] = values
                tally.wanted[facet, values] = interests.shares[user, start + code]
                values += 1
            tally.local[j, facet] = tally.numbers[code] if code >= 0 else -1
        tally.values[facet] = values
        for j in range(count):
            code = interests.codes[pool[j].face, facet]
            if code >= 0:
                tally.numbers[code] = -1


@njit(nogil=True, error_model="numpy")
def clear(tally):
    """Forget the slate."""
    tally.known[:] = 0
    tally.distinct[:] = 0
    for facet in range(len(tally.values)):
        tally.counts[facet, : tally.values[facet]] = 0


@njit(nogil=True, error_model="numpy")
def add(tally, j):
    """Count candidate j as part of the slate."""
    for facet in range(len(tally.values)):
        value = tally.local[j, facet]
        if value >= 0:
            tally.distinct[facet] += tally.counts[facet, value] == 0
            tally.counts[facet, value] += 1
            tally.known[facet] += 1


@njit(nogil=True, error_model="numpy")
def weigh(tally, weights, first, last, worth):
    """Fill `worth` of candidates first … last - 1: Σ weight · term of its value."""
    worth[first:last] = 0
    for facet in range(len(weights)):
        weight, none, terms, local = weights[facet], tally.none[facet], tally.terms[facet], tally.local
        for j in range(first, last):
            value = local[j, facet]
            worth[j] += weight * (terms[value] if value >= 0 else none)
