"""Is a group's gap more than chance? The studentized permutation test.

Labels are permuted among the judged shoppers and |difference| / standard error is compared. Dividing by the error
makes the test hold for equal means where variances differ, which the plain permutation test does not (Janssen 1997;
Chung & Romano 2013, theorem 2.2); where nothing at all differs between the groups it is exact.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from engine.data import Progress, silent
from engine.fairness.moments import Moments, moments, observed, scaled

Array = np.ndarray
PERMUTATIONS = 10_000
CHUNK = 250  # permutations of one seed; part of the result
TIE = 1e-9  # a statistic this near below the observed one counts as equal to it


@dataclass(frozen=True)
class Tested:
    """Of every group against the rest, float64 [G, M]: two-sided p, and the statistic that has to be exceeded for a
    p of alpha (the studentized permutation test's own critical value; infinite where so few permutations cannot give
    one)."""

    p: Array
    critical: Array


def permutation_test(
    values: Array,
    codes: Array,
    n_groups: int,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    alpha: float = 0.05,
    threads: int = 2,
    report: Progress = silent,
) -> Tested:
    """p = (1 + permutations at least as far from 0) / (1 + permutations).

    values float64 [U, M], NaN = not judged; codes int64 [U, C], each shopper's group in each of C ways. NaN where a
    group or its rest has fewer than two judged shoppers. The same seed gives the same p, whatever the threads.
    """
    p, critical = np.full((2, n_groups, values.shape[1]), np.nan)
    keep = int(np.floor(alpha * (permutations + 1) + TIE))
    for columns in same_judged(values):
        judged = ~np.isnan(values[:, columns[0]])
        if judged.sum() >= 4:
            judged_values = values[np.ix_(judged, columns)]
            result = _test(judged_values, codes[judged], n_groups, permutations, seed, keep, threads, report)
            p[:, columns], critical[:, columns] = result.p, result.critical
    return Tested(p, critical)


def same_judged(values: Array) -> list[Array]:
    """Columns of values [U, M], put together where the same shoppers are judged."""
    if not values.shape[1]:
        return []
    _, which = np.unique(~np.isnan(values), axis=1, return_inverse=True)
    return [np.flatnonzero(which == pattern) for pattern in range(int(which.max()) + 1)]


def _test(
    values: Array, codes: Array, n_groups: int, permutations: int, seed: int, keep: int, threads: int, report: Progress
) -> Tested:
    terms, _, _ = scaled(values)
    width = values.shape[1]
    sample, _, _ = observed(values, codes, n_groups)
    bound = statistic(sample) * (1 - TIE)
    moving, everybody = np.ascontiguousarray(terms[:, width:]), terms.sum(axis=0)[None]

    def dealt(start: int) -> tuple[Array, Array]:
        draws = min(CHUNK, permutations - start)
        sums = _dealt(np.random.default_rng([seed, start]), draws, moving, codes, n_groups)
        sizes = np.broadcast_to(sample.n, (draws, n_groups, width))
        permuted = statistic(moments(np.concatenate([sizes, sums], axis=2), everybody))
        return (permuted >= bound).sum(axis=0), _largest(permuted, keep)

    far, top = np.zeros((n_groups, width)), np.empty((0, n_groups, width))
    with ThreadPoolExecutor(threads) as pool:
        starts = range(0, permutations, CHUNK)
        try:
            for start, (more, largest) in zip(starts, pool.map(dealt, starts), strict=True):
                report("audit.permutations", start, permutations)
                far, top = far + more, _largest(np.concatenate([top, largest]), keep)
        except BaseException:
            pool.shutdown(cancel_futures=True)  # otherwise a cancelled audit would compute all permutations
            raise
    testable = (sample.n >= 2) & (sample.n_rest >= 2)
    critical = top.min(axis=0) if keep else np.full(far.shape, np.inf)
    return Tested(np.where(testable, (1 + far) / (1 + permutations), np.nan), np.where(testable, critical, np.nan))


def _largest(statistics: Array, keep: int) -> Array:
    """The `keep` largest along the first axis, in no order."""
    if len(statistics) <= keep:
        return statistics
    largest: Array = np.partition(statistics, len(statistics) - keep, axis=0)[len(statistics) - keep :]
    return largest


def statistic(sample: Moments) -> Array:
    """|difference| / standard error, [..., G, M]; no spread on both sides: 0 for equal means, else infinite."""
    gap, error = np.abs(sample.difference), sample.difference_error
    sure = np.where(gap > 1e-12, np.inf, 0.0)
    result: Array = np.divide(gap, error, out=sure, where=error > 0)
    return result


def _kernel(rng: Any, draws: Any, terms: Any, codes: Any, n_groups: Any) -> Any:
    """Sums [draws, G, T] of terms [n, T], dealt anew each time to the places whose groups are codes [n, C].

    Fisher–Yates from the back; shuffling a shuffled order gives every order the same chance.
    """
    n, width = terms.shape
    order = np.arange(n)
    sums = np.zeros((draws, n_groups, width))
    for d in range(draws):
        for i in range(n - 1, -1, -1):
            j = int(rng.random() * (i + 1))
            row = order[j]
            order[j] = order[i]
            order[i] = row
            for c in range(codes.shape[1]):
                group = codes[i, c]
                for t in range(width):
                    sums[d, group, t] += terms[row, t]
    return sums


_dealt = njit(nogil=True, cache=True, error_model="numpy")(_kernel)
