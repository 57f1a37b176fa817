"""Calibrated recommendations: (1-λ)·relevance - λ·KL(p ‖ q̃) in bits, of the shopper's profile and the slate's shares.

Steck, "Calibrated recommendations", RecSys 2018. q̃ = 0.99·q + 0.01·p with q the shares of the slate's known
values, the candidate included; a slate of unknown values has q = 0. Without a profile the term is 0.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.methods.greedy_by_values import greedy_by_values

BLEND = 0.01  # of p in q̃, so that the divergence stays finite
ABSENT = np.log2(1 / BLEND)  # bits a wanted value costs, times its share, while no item has it


@njit(nogil=True, error_model="numpy")
def _ready(facet_counts, facet):
    pass


@njit(nogil=True, error_model="numpy")
def _bits(share, items, known):
    """A value's part of the divergence, with `items` of `known` items."""
    if share == 0:
        return 0.0
    return share * np.log2(share / ((1 - BLEND) * items / known + BLEND * share)) if items else share * ABSENT


@njit(nogil=True, error_model="numpy")
def _price(facet_counts, facet, step):
    known = facet_counts.known[facet]
    now = then = facet_counts.total[facet] * ABSENT  # divergence as it is, and once one more item's value is known
    for value in range(facet_counts.values[facet]):
        items, share = facet_counts.counts[facet, value], facet_counts.wanted[facet, value]
        if items > 0:
            now += _bits(share, items, known) - share * ABSENT
            then += _bits(share, items, known + 1) - share * ABSENT
    facet_counts.none[facet] = -now
    for value in range(facet_counts.values[facet]):
        items, share = facet_counts.counts[facet, value], facet_counts.wanted[facet, value]
        facet_counts.terms[facet, value] = -(then + _bits(share, items + 1, known + 1) - _bits(share, items, known + 1))


@njit(nogil=True, error_model="numpy", cache=True)
def calibrated(scores, candidates, order, features, interests, constraints, diversities, slots):
    """Fill slots [U, L, k]. The diversity term lies in [log2 0.01 = -6.64, 0]."""
    return greedy_by_values(
        _ready, _price, scores, candidates, order, features, interests, constraints, diversities, slots
    )
