"""Maximal marginal relevance: (1-λ)·relevance - λ·max similarity to an item already chosen.

Carbonell & Goldstein, "The use of MMR, diversity-based reranking for reordering documents and producing
summaries", SIGIR 1998. Similarity, the cosine unless facets mix in, is clipped to [0, 1].
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.methods.greedy import rerank_users


@njit(nogil=True, error_model="numpy")
def begin_plain(pool, count, level, keep, give):
    """Relevance is the score itself, diversity starts at 0."""
    for j in range(count):
        pool[j].quality = pool[j].score
        pool[j].variety = 0
        pool[j].gain = keep * pool[j].score


@njit(nogil=True, error_model="numpy")
def _fold(pool, similarity, factors, chosen, first, last, step, keep, give):
    for j in range(first, last):
        if step > 0:
            pool[j].variety = -min(max(pool[j].closest, np.float32(0)), np.float32(1))
        pool[j].gain = keep * pool[j].quality + give * pool[j].variety
        pool[j].seen = step


@njit(nogil=True, error_model="numpy", cache=True)
def mmr(scores, candidates, order, features, interests, constraints, diversities, slots):
    """Fill slots [U, L, k]. The diversity term lies in [-1, 0]; 0 for the first item."""
    return rerank_users(begin_plain, _fold, True, scores, candidates, order, features, constraints, diversities, slots)
