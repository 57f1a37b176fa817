"""Explicit query aspect diversification: (1-λ)·relevance + λ·share of a value no chosen item has.

Santos, Macdonald & Ounis, "Exploiting query reformulations for web search result diversification", WWW 2010,
with binary aspects: an item covers the aspect of its facet value, P(d|c) = 1, and no other. An aspect counts as
much as the shopper's profile says; without one all values in their pool count the same.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from numba import njit

from engine.rerank.methods.greedy_by_values import greedy_by_values


@njit(nogil=True, error_model="numpy")
def _ready(facet_counts, facet):
    if facet_counts.total[facet] == 0:
        values = facet_counts.values[facet]
        facet_counts.wanted[facet, :values] = 1.0 / max(values, 1)


@njit(nogil=True, error_model="numpy")
def _price(facet_counts, facet, step):
    facet_counts.none[facet] = 0
    for value in range(facet_counts.values[facet]):
        fresh = facet_counts.counts[facet, value] == 0
        facet_counts.terms[facet, value] = facet_counts.wanted[facet, value] if fresh else 0.0


@njit(nogil=True, error_model="numpy", cache=True)
def xquad(scores, candidates, order, features, interests, constraints, diversities, slots):
    """Fill slots [U, L, k]. The diversity term lies in [0, 1]."""
    return greedy_by_values(
        _ready, _price, scores, candidates, order, features, interests, constraints, diversities, slots
    )
