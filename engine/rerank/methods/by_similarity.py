"""What the methods that choose by similarity alone share: mmr, msd, dpp and ssd."""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import NamedTuple

import numpy as np
from numba import njit

from engine.rerank.compiled import kernel_part
from engine.rerank.methods.pool import gather, update_similarity


class Similarities(NamedTuple):
    """One shopper's vectors, and their similarities to the candidates that any λ has chosen.

    Memory: 4·N·(d + min(N, L·k) + k) bytes.
    """

    vectors: np.ndarray  # float32 [N, d], of unit length
    similarity: np.ndarray  # float32 [N, min(N, L·k)], NaN before it is asked for
    factors: np.ndarray  # float32 [N, k], rows of a Cholesky factor (dpp, ssd)


@njit(nogil=True, error_model="numpy")
def new_similarities(task):
    """Memory for a Task's pools."""
    n, (levels, k) = task.scores.shape[1], task.slots.shape[1:]
    return Similarities(
        np.empty((n, task.features.embeddings.shape[1]), np.float32),
        np.empty((n, min(n, levels * k)), np.float32),
        np.empty((n, k), np.float32),
    )


@kernel_part(forceinline=True)
def compare(work, pool, features, chosen, first, last, step):
    """Bring the similarities of candidates first … last - 1 to the items chosen before `step` up to date."""
    gather(pool, work.vectors, work.similarity, features, first, last)
    update_similarity(pool, work.vectors, work.similarity, features, chosen, first, last, step)


@kernel_part
def open_nothing(work, pool, features, interests, user):
    """Vectors and similarities are looked up when they are asked for."""


@kernel_part
def take_nothing(work, pool, features, chosen, j, step):
    """The candidate has been compared when it was looked at."""


@kernel_part
def begin_plain(work, pool, level, keep, give):
    """Relevance is the score itself, diversity starts at 0."""
    for j in range(len(pool)):
        pool[j].quality = pool[j].score
        pool[j].variety = 0
        pool[j].gain = keep * pool[j].score
