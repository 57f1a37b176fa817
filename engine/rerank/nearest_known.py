"""The nearest item of lists with unknown values, found again by what is known of both items."""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.imputation import cosine
from engine.rerank.inputs import ItemFeatures, has_text, some_unknown
from engine.rerank.methods.pool import FALL


def recompute_nearest(slots: np.ndarray, features: ItemFeatures) -> None:
    """Write `nearest` and `similarity` of lists with unknown values in slots [U, L, k] again, as `pairwise_similarity`
    gives them.

    Before, they come from values that were imputed for choosing; nobody should read that a product is similar to one
    whose colour it may not have. Where nothing is known of both, for any item above: -1 and NaN.
    """
    items = slots["items"]
    if not some_unknown(features, items):
        return
    shown = np.unique(items[items >= 0])
    text_known = np.zeros(len(features.embeddings), bool)
    text_known[shown] = has_text(features.embeddings, shown)
    whole = (features.codes >= 0).all(axis=1)
    whole &= text_known | (features.weights[0] == 0)
    whole &= ~np.isnan(features.prices) | (features.weights[1] == 0)
    lists = slots.reshape(-1, slots.shape[2])
    _recompute(
        lists, np.flatnonzero(((lists["items"] >= 0) & ~whole[lists["items"]]).any(axis=1)), features, text_known
    )


@njit(nogil=True, error_model="numpy", cache=True)
def _recompute(lists, rows, features, text_known):
    for row in rows:
        slots = lists[row]
        for rank in range(1, len(slots)):
            if slots[rank].items < 0:
                break
            slots[rank].nearest, slots[rank].similarity = -1, np.nan
            for above in range(rank):
                similar = _known(features, text_known, slots[rank].items, slots[above].items)
                if similar > slots[rank].similarity or (slots[rank].nearest < 0 and not np.isnan(similar)):
                    slots[rank].nearest, slots[rank].similarity = slots[above].items, similar


@njit(nogil=True, error_model="numpy")
def _known(features, text_known, i, j):
    """Similarity in what is known of both items, in [-1, 1]; NaN where that is nothing."""
    total = weight = np.float32(0)
    if features.weights[0] > 0 and text_known[i] and text_known[j]:
        total += features.weights[0] * cosine(features.embeddings, i, j)
        weight += features.weights[0]
    gap = abs(features.prices[i] - features.prices[j])
    if features.weights[1] > 0 and not np.isnan(gap):
        total += features.weights[1] * np.exp(-gap * FALL)
        weight += features.weights[1]
    for facet in range(features.codes.shape[1]):
        if features.codes[i, facet] >= 0 and features.codes[j, facet] >= 0:
            total += features.weights[2 + facet] * (features.codes[i, facet] == features.codes[j, facet])
            weight += features.weights[2 + facet]
    return min(max(total / weight, np.float32(-1)), np.float32(1)) if weight > 0 else np.float32(np.nan)
