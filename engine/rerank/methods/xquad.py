"""Explicit query aspect diversification: (1-λ)·relevance + λ·share of a value no chosen item has.

Santos, Macdonald & Ounis, "Exploiting query reformulations for web search result diversification", WWW 2010,
with binary aspects: an item covers the aspect of its facet value, P(d|c) = 1, and no other. An aspect counts as
much as the shopper's profile says; without one the values in her pool count alike.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from numba import njit

from engine.rerank.methods.greedy_by_values import rerank_by_values


@njit(nogil=True, error_model="numpy")
def _ready(tally, facet):
    if tally.total[facet] == 0:
        values = tally.values[facet]
        tally.wanted[facet, :values] = 1.0 / max(values, 1)


@njit(nogil=True, error_model="numpy")
def _price(tally, facet, step):
    tally.none[facet] = 0
    for value in range(tally.values[facet]):
        fresh = tally.counts[facet, value] == 0
        tally.terms[facet, value] = tally.wanted[facet, value] if fresh else 0.0


@njit(nogil=True, error_model="numpy", cache=True)
def xquad(scores, candidates, order, likeness, interests, fences, diversities, slots):
    """Fill slots [U, L, k]. The diversity term lies in [0, 1]."""
    return rerank_by_values(_ready, _price, scores, candidates, order, likeness, interests, fences, diversities, slots)
