"""Max-sum dispersion: (1-λ)·relevance + λ·sum of the distances to the items already chosen.

Gollapudi & Sharma, "An axiomatic approach for result diversification", WWW 2009 (greedy).
Distance is 1 - similarity. Gains rise as items are chosen, so every candidate must be updated at every step.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.compiled import kernel_part
from engine.rerank.methods.by_similarity import begin_plain, compare, new_similarities, open_nothing, take_nothing
from engine.rerank.methods.greedy import EAGER, greedy


@kernel_part(forceinline=True)
def _update(work, pool, features, chosen, first, last, step, keep, give):
    compare(work, pool, features, chosen, first, last, step)
    for t in range(pool[first].seen, step):
        column = pool[chosen[t]].column
        for j in range(first, last):
            pool[j].variety += np.float32(1) - min(max(work.similarity[j, column], np.float32(-1)), np.float32(1))
    for j in range(first, last):
        pool[j].gain = keep * pool[j].quality + give * pool[j].variety
        pool[j].seen = step


@njit(nogil=True, error_model="numpy", cache=True)
def msd(task):
    """Fill the slots of a Task. The diversity term of rank r lies in [0, 2·(r - 1)]."""
    return greedy(new_similarities(task), EAGER, open_nothing, begin_plain, _update, take_nothing, task)
