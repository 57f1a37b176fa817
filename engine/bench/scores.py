"""The model's own scores of the products in lists, and the same on the scale of each shopper's pool."""

import numpy as np

from engine.bench.bench import Bench
from engine.retrieval import Candidates, at_once
from engine.strategy.strategy import Strategy
from engine.surfaces import SURFACES

Array = np.ndarray
AT_ONCE = 10_000  # shoppers whose lists are looked up in their pools at a time


def scores_of(bench: Bench, strategy: Strategy, items: Array, rows: Array | None = None) -> Array:
    """The model's own score of each item listed, float32 like `items` [U, k].

    NaN in empty slots and for items that the model has no score for.
    """
    pool = bench.pool(strategy, rows)
    scores = np.full(items.shape, np.nan, pool.scores.dtype)
    beyond = np.zeros(items.shape, bool)  # pinned, or from a wider pool
    for at in range(0, len(items), AT_ONCE):  # what is compared is [shoppers, k, pool]
        some = slice(at, at + AT_ONCE)
        scores[some], beyond[some] = _in_pool(pool.items[some], pool.scores[some], items[some])
    if beyond.any():
        few = np.flatnonzero(beyond.any(axis=1))
        own = own_scores(bench, strategy, few if rows is None else rows[few], items[few])
        scores[few] = np.where(beyond[few], own, scores[few])
    return scores


def _in_pool(pool: Array, pool_scores: Array, items: Array) -> tuple[Array, Array]:
    """The score of each item listed in its shopper's pool, NaN in empty slots; and which items are not in the pool."""
    match = pool[:, None, :] == items[:, :, None]
    scores = np.take_along_axis(pool_scores, match.argmax(axis=2), axis=1)
    return np.where(items >= 0, scores, np.nan), (items >= 0) & ~match.any(axis=2)


def shares_of(bench: Bench, strategy: Strategy, items: Array, rows: Array | None = None) -> Array:
    """The same scores, min-max over each shopper's pool: 1 = their best candidate, 0 = their last."""
    return min_max(scores_of(bench, strategy, items, rows), bench.pool(strategy, rows))


def min_max(scores: Array, pool: Candidates) -> Array:
    """Scores [U, N] on the scale of the shoppers' pools: 1 = the best candidate there, 0 = the last.

    1 for all where those are equal. NaN stays NaN.
    """
    known = np.where(pool.items >= 0, pool.scores, np.nan)
    low, high = np.nanmin(known, axis=1)[:, None], np.nanmax(known, axis=1)[:, None]
    width = np.where(high > low, high - low, 1.0)
    scaled: Array = np.where(high > low, (scores - low) / width, 1.0 + 0.0 * scores)
    return scaled


def own_scores(bench: Bench, strategy: Strategy, rows: Array, items: Array) -> Array:
    """float32 like `items` [U, k]: the model's score of catalogue rows for shoppers `rows`, NaN where it has none."""
    own = np.full(items.shape, np.nan, np.float32)
    known = np.searchsorted(bench.model.items, items).clip(max=len(bench.model.items) - 1)
    here = bench.model.items[known] == items
    chunk = at_once(len(bench.model.items))
    for at in range(0, len(rows), chunk):
        chunk_rows = slice(at, at + chunk)
        scores = bench.model.score(bench.users[rows[chunk_rows]], SURFACES[strategy.surface].scope)
        own[chunk_rows] = np.where(here[chunk_rows], np.take_along_axis(scores, known[chunk_rows], axis=1), np.nan)
    return own
