"""Max-sum dispersion: (1-λ)·relevance + λ·sum of the distances to the items already chosen.

Gollapudi & Sharma, "An axiomatic approach for result diversification", WWW 2009 (greedy).
Distance is 1 - similarity. Gains rise as items are chosen, so every candidate must be updated at every step.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.methods.greedy import rerank_users
from engine.rerank.methods.mmr import begin_plain


@njit(nogil=True, error_model="numpy")
def _fold(pool, similarity, factors, chosen, first, last, step, keep, give):
    for t in range(pool[first].seen, step):
        column = pool[chosen[t]].column
        for j in range(first, last):
            pool[j].variety += np.float32(1) - min(max(similarity[j, column], np.float32(-1)), np.float32(1))
    for j in range(first, last):
        pool[j].gain = keep * pool[j].quality + give * pool[j].variety
        pool[j].seen = step


@njit(nogil=True, error_model="numpy", cache=True)
def msd(scores, candidates, order, features, interests, constraints, diversities, slots):
    """Fill slots [U, L, k]. The diversity term of rank r lies in [0, 2·(r - 1)]."""
    return rerank_users(begin_plain, _fold, False, scores, candidates, order, features, constraints, diversities, slots)
