"""Facility location: (1-λ)·relevance + λ·how much better the slate covers the pool.

Coverage is Σ over the pool of √(sum of similarities to the chosen items): monotone and submodular (Lin & Bilmes,
"A class of submodular functions for document summarization", ACL 2011), as in pyversity 0.2 with γ = 0.5.
Similarity is clipped to [0, 1]. For λ in (0, 1) the first pick has the highest gain too; at λ = 1 the most
relevant item comes first. A candidate with imputed values (`imputation`) covers others but need not be covered, or the
values would count twice.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import NamedTuple

import numpy as np
from numba import njit

from engine.rerank.compiled import kernel_part
from engine.rerank.methods.greedy import LEADER, greedy
from engine.rerank.methods.pool import SUM, gather
from engine.rerank.methods.similarity_update import fill_similarity

SLACK = np.float32(1e-5)  # a bound some steps old may be below the gain by rounding


class Coverage(NamedTuple):
    """How well one shopper's slate covers their pool.

    Memory: 4·N·(N + d) bytes.
    """

    vectors: np.ndarray  # float32 [N, d], of unit length
    unused: np.ndarray  # float32 [N, 0]: `similarities` holds all of them, none is kept for a column
    similarities: np.ndarray  # float32 [N, N]; what a column's candidate need not cover is 0
    covered: np.ndarray  # float32 [N], sum of the similarities to the chosen items …
    roots: np.ndarray  # float32 [N], … and its square root
    first: np.ndarray  # float32 [N], what each candidate adds to an empty slate, the same for every λ


@kernel_part(fastmath=SUM)
def _coverage_gain(work, pool, j):
    """What candidate j adds to Σ √covered."""
    similarities, covered, roots = work.similarities, work.covered, work.roots
    total = np.float32(0)
    for i in range(len(pool)):
        total += np.sqrt(covered[i] + max(similarities[j, i], np.float32(0))) - roots[i]
    return total


@kernel_part
def _open_user(work, pool, features, interests, user):
    gather(pool, work.vectors, work.unused, features, 0, len(pool))
    fill_similarity(pool, work.vectors, features, work.similarities)
    for i in range(len(pool)):
        if pool[i].value_row != pool[i].item:
            work.similarities[: len(pool), i] = 0
    work.covered[:] = 0
    work.roots[:] = 0
    for j in range(len(pool)):
        work.first[j] = _coverage_gain(work, pool, j)


@kernel_part
def _begin(work, pool, level, keep, give):
    work.covered[:] = 0
    work.roots[:] = 0
    for j in range(len(pool)):
        pool[j].quality = pool[j].score
        pool[j].variety = work.first[j]
        pool[j].gain = keep * pool[j].quality + give * pool[j].variety


@kernel_part(forceinline=True)
def _update(work, pool, features, chosen, first, last, step, keep, give):
    for j in range(first, last):
        pool[j].variety = _coverage_gain(work, pool, j)
        pool[j].gain = keep * pool[j].quality + give * pool[j].variety
        pool[j].seen = step


@kernel_part
def _take(work, pool, features, chosen, j, step):
    """Find the closest item before candidate j, let it cover the pool, make all gains bounds."""
    similarities, covered, roots = work.similarities, work.covered, work.roots
    for t in range(step):
        if similarities[j, chosen[t]] > pool[j].closest:
            pool[j].closest = similarities[j, chosen[t]]
            pool[j].near = chosen[t]
    for i in range(len(pool)):
        covered[i] += max(similarities[j, i], np.float32(0))
        roots[i] = np.sqrt(covered[i])
    for i in range(len(pool)):
        if not pool[i].taken:
            pool[i].gain += SLACK


@njit(nogil=True, error_model="numpy", cache=True)
def cover(task):
    """Fill the slots of a Task. The diversity term lies in [0, N], N = candidates in the pool."""
    n, d = task.scores.shape[1], task.features.embeddings.shape[1]
    work = Coverage(
        np.empty((n, d), np.float32),
        np.empty((n, 0), np.float32),
        np.empty((n, n), np.float32),
        np.empty(n, np.float32),
        np.empty(n, np.float32),
        np.empty(n, np.float32),
    )
    return greedy(work, LEADER, _open_user, _begin, _update, _take, task)
