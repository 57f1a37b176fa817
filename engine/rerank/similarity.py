"""How alike a few items are, as the re-ranker sees it: for explanations."""

from collections.abc import Mapping

import numpy as np

from engine.rerank.checks import checked_embeddings
from engine.rerank.inputs import PRICE_SCALE, item_features
from engine.rerank.slates import Array, to_numpy


def pairwise_similarity(
    items: Array,
    embeddings: Array,
    facets: Mapping[str, Array] | None = None,
    facet_weights: Mapping[str, float] | None = None,
) -> np.ndarray:
    """Similarity of m items with each other, float32 [m, m] in [-1, 1]; the diagonal is 1.

    Two items are compared by what is known of both, the weights of the rest scaled up (Gower, "A general coefficient of
    similarity and some of its properties", Biometrics 1971); where that is nothing, 0. A zero embedding is unknown.

    items: int [m], rows of embeddings. The others as for `sweep`, whose `similarity` and `nearest` this explains.
    Raises ValueError for rows there are none of, for embeddings that are not finite, and as `sweep` does.
    """
    known = item_features(checked_embeddings(embeddings), facets, facet_weights)
    rows = to_numpy(items)
    if rows.ndim != 1 or not (rows.size == 0 or np.issubdtype(rows.dtype, np.integer)):
        raise ValueError(f"items must be rows of embeddings, integers [m], got {rows.dtype} {rows.shape}")
    rows = rows.astype(np.int64)
    if ((rows < 0) | (rows >= len(known.embeddings))).any():
        raise ValueError(f"items must be rows of embeddings, 0 to {len(known.embeddings) - 1}, got {rows.tolist()}")
    vectors = known.embeddings[rows].astype(np.float64)
    if not np.isfinite(vectors).all():
        raise ValueError(f"embeddings must be finite; those of items {rows.tolist()} are not")
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    prices, codes = known.prices[rows], known.codes[rows]
    closeness = np.exp(-np.abs(prices[:, None] - prices) / PRICE_SCALE)
    parts = [vectors @ vectors.T, np.nan_to_num(closeness), *(code[:, None] == code for code in codes.T)]
    is_known = np.stack([length[:, 0] > 0, ~np.isnan(prices), *(code >= 0 for code in codes.T)])
    weights = known.weights[:, None, None] * (is_known[:, :, None] & is_known[:, None, :])
    total, weight = (weights * np.stack(parts)).sum(axis=0), weights.sum(axis=0)
    total = np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)
    total[rows[:, None] == rows] = 1
    result: np.ndarray = np.clip(total, -1, 1).astype(np.float32)
    return result
