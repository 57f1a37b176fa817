"""Is a group's gap more than chance? The studentized permutation test.

Labels are dealt anew among the judged shoppers and |difference| / standard error is compared. Dividing by the error
makes the test hold for equal means where variances differ, which the plain permutation test does not (Janssen 1997;
Chung & Romano 2013, theorem 2.2); where nothing at all differs between the groups it is exact.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numba import njit

from engine.fairness.moments import Moments, moments, observed, scaled

Array = np.ndarray
PERMUTATIONS = 10_000
CHUNK = 250  # permutations of one seed; part of the result
TIE = 1e-9  # a statistic this near below the observed one counts as equal to it


def permutation_p(
    values: Array, codes: Array, n_groups: int, permutations: int = PERMUTATIONS, seed: int = 0, threads: int = 2
) -> Array:
    """Two-sided p float64 [G, M] of every group against the rest: (1 + as far from 0) / (1 + permutations).

    values float64 [U, M], NaN = not judged; codes int64 [U, C], each shopper's group in each of C ways. NaN where a
    group or its rest has fewer than two judged shoppers. The same seed gives the same p, whatever the threads.
    """
    result = np.full((n_groups, values.shape[1]), np.nan)
    for columns in same_judged(values):
        judged = ~np.isnan(values[:, columns[0]])
        if judged.sum() >= 4:
            part = values[np.ix_(judged, columns)]
            result[:, columns] = _p(part, codes[judged], n_groups, permutations, seed, threads)
    return result


def same_judged(values: Array) -> list[Array]:
    """Columns of values [U, M], put together where the same shoppers are judged."""
    if not values.shape[1]:
        return []
    _, which = np.unique(~np.isnan(values), axis=1, return_inverse=True)
    return [np.flatnonzero(which == pattern) for pattern in range(int(which.max()) + 1)]


def _p(values: Array, codes: Array, n_groups: int, permutations: int, seed: int, threads: int) -> Array:
    terms, _, _ = scaled(values)
    width = values.shape[1]
    found, _, _ = observed(values, codes, n_groups)
    bound = statistic(found) * (1 - TIE)
    moving, everybody = np.ascontiguousarray(terms[:, width:]), terms.sum(axis=0)[None]

    def count(start: int) -> Array:
        rng = np.random.default_rng([seed, start])
        order = np.tile(np.arange(len(terms), dtype=np.int32), (min(CHUNK, permutations - start), 1))
        sums = _dealt(rng.permuted(order, axis=1), moving, codes, n_groups)
        sizes = np.broadcast_to(found.n, (len(order), n_groups, width))
        far: Array = (statistic(moments(np.concatenate([sizes, sums], axis=2), everybody)) >= bound).sum(axis=0)
        return far

    with ThreadPoolExecutor(threads) as pool:
        far = sum(pool.map(count, range(0, permutations, CHUNK)))
    testable = (found.n >= 2) & (found.n_rest >= 2)
    p: Array = np.where(testable, (1 + far) / (1 + permutations), np.nan)
    return p


def statistic(found: Moments) -> Array:
    """|difference| / standard error, [..., G, M]; no spread on both sides: 0 for equal means, else infinite."""
    gap, error = np.abs(found.difference), found.difference_error
    sure = np.where(gap > 1e-12, np.inf, 0.0)
    result: Array = np.divide(gap, error, out=sure, where=error > 0)
    return result


def _kernel(order: Any, terms: Any, codes: Any, n_groups: Any) -> Any:
    """Sums [draws, G, T] of terms [n, T] dealt in each order [draws, n] to the places whose groups are codes [n, C]."""
    draws, n = order.shape
    sums = np.zeros((draws, n_groups, terms.shape[1]))
    for d in range(draws):
        for i in range(n):
            row = order[d, i]
            for c in range(codes.shape[1]):
                group = codes[i, c]
                for t in range(terms.shape[1]):
                    sums[d, group, t] += terms[row, t]
    return sums


_dealt = njit(nogil=True, error_model="numpy")(_kernel)
