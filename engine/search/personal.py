"""Results for one shopper: the query chooses the candidates, the shopper's own scores help to order them."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from engine.search.index import SearchIndex
from engine.search.request import SearchRequest

Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]


def personal_scores(index: SearchIndex, request: SearchRequest, items: Ints, scores: Floats) -> tuple[Ints, Floats]:
    """The candidates in a new order, with (1 - w)·query + w·shopper, both scaled to [0, 1] over these candidates.

    Unchanged without a shopper, or with w = 0. A product that the model does not score counts as its lowest.
    """
    if request.user is None or index.personal is None or request.personal == 0:
        return items, scores
    own = index.personal(request.user)[items]
    mixed = (1 - request.personal) * scaled(scores) + request.personal * scaled(own)
    order = np.argsort(-mixed, kind="stable")
    return items[order], mixed[order].astype(np.float32)


def scaled(scores: Floats) -> Floats:
    """Scores on [0, 1]: the lowest finite one is 0, as is what has none; the highest is 1. All equal: 1.

    >>> scaled(np.array([1, 3, -np.inf, 2], np.float32)).tolist()
    [0.0, 1.0, 0.0, 0.5]
    """
    known = np.isfinite(scores)
    if not known.any():
        return np.zeros_like(scores)
    low, high = scores[known].min(), scores[known].max()
    if low == high:
        return known.astype(np.float32)
    return np.where(known, (np.where(known, scores, low) - low) / (high - low), 0).astype(np.float32)
