"""How alike the items of a slate are, by the cosine of their embeddings.

Rows are L2-normalised here. A zero row is an item of which nothing is known: it is neither alike nor different, and is
left out. Fewer than two known items: NaN. An item shown twice is a pair at distance 0.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from engine.metrics.slates import EMPTY, Flags, Floats, Ints, blocks, check_slates, divide

# Of float32 cosines; keeps threshold=1 able to find equal vectors.
ROUNDING = 1e-6


def check_vectors(embeddings: ArrayLike) -> NDArray[np.floating]:
    """Embeddings as an array of floats [n_items, d], or raise ValueError."""
    vectors = np.asarray(embeddings)
    if vectors.ndim != 2 or not np.issubdtype(vectors.dtype, np.floating):
        raise ValueError(f"embeddings must be floats [n_items, d], got {vectors.dtype} {vectors.shape}")
    return vectors


def _check(slates: ArrayLike, embeddings: ArrayLike) -> tuple[Ints, NDArray[np.floating]]:
    vectors = check_vectors(embeddings)
    return check_slates(slates, vectors.shape[0]), vectors


def _unit_rows(slates: Ints, vectors: NDArray[np.floating]) -> tuple[Floats, Ints]:
    """Unit vectors of the distinct items shown [m, d] (an empty slot: zeros) and each slot's row in them."""
    items, place = np.unique(slates, return_inverse=True)
    rows = vectors[items].astype(np.float64)
    rows[items == EMPTY] = 0.0
    return rows * _inverse_norms(np.einsum("nd,nd->n", rows, rows))[:, None], place.reshape(slates.shape)


def _inverse_norms(squares: NDArray[np.floating]) -> NDArray[np.floating]:
    """1 / norm from squared norms, 0 for a zero vector; ValueError where the embedding is not finite."""
    if not np.isfinite(squares).all():
        raise ValueError("the embeddings of the items shown must be finite")
    norms = np.sqrt(squares)
    inverse: NDArray[np.floating] = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
    return inverse


def ild(slates: ArrayLike, embeddings: ArrayLike) -> Floats:
    """Intra-list distance: mean of 1 − cosine over the pairs of a slate, float64 [U] in [0, 2].

    Ziegler et al. 2005 (intra-list similarity), as a distance. From ‖Σu‖² = Σ‖u‖² + 2·Σ_{i<j} u_i·u_j,
    so no pair is visited; in float64, because near-equal items cancel.

    Perpendicular vectors have distance 1:
    >>> ild([[0, 1]], [[1.0, 0.0], [0.0, 1.0]]).tolist()
    [1.0]
    """
    checked, vectors = _check(slates, embeddings)
    n_users, k = checked.shape
    unit, place = _unit_rows(checked, vectors)
    starts = np.arange(n_users + 1) * k
    shown = sparse.csr_array((np.ones(place.size), place.ravel(), starts), shape=(n_users, len(unit)))
    squares = np.einsum("nd,nd->n", unit, unit)  # 1, or 0 where nothing is known
    similarity = -(shown @ squares)
    for block in blocks(n_users, vectors.shape[1] * 8):
        total = shown[block] @ unit  # [u, d]
        similarity[block] += np.einsum("ud,ud->u", total, total)
    known = shown @ (squares > 0).astype(np.int64)
    return np.maximum(1.0 - divide(similarity, known * (known - 1)), 0.0)


def pair_cosines(slates: Ints, vectors: NDArray[np.floating]) -> Iterator[tuple[slice, NDArray[np.floating], Flags]]:
    """By blocks of users: float32 cosines [u, k(k−1)/2] of the slot pairs, and which are of two known items."""
    n_users, k = slates.shape
    first, second = np.triu_indices(k, 1)
    for block in blocks(n_users, 4 * k * (vectors.shape[1] + k)):
        filled = slates[block] != EMPTY
        rows = vectors[slates[block]].astype(np.float32, copy=False)  # [u, k, d]
        gram = rows @ rows.transpose(0, 2, 1)
        scale = _inverse_norms(np.where(filled, gram.diagonal(axis1=1, axis2=2), 0.0))
        cosines = gram[:, first, second] * scale[:, first] * scale[:, second]
        known = filled & (scale > 0)
        yield block, cosines, known[:, first] & known[:, second]


def ilmd(slates: ArrayLike, embeddings: ArrayLike) -> Floats:
    """Intra-list minimum distance: 1 − cosine of the closest pair, float64 [U] in [0, 2], within 1e-6.

    The closest pair is the same product in two sizes:
    >>> ilmd([[0, 1, 2]], [[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]]).tolist()
    [0.0]
    """
    checked, vectors = _check(slates, embeddings)
    result = np.full(len(checked), np.nan)
    for block, cosines, pairs in pair_cosines(checked, vectors):
        closest = np.where(pairs, cosines, -1.0).max(axis=1, initial=-1.0)
        result[block] = np.where(pairs.any(axis=1), np.maximum(1.0 - closest.astype(np.float64), 0.0), np.nan)
    return result


def look_alike_pairs(slates: ArrayLike, embeddings: ArrayLike, threshold: float = 0.9) -> Floats:
    """Number of pairs in a slate with cosine ≥ threshold, float64 [U], of m(m − 1)/2 for m filled slots.

    The default 0.9 is meant for the text embedding of the default encoder: in the sample's titles, pairs
    above it are one product type in two sizes; from 0.85 down other types (kids', adults' cereal) come in.
    Raises ValueError for a threshold outside [-1, 1].

    >>> look_alike_pairs([[0, 1, 2]], [[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]]).tolist()
    [1.0]
    """
    if not -1.0 <= threshold <= 1.0:
        raise ValueError(f"threshold is a cosine in [-1, 1], got {threshold}")
    checked, vectors = _check(slates, embeddings)
    result = np.full(len(checked), np.nan)
    for block, cosines, pairs in pair_cosines(checked, vectors):
        alike = (pairs & (cosines >= threshold - ROUNDING)).sum(axis=1)
        result[block] = np.where(pairs.any(axis=1), alike, np.nan)
    return result
