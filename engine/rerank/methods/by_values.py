"""What xquad and calibrated share: they choose by facet values, so only chosen items need a similarity."""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import NamedTuple

from numba import njit

from engine.rerank.compiled import kernel_part
from engine.rerank.methods.by_similarity import Similarities, compare, new_similarities
from engine.rerank.methods.facet_counts import FacetCounts, add, clear, new_facet_counts, open_facet_counts, weigh


class ValueWork(NamedTuple):
    """One shopper's facet values, and the similarities of what was chosen."""

    similarities: Similarities
    facets: FacetCounts


@njit(nogil=True, error_model="numpy")
def new_value_work(task):
    """Memory for a Task's pools."""
    return ValueWork(new_similarities(task), new_facet_counts(task.interests, task.scores.shape[1]))


@kernel_part
def open_values(work, pool, features, interests, user):
    """Number the values of a shopper's pool and look up their shares."""
    open_facet_counts(work.facets, interests, user, pool)


@kernel_part
def begin_values(work, pool, level, keep, give):
    """No item of any value; relevance is the score itself."""
    clear(work.facets)
    for j in range(len(pool)):
        pool[j].quality = pool[j].score


@kernel_part
def weigh_gains(work, pool, first, last, keep, give):
    """The gains of candidates first … last - 1 from what the next item adds by its values."""
    weigh(work.facets, first, last)
    worth = work.facets.worth
    for j in range(first, last):
        pool[j].variety = worth[j]
        pool[j].gain = keep * pool[j].quality + give * pool[j].variety


@kernel_part
def take_values(work, pool, features, chosen, j, step):
    """Count the values of candidate j, and find the closest item before it."""
    compare(work.similarities, pool, features, chosen, j, j + 1, step)
    add(work.facets, j)
