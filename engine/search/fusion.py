"""Two rankings of the same products into one relevance score.

convex  α·dense + (1-α)·lexical of scores that are scaled to [0, 1], Bruch, Gai & Ingber 2023, An analysis of fusion
        functions for hybrid retrieval (their TM2C2: the lower end of the scale is the least that a score can be)
rrf     reciprocal rank fusion, Cormack, Clarke & Büttcher 2009; ranks from 1, constant 60

Search takes `convex`: `benchmarks/search.py` compares them.
"""

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]
Fusion = Literal["convex", "rrf"]
ALPHA = 0.5  # weight of meaning; chosen by benchmarks/search.py
RRF_CONSTANT = 60


def fused(lexical: Floats, dense: Floats, how: Fusion = "convex", alpha: float = ALPHA) -> Floats:
    """Relevance float32 [n] in [0, 1] from BM25 scores [n] >= 0 and cosines [n] in [-1, 1].

    Where no product holds a word of the query, meaning alone decides, whatever the fusion.

    >>> fused(np.array([2, 0], np.float32), np.array([0.0, 1.0], np.float32)).tolist()
    [0.75, 0.5]
    """
    if not lexical.any():
        return _meaning(dense)
    return _convex(lexical, dense, alpha) if how == "convex" else _reciprocal_ranks(lexical, dense)


def _meaning(dense: Floats) -> Floats:
    """Cosines scaled so that -1 is 0 and the best product of this query is 1."""
    scaled = np.clip(dense, -1, 1) + 1
    best = scaled.max(initial=0)
    return (scaled / best if best > 0 else scaled).astype(np.float32)


def _convex(lexical: Floats, dense: Floats, alpha: float) -> Floats:
    words = lexical / lexical.max()
    return (alpha * _meaning(dense) + (1 - alpha) * words).astype(np.float32)


def _reciprocal_ranks(lexical: Floats, dense: Floats) -> Floats:
    """Σ 1 / (60 + rank), divided by what a product gets that is first in both; a product without a word has no rank
    among words."""
    by_words = np.where(lexical > 0, 1 / (RRF_CONSTANT + _ranks(lexical)), 0)
    by_meaning = 1 / (RRF_CONSTANT + _ranks(dense))
    return ((by_words + by_meaning) * (RRF_CONSTANT + 1) / 2).astype(np.float32)


def _ranks(scores: Floats) -> npt.NDArray[np.int64]:
    """Ranks from 1 by falling score; equal scores share the best of their ranks."""
    falling = np.sort(-scores)
    return np.searchsorted(falling, -scores, side="left") + 1
