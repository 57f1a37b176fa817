"""Imputation of unknown values: each candidate takes them from the most similar candidate of the same pool.

The donor is the candidate that is most similar in what is known of both, by the weights in use; among equals the next
less relevant one. This is hot-deck imputation (Andridge & Little, "A review of hot deck imputation for survey
non-response", International Statistical Review 2010) with relevance as the last predictor. A mean would not do: a
method that picks what adds most never picks a mean, and always picks what is similar to nothing. An imputed value is
chosen as often as a known one, kernels stay positive semi-definite because all features are real ones, and no method
needs a rule of its own. Only choosing uses imputed values; what is reported of a list (`recompute_nearest`,
`pairwise_similarity`, the metrics) leaves out what is unknown.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from pathlib import Path

import numpy as np
from numba import njit

from engine.rerank.checks import plain
from engine.rerank.inputs import Interests, ItemFeatures, has_text, some_unknown
from engine.rerank.methods import forget_stale
from engine.rerank.methods.pool import FALL, SUM
from engine.rerank.task import Task

STEPS = np.float32(10_000)  # likeness is compared in steps of this fraction, so that rounding decides nothing


def with_imputed(task: Task) -> Task:
    """The task with `value_rows` and `texts` of its pools, and a row for each candidate with imputed values.

    Where no candidate of a pool knows a value, it stays unknown. For methods that choose by facet values these are
    imputed, for all others the values that similarity is mixed from.
    """
    candidates, features, interests = task.candidates, task.features, task.interests
    by_value, seen = len(interests.weights) > 0, _seen(features, interests)
    if not some_unknown(seen, candidates):
        return task._replace(features=features._replace(value_rows=candidates, texts=candidates))
    missing = _missing(candidates, seen)
    users, slots = np.nonzero(missing.any(axis=2))
    donors = np.broadcast_to(slots[:, None], (len(slots), missing.shape[2])).copy()
    _impute(candidates, task.order, missing, seen, users, slots, donors)
    borrows = (donors != slots[:, None]).any(axis=1)
    users, slots, donors = users[borrows], slots[borrows], donors[borrows]
    own, rows = candidates[users, slots], candidates[users[:, None], donors]
    value_rows, texts = candidates.copy(), candidates.copy()
    value_rows[users, slots] = len(features.codes) + np.arange(len(own))
    codes = np.take_along_axis(seen.codes, rows[:, 2:], axis=0)
    if by_value:
        interests = interests._replace(codes=_below(interests.codes, codes))
        codes, prices = features.codes[own], features.prices[own]
    else:
        texts[users, slots], prices = rows[:, 0], features.prices[rows[:, 1]]
    features = features._replace(
        codes=_below(features.codes, codes),
        prices=_below(features.prices, prices),
        value_rows=plain(value_rows, np.int64),
        texts=plain(texts, np.int64),
    )
    return task._replace(features=features, interests=interests)


def _seen(features: ItemFeatures, interests: Interests) -> ItemFeatures:
    """What a method chooses by: likeness, or the facets of interest alone."""
    if not len(interests.weights):
        return features
    weights = plain(np.concatenate([[0, 0], interests.weights]), np.float32)
    return features._replace(codes=interests.codes, weights=weights)


def _missing(candidates: np.ndarray, seen: ItemFeatures) -> np.ndarray:
    """bool [U, N, 2 + F]: what counts and is unknown of each candidate: text, price, facets."""
    missing = np.zeros((*candidates.shape, len(seen.weights)), bool)
    if seen.weights[0] > 0:
        missing[:, :, 0] = ~has_text(seen.embeddings, candidates)
    if seen.weights[1] > 0:
        missing[:, :, 1] = np.isnan(seen.prices[candidates])
    missing[:, :, 2:] = seen.codes[candidates] < 0
    missing[candidates < 0] = False
    return missing


def _below(table: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return plain(np.concatenate([table, rows]), table.dtype.type)


@njit(nogil=True, error_model="numpy", cache=True)
def _impute(candidates, order, missing, seen, users, slots, donors):
    """Fill lenders [B, 2 + F]: the slot that each of B candidates borrows a missing value from."""
    n = candidates.shape[1]
    similar = np.empty(n)
    for b in range(len(users)):
        pool, unknown, turn = candidates[users[b]], missing[users[b]], order[users[b]]
        j = slots[b]
        count, place = 0, 0
        while count < n and pool[turn[count]] >= 0:
            if turn[count] == j:
                place = count
            similar[count] = np.rint(_known_similarity(seen, unknown, pool, j, turn[count]) * STEPS)
            count += 1
        for source in range(len(seen.weights)):
            if not unknown[j, source]:
                continue
            top = -np.inf
            for step in range(1, count):  # the next less relevant first, then from j upwards
                at = place + step if place + step < count else count - 1 - step
                if not unknown[turn[at], source] and similar[at] > top:
                    donors[b, source], top = turn[at], similar[at]


forget_stale(Path(str(_impute.stats.cache_path)))


@njit(nogil=True, error_model="numpy")
def _known_similarity(seen, unknown, pool, i, j):
    """How alike two candidates are in what is known of both, by weight."""
    total = np.float32(0)
    if seen.weights[0] > 0 and not unknown[i, 0] and not unknown[j, 0]:
        total += seen.weights[0] * cosine(seen.embeddings, pool[i], pool[j])
    if seen.weights[1] > 0 and not unknown[i, 1] and not unknown[j, 1]:
        total += seen.weights[1] * np.exp(-abs(seen.prices[pool[i]] - seen.prices[pool[j]]) * FALL)
    for facet in range(seen.codes.shape[1]):
        code = seen.codes[pool[i], facet]
        if code >= 0 and code == seen.codes[pool[j], facet]:
            total += seen.weights[2 + facet]
    return total


@njit(nogil=True, error_model="numpy", fastmath=SUM)
def cosine(embeddings, i, j):
    """The cosine of two rows that are not zero."""
    product = first = second = np.float32(0)
    for axis in range(embeddings.shape[1]):
        a, b = embeddings[i, axis], embeddings[j, axis]
        product += a * b
        first += a * a
        second += b * b
    return product / (np.sqrt(first) * np.sqrt(second))
