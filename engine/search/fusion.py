"""What words and meaning say of a product, as one relevance score.

A convex combination of the two, each scaled to [0, 1] (Bruch, Gai & Ingber 2023, An analysis of fusion functions for
hybrid retrieval, who find it better than reciprocal rank fusion). What is ours is that the weight of words follows
how much of the query the shop's words cover: of "swivel seat for work" a shop may hold "work" alone, and then meaning
should decide. `benchmarks/search.py` compares this with a fixed weight and with reciprocal rank fusion.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]
WORDS = 0.7  # weight of words where a product holds the whole query
POWER = 3  # of the coverage: a query of which half is held weighs words with 0.7 / 8


def fused(words: Floats, meaning: Floats) -> Floats:
    """Relevance float32 [n] in [0, 1].

    words    shares [n] in [0, 1] of what the query's words can be worth; the largest is the query's coverage
    meaning  cosines [n] in [-1, 1]; those below 0 count as 0

    Where no product holds a word of the query, meaning alone decides.

    >>> fused(np.array([1, 0], np.float32), np.array([0.4, 0.8], np.float32)).tolist()
    [0.8500000238418579, 0.30000001192092896]
    >>> fused(np.array([0, 0], np.float32), np.array([0.4, 0.8], np.float32)).tolist()
    [0.5, 1.0]
    """
    weight = WORDS * float(words.max(initial=0)) ** POWER
    return ((1 - weight) * scaled_meaning(meaning) + weight * words).astype(np.float32)


def scaled_meaning(cosines: Floats) -> Floats:
    """Cosines from 0 on, divided by the largest of this query."""
    positive: Floats = np.maximum(cosines, 0)
    best = float(positive.max(initial=0))
    return positive / np.float32(best) if best > 0 else positive
