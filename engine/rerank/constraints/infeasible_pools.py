"""A quick check, before anything is tried, whether a pool can hold a list that keeps each limit by itself."""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.rerank.constraints.rules import NO_CAP, Limit, pool_constraint_arrays
from engine.rerank.slates import Array, to_numpy


def infeasible_pools(
    candidates: Array, constraints: Sequence[Limit], facets: Mapping[str, Array], k: int
) -> np.ndarray:
    """Which shoppers' pools hold no list of k that keeps every limit, bool [U].

    candidates: int [U, N], -1 = none. A pool is infeasible if it has too few candidates that a minimum counts, or too
    few different values under a cap, where of each value only as many count as fit into the windows.
    """
    pool = to_numpy(candidates)
    arrays = pool_constraint_arrays(constraints, [], facets, pool, k)
    sizes = np.minimum((pool >= 0).sum(axis=1), k)
    lacking = np.zeros(len(pool), bool)
    for c in range(len(arrays.most)):
        codes = np.where(pool >= 0, arrays.codes[pool, c], -1)
        counted = codes >= 0
        lacking |= counted.sum(axis=1) < np.minimum(arrays.least[c], sizes)
        if arrays.most[c] < NO_CAP:
            reach = np.minimum(arrays.first[c], sizes)
            times, rest = np.divmod(reach, np.maximum(np.minimum(arrays.window[c], reach), 1))
            most = arrays.most[c] * times + np.minimum(arrays.most[c], rest)
            free = (pool >= 0).sum(axis=1) - counted.sum(axis=1)
            lacking |= _held(codes, most) + free < reach
    return lacking


def _held(codes: np.ndarray, most: np.ndarray) -> np.ndarray:
    """int [U]: Σ over the values in each row of codes [U, N] of min(times it is there, most [U])."""
    ordered, place = np.sort(codes, axis=1), np.arange(codes.shape[1])
    first = np.ones(codes.shape, bool)  # of its value
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    before = place - np.maximum.accumulate(np.where(first, place, 0), axis=1)  # as many of its value stand before it
    held: np.ndarray = ((ordered >= 0) & (before < most[:, None])).sum(axis=1)
    return held
