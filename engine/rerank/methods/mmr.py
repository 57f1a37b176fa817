"""Maximal marginal relevance: (1-λ)·relevance - λ·max similarity to an item already chosen.

Carbonell & Goldstein, "The use of MMR, diversity-based reranking for reordering documents and producing
summaries", SIGIR 1998. Similarity, the cosine unless facets mix in, is clipped to [0, 1].
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.compiled import kernel_part
from engine.rerank.methods.by_similarity import begin_plain, compare, new_similarities, open_nothing, take_nothing
from engine.rerank.methods.greedy import LAZY, greedy


@kernel_part(forceinline=True)
def _update(work, pool, features, chosen, first, last, step, keep, give):
    compare(work, pool, features, chosen, first, last, step)
    for j in range(first, last):
        if step > 0:
            pool[j].variety = -min(max(pool[j].closest, np.float32(0)), np.float32(1))
        pool[j].gain = keep * pool[j].quality + give * pool[j].variety
        pool[j].seen = step


@njit(nogil=True, error_model="numpy", cache=True)
def mmr(task):
    """Fill the slots of a Task. The diversity term lies in [-1, 0]; 0 for the first item."""
    return greedy(new_similarities(task), LAZY, open_nothing, begin_plain, _update, take_nothing, task)
