"""Calibrated recommendations: (1-λ)·relevance - λ·KL(p ‖ q̃) in bits, of the shopper's profile and the slate's shares.

Steck, "Calibrated recommendations", RecSys 2018. q̃ = 0.99·q + 0.01·p with q the shares of the slate's known
values, the candidate included; a slate of unknown values has q = 0. Without a profile the term is 0.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.compiled import kernel_part
from engine.rerank.methods.by_values import begin_values, new_value_work, open_values, take_values, weigh_gains
from engine.rerank.methods.greedy import EAGER, greedy

BLEND = 0.01  # of p in q̃, so that the divergence stays finite
ABSENT = np.log2(1 / BLEND)  # bits a wanted value costs, times its share, while no item has it


@kernel_part
def _bits(share, items, known):
    """A value's part of the divergence, with `items` of `known` items."""
    if share == 0:
        return 0.0
    return share * np.log2(share / ((1 - BLEND) * items / known + BLEND * share)) if items else share * ABSENT


@kernel_part
def _price(facet_counts, facet):
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


@kernel_part(forceinline=True)
def _update(work, pool, features, chosen, first, last, step, keep, give):
    for facet in range(len(work.facets.values)):
        _price(work.facets, facet)
    weigh_gains(work, pool, first, last, keep, give)


@njit(nogil=True, error_model="numpy", cache=True)
def calibrated(task):
    """Fill the slots of a Task. The diversity term lies in [log2 0.01 = -6.64, 0]."""
    return greedy(new_value_work(task), EAGER, open_values, begin_values, _update, take_values, task)
