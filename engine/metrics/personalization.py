"""Slate against history: is a shopper's list narrower than their own taste?

Histories are sparse [U, n_items]: non-zero where the shopper had the item; where weights are asked for, how much it
counts. No history, or no filled slot: NaN. Rows of embeddings are L2-normalised here. A product with a zero row, of
which nothing is known, is left out of histories; in a list it has cosine 0 with all, as in ``ild``.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from engine.metrics.facets import UNKNOWN_CODE, check_codes, same_value, slot_codes
from engine.metrics.relevance import contains, item_keys
from engine.metrics.similarity import ild
from engine.metrics.slates import EMPTY, Flags, Floats, blocks, check_slates, check_users, divide, mean_over


def _unit(embeddings: ArrayLike) -> tuple[NDArray[np.floating], Flags]:
    """Unit rows [n, d], and which rows are not zero [n]."""
    vectors = np.asarray(embeddings)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.floating] = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return unit, norms[:, 0] > 0


def _checked(history: Any, known: Flags | None = None) -> sparse.csr_array:
    """The history as CSR without zeros and without products that are not ``known`` [n_items]."""
    csr = sparse.csr_array(history, dtype=np.float64, copy=True)
    csr.sum_duplicates()
    if known is not None:
        csr.data[~known[csr.indices]] = 0.0
    csr.eliminate_zeros()
    if not np.isfinite(csr.data).all() or csr.data.min(initial=0) < 0:
        raise ValueError("history must be finite and not negative")
    return csr


def taste(history: Any, embeddings: ArrayLike) -> Floats:
    """The weighted mean of each history's unit vectors, float64 [U, d]; a row of NaN without a history.

    Two purchases with perpendicular vectors:
    >>> from scipy.sparse import csr_array
    >>> taste(csr_array([[1, 1]]), np.eye(2)).tolist()
    [[0.5, 0.5]]
    """
    unit, known = _unit(embeddings)
    weights = _checked(history, known)
    return divide(weights @ unit, np.asarray(weights.sum(axis=1)).reshape(-1, 1))


def history_similarity(slates: ArrayLike, embeddings: ArrayLike, tastes: ArrayLike) -> Floats:
    """Mean cosine between a product of the list and a product of the history, float64 [U] in [-1, 1].

    tastes [U, d] from ``taste``: the mean over a history of cosines with one product is the product with the history's
    mean vector, so no pair is visited. Weights of a history (such as recency) weigh its products there.

    >>> history_similarity([[0]], np.eye(2), [[0.5, 0.5]]).tolist()
    [0.5]
    """
    vectors, means = np.asarray(embeddings), np.asarray(tastes, dtype=np.float64)
    checked = check_slates(slates, len(vectors))
    check_users(checked, means, "tastes")
    items, place = np.unique(checked, return_inverse=True)
    unit = _unit(vectors[items])[0].astype(np.float64)
    unit[items == EMPTY] = 0.0
    place = place.reshape(checked.shape)
    cosines = np.empty(checked.shape)
    for block in blocks(len(checked), 8 * checked.shape[1] * vectors.shape[1]):
        cosines[block] = np.einsum("ukd,ud->uk", unit[place[block]], means[block])
    return mean_over(cosines, checked != EMPTY)


def history_ild(history: Any, embeddings: ArrayLike) -> Floats:
    """Mean of 1 − cosine over the pairs of distinct products of each history, float64 [U]; NaN below two of them.

    It is what ``ild`` of a list drawn at random from the history is on average, whatever the list's length: a mean
    over pairs does not know how many there are. So lists and histories of any size can be compared.

    >>> from scipy.sparse import csr_array
    >>> history_ild(csr_array([[1, 1]]), np.eye(2)).tolist()
    [1.0]
    """
    unit, known = _unit(embeddings)
    had = _checked(history, known)
    had.data = np.ones(len(had.data))
    total, n = had @ unit, np.diff(had.indptr)  # [U, d], [U]
    return np.maximum(1.0 - divide(np.einsum("ud,ud->u", total, total) - n, n * (n - 1)), 0.0)


def narrowing(slates: ArrayLike, embeddings: ArrayLike, spread: ArrayLike) -> Floats:
    """Narrowing ratio: ILD of the list ÷ ILD of the history, float64 [U]; below 1 the list is narrower.

    spread [U] from ``history_ild``: a random list of the same length from the history has a ratio of 1 on average.

    The list's two products are the same kind, the history's are not:
    >>> narrowing([[0, 1]], [[1.0, 0.0], [1.0, 0.0]], [1.0]).tolist()
    [0.0]
    """
    return divide(ild(slates, embeddings), spread)


def facet_counts(history: Any, codes: ArrayLike, n_values: int) -> sparse.csr_array:
    """Distinct products of each history by facet value, sparse [U, n_values]; unknown values (-1) are left out.

    >>> from scipy.sparse import csr_array
    >>> facet_counts(csr_array([[1, 1, 1]]), [0, 0, 1], 2).toarray().tolist()
    [[2.0, 1.0]]
    """
    had, values = _checked(history), check_codes(codes)
    had.data = np.ones(len(had.data))
    known = np.flatnonzero(values != UNKNOWN_CODE)
    table = sparse.csr_array((np.ones(known.size), (known, values[known])), shape=(values.size, n_values))
    return (had @ table).tocsr()


def facet_narrowing(slates: ArrayLike, codes: ArrayLike, counts: Any) -> Floats:
    """Distinct facet values in the list ÷ those expected in as many products of the history, float64 [U].

    counts [U, n_values] from ``facet_counts``. Rarefaction (Hurlbert 1971): n products drawn without replacement from
    a history with N_v of N products of value v show Σ_v 1 − C(N − N_v, n) / C(N, n) values on average. n is the
    number of known slots, or of known products in the history where that is smaller; then the list is rarefied as
    well. Below 1 the list has fewer kinds than the shopper's own mix. Fewer than two on either side: NaN.

    The list has one category, the history two products of two:
    >>> facet_narrowing([[0, 1]], [0, 0, 1], [[1, 1]]).tolist()
    [0.5]
    """
    values, had = slot_codes(slates, codes), sparse.csr_array(counts)
    check_users(values, had, "counts")
    in_list, in_history = (values != UNKNOWN_CODE).sum(axis=1), np.rint(np.asarray(had.sum(axis=1)).ravel()).astype(int)
    n = np.minimum(in_list, in_history)
    user = np.repeat(np.arange(had.shape[0]), np.diff(had.indptr))
    known = _shown(in_history[user], np.rint(had.data).astype(int), n[user])
    expected = np.bincount(user, known, minlength=had.shape[0])
    same = same_value(values)
    rows = np.broadcast_to(np.arange(len(values))[:, None], values.shape)
    here = values != UNKNOWN_CODE
    share = np.zeros(values.shape)
    share[here] = _shown(in_list[rows[here]], same[here], n[rows[here]]) / same[here]
    return np.where(n >= 2, divide(share.sum(axis=1), np.where(n >= 2, expected, np.nan)), np.nan)


def _shown(size: NDArray[np.int_], of_value: NDArray[np.int_], drawn: NDArray[np.int_]) -> Floats:
    """Chance that `drawn` of `size` products hold one of the `of_value` of a value."""
    log = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, size.max(initial=0) + 1)))])  # log of factorials
    rest = size - of_value
    missed = rest >= drawn
    a, b, c = rest[missed], size[missed], drawn[missed]
    chance: Floats = np.ones(size.shape)
    chance[missed] = -np.expm1(log[a] - log[a - c] - log[b] + log[b - c])
    return chance


def repeat_share(slates: ArrayLike, history: Any) -> Floats:
    """Share of the filled slots with a product that the shopper had before, float64 [U] in [0, 1].

    >>> from scipy.sparse import csr_array
    >>> repeat_share([[0, 1]], csr_array([[1, 0]])).tolist()
    [0.5]
    """
    checked = check_slates(slates, history.shape[1])
    check_users(checked, history, "history")
    return mean_over(contains(checked, item_keys(history), history.shape[1]).astype(np.float64), checked != EMPTY)
