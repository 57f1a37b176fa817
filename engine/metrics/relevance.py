"""Relevance of slates against what shoppers really wanted.

A slate is a ranking without repeats: an item twice in one slate is refused. The rank of an item is its
position in the row, empty slots included. No relevant item: NaN. An empty slate for a shopper who has
relevant items: 0 (serendipity, a share of the filled slots: NaN).
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from engine.metrics.slates import (
    EMPTY,
    Flags,
    Floats,
    Ints,
    check_slates,
    check_users,
    discount,
    divide,
)


def item_keys(matrix: Any) -> Ints:
    """Sorted ``user · n_items + item`` of the non-zero entries of a matrix [U, n_items]."""
    csr = sparse.csr_array(matrix, dtype=bool, copy=True)
    csr.sum_duplicates()
    csr.eliminate_zeros()
    users = np.repeat(np.arange(csr.shape[0], dtype=np.int64), np.diff(csr.indptr))
    keys: Ints = users * csr.shape[1] + csr.indices
    return keys


def contains(slates: Ints, keys: Ints, n_items: int) -> Flags:
    """Which slots [U, k] hold an item of ``keys``."""
    wanted = np.arange(slates.shape[0], dtype=np.int64)[:, None] * n_items + slates
    place = np.searchsorted(keys, wanted)
    hits: Flags = (slates != EMPTY) & (place < keys.size)
    hits[hits] = keys[place[hits]] == wanted[hits]
    return hits


def _judge(slates: ArrayLike, relevant: Any) -> tuple[Ints, Flags, Ints]:
    """Checked slates [U, k], hits [U, k], number of relevant items [U]."""
    n_users, n_items = relevant.shape
    checked = check_slates(slates, n_items, distinct=True)
    check_users(checked, relevant, "relevant")
    keys = item_keys(relevant)
    return checked, contains(checked, keys, n_items), np.bincount(keys // max(1, n_items), minlength=n_users)


def ndcg(slates: ArrayLike, relevant: Any) -> Floats:
    """Normalised discounted cumulative gain, float64 [U] in [0, 1].

    slates int [U, k]; relevant sparse [U, n_items], non-zero = relevant (gain 1). The ideal list holds
    min(k, relevant) relevant items on top. Järvelin & Kekäläinen 2002, with 1/log2(1 + rank).

    The only relevant item stands at rank 3, which counts 1/log2(1 + 3):
    >>> from scipy.sparse import csr_array
    >>> ndcg([[0, 1, 2]], csr_array([[0, 0, 1]])).tolist()
    [0.5]
    """
    checked, hits, n_relevant = _judge(slates, relevant)
    weights = discount(checked.shape[1])
    ideal = np.concatenate([[0.0], np.cumsum(weights)])[np.minimum(n_relevant, weights.size)]
    return divide(hits @ weights, ideal)


def recall(slates: ArrayLike, relevant: Any) -> Floats:
    """Share of the relevant items that the slate holds (divided by all of them, not by min(k, ·)), [U].

    >>> from scipy.sparse import csr_array
    >>> recall([[0, 1]], csr_array([[1, 0, 1]])).tolist()
    [0.5]
    """
    _, hits, n_relevant = _judge(slates, relevant)
    return divide(hits.sum(axis=1), n_relevant)


def hit_rate(slates: ArrayLike, relevant: Any) -> Floats:
    """1 where the slate holds a relevant item, else 0, [U].

    >>> from scipy.sparse import csr_array
    >>> hit_rate([[0, 1]], csr_array([[0, 1]])).tolist()
    [1.0]
    """
    _, hits, n_relevant = _judge(slates, relevant)
    return np.where(n_relevant > 0, hits.any(axis=1), np.nan)


def mrr(slates: ArrayLike, relevant: Any) -> Floats:
    """Reciprocal rank of the first relevant item, 0 without one, [U]; its mean is the MRR.

    >>> from scipy.sparse import csr_array
    >>> mrr([[0, 1]], csr_array([[0, 1]])).tolist()
    [0.5]
    """
    checked, hits, n_relevant = _judge(slates, relevant)
    reciprocal = (hits / np.arange(1, checked.shape[1] + 1)).max(axis=1, initial=0.0)
    return np.where(n_relevant > 0, reciprocal, np.nan)


def serendipity(slates: ArrayLike, relevant: Any, expected: Any) -> Floats:
    """Share of the filled slots that are relevant and not expected, [U] in [0, 1] (Ge et al. 2010, eq. 3).

    expected sparse [U, n_items]: what an obvious recommender (popularity, own purchases) would have shown.

    Both items are relevant, item 0 was to be expected:
    >>> from scipy.sparse import csr_array
    >>> serendipity([[0, 1]], csr_array([[1, 1]]), csr_array([[1, 0]])).tolist()
    [0.5]
    """
    checked, hits, n_relevant = _judge(slates, relevant)
    if expected.shape != relevant.shape:
        raise ValueError(f"expected {expected.shape} and relevant {relevant.shape} must have the same shape")
    surprising = hits & ~contains(checked, item_keys(expected), expected.shape[1])
    share = divide(surprising.sum(axis=1), (checked != EMPTY).sum(axis=1))
    return np.where(n_relevant > 0, share, np.nan)


def revenue(slates: ArrayLike, spent: Any) -> Floats:
    """Money later spent on the products of the slate, [U], in the shop's currency (no discount by rank).

    spent sparse [U, n_items]: what each shopper went on to pay for each item, >= 0. Who bought nothing: NaN. The
    held-out estimate of expected revenue, Σ P(buys)·price over the slate, with what was bought in place of P.
    Raises ValueError for a negative or infinite amount.

    >>> from scipy.sparse import csr_array
    >>> revenue([[0, 1]], csr_array([[2.5, 4.0, 9.0]])).tolist()
    [6.5]
    """
    amounts = sparse.csr_array(spent, dtype=np.float64, copy=True)
    amounts.sum_duplicates()
    if not (np.isfinite(amounts.data).all() and amounts.data.min(initial=0.0) >= 0):
        raise ValueError("spent must be finite and not negative: leave returned goods out")
    checked, hits, n_relevant = _judge(slates, amounts)
    users, slots = np.nonzero(hits)
    paid = np.zeros(hits.shape)
    paid[users, slots] = np.asarray(amounts[users, checked[users, slots]]).ravel()
    return np.where(n_relevant > 0, paid.sum(axis=1), np.nan)


def discounted_kept(scores: ArrayLike, base_scores: ArrayLike) -> Floats:
    """Discounted score of a slate as a share of that of the λ = 0 slate, [U]: what a shopper page shows.

    Both are [U, k] scores of the slots from first to last, min–max normalised per shopper over the pool;
    NaN = empty slot. At most 1 when the base is the top-k of the same pool; NaN where the base scores 0.
    Raises ValueError: other shapes, an infinite score, or a negative one (a share of it would mean nothing).

    The third slot counts half of the first:
    >>> discounted_kept([[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]]).tolist()
    [0.5]
    """
    both = [np.asarray(values, dtype=np.float64) for values in (scores, base_scores)]
    both = [np.where(np.isnan(values), 0.0, values) for values in both]
    if both[0].ndim != 2 or both[0].shape != both[1].shape:
        raise ValueError(f"scores and base_scores must both be [users, k], got {[b.shape for b in both]}")
    if not all(np.isfinite(values).all() and values.min(initial=0.0) >= 0 for values in both):
        raise ValueError("scores must be finite and not negative: min–max them per shopper over the pool first")
    weights = discount(both[0].shape[1])
    return divide(both[0] @ weights, both[1] @ weights)
