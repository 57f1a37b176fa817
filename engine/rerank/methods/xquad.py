"""Explicit query aspect diversification: (1-λ)·relevance + λ·share of a value no chosen item has.

Santos, Macdonald & Ounis, "Exploiting query reformulations for web search result diversification", WWW 2010,
with binary aspects: an item covers the aspect of its facet value, P(d|c) = 1, and no other. An aspect counts as
much as the shopper's profile says; without one all values in their pool count the same.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from numba import njit

from engine.rerank.compiled import kernel_part
from engine.rerank.methods.by_values import begin_values, new_value_work, open_values, take_values, weigh_gains
from engine.rerank.methods.greedy import EAGER, greedy


@kernel_part
def _open_user(work, pool, features, interests, user):
    open_values(work, pool, features, interests, user)
    facets = work.facets
    for facet in range(len(facets.values)):
        if facets.total[facet] == 0:
            facets.wanted[facet, : facets.values[facet]] = 1.0 / max(facets.values[facet], 1)


@kernel_part
def _price(facet_counts, facet):
    facet_counts.none[facet] = 0
    for value in range(facet_counts.values[facet]):
        fresh = facet_counts.counts[facet, value] == 0
        facet_counts.terms[facet, value] = facet_counts.wanted[facet, value] if fresh else 0.0


@kernel_part(forceinline=True)
def _update(work, pool, features, chosen, first, last, step, keep, give):
    for facet in range(len(work.facets.values)):
        _price(work.facets, facet)
    weigh_gains(work, pool, first, last, keep, give)


@njit(nogil=True, error_model="numpy", cache=True)
def xquad(task):
    """Fill the slots of a Task. The diversity term lies in [0, 1]."""
    return greedy(new_value_work(task), EAGER, _open_user, begin_values, _update, take_values, task)
