"""What is told of lists that hold unknown values: the nearest item by what is known of both."""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.imputation import cosine
from engine.rerank.inputs import Likeness, has_text, some_unknown
from engine.rerank.methods.pool import FALL


def retell(slots: np.ndarray, likeness: Likeness) -> None:
    """Write `nearest` and `similarity` of such lists in slots [U, L, k] anew, as `alike.likeness` tells them.

    They come from what was borrowed for choosing; nobody should read that a product is like one whose colour it may
    not have. Where nothing is known of both, of any item above: -1 and NaN.
    """
    items = slots["items"]
    if not some_unknown(likeness, items):
        return
    shown = np.unique(items[items >= 0])
    worded = np.zeros(len(likeness.embeddings), bool)
    worded[shown] = has_text(likeness.embeddings, shown)
    whole = (likeness.codes >= 0).all(axis=1)
    whole &= worded | (likeness.weights[0] == 0)
    whole &= ~np.isnan(likeness.prices) | (likeness.weights[1] == 0)
    lists = slots.reshape(-1, slots.shape[2])
    _retell(lists, np.flatnonzero(((lists["items"] >= 0) & ~whole[lists["items"]]).any(axis=1)), likeness, worded)


@njit(nogil=True, error_model="numpy", cache=True)
def _retell(lists, rows, likeness, worded):
    for row in rows:
        slots = lists[row]
        for rank in range(1, len(slots)):
            if slots[rank].items < 0:
                break
            slots[rank].nearest, slots[rank].similarity = -1, np.nan
            for above in range(rank):
                alike = _known(likeness, worded, slots[rank].items, slots[above].items)
                if alike > slots[rank].similarity or (slots[rank].nearest < 0 and not np.isnan(alike)):
                    slots[rank].nearest, slots[rank].similarity = slots[above].items, alike


@njit(nogil=True, error_model="numpy")
def _known(likeness, worded, i, j):
    """Similarity in what is known of both items, in [-1, 1]; NaN where that is nothing."""
    total = weight = np.float32(0)
    if likeness.weights[0] > 0 and worded[i] and worded[j]:
        total += likeness.weights[0] * cosine(likeness.embeddings, i, j)
        weight += likeness.weights[0]
    gap = abs(likeness.prices[i] - likeness.prices[j])
    if likeness.weights[1] > 0 and not np.isnan(gap):
        total += likeness.weights[1] * np.exp(-gap * FALL)
        weight += likeness.weights[1]
    for facet in range(likeness.codes.shape[1]):
        if likeness.codes[i, facet] >= 0 and likeness.codes[j, facet] >= 0:
            total += likeness.weights[2 + facet] * (likeness.codes[i, facet] == likeness.codes[j, facet])
            weight += likeness.weights[2 + facet]
    return min(max(total / weight, np.float32(-1)), np.float32(1)) if weight > 0 else np.float32(np.nan)
