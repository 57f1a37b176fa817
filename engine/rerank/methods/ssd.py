"""Sliding spectrum decomposition: (1-λ)·relevance + λ·norm of the new item's residual after projecting out the chosen.

Huang et al., "Sliding spectrum decomposition for diversified recommendation", KDD 2021: eq. 12 (SSD*), γ = 1,
unit vectors with a constant 1 appended (section 5.3), relevance z-scored over the pool. The window is the
slate, so no item ever leaves it. Norms come from inner products, similarity + 1, alone: O(step) instead of
O(d), and facets mix in as if their features, times √weight, were appended to the vector.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.compiled import kernel_part
from engine.rerank.methods.by_similarity import compare, new_similarities, open_nothing, take_nothing
from engine.rerank.methods.greedy import LAZY, greedy
from engine.rerank.methods.projection import project, zscore

BIAS = np.float32(1)  # what the appended 1 adds to every inner product


@kernel_part
def _begin(work, pool, level, keep, give):
    if level == 0:
        zscore(pool)
    for j in range(len(pool)):
        pool[j].quality = pool[j].standard
        pool[j].weight = 1
        pool[j].residual = BIAS + 1
        pool[j].variety = np.sqrt(pool[j].residual)
        pool[j].gain = keep * pool[j].quality + give * pool[j].variety


@kernel_part(forceinline=True)
def _update(work, pool, features, chosen, first, last, step, keep, give):
    compare(work, pool, features, chosen, first, last, step)
    for j in range(first, last):
        if pool[j].seen == 0:
            pool[j].residual = BIAS + pool[j].own
        project(pool, work.similarity, work.factors, chosen, j, step, BIAS)
        pool[j].variety = np.sqrt(pool[j].residual)
        pool[j].gain = keep * pool[j].quality + give * pool[j].variety
        pool[j].seen = step


@njit(nogil=True, error_model="numpy", cache=True)
def ssd(task):
    """Fill the slots of a Task. The diversity term lies in [0, √2]; √2 for the first item."""
    return greedy(new_similarities(task), LAZY, open_nothing, _begin, _update, take_nothing, task)
