"""The door of the room: any number of shoppers, one λ or many, one call."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.rerank.checks import (
    checked_choice,
    checked_diversities,
    checked_embeddings,
    checked_k,
    checked_pools,
    plain,
)
from engine.rerank.methods import METHODS, Kernel, kernel
from engine.rerank.normalize import NORMALIZE, normalized
from engine.rerank.slates import EMPTY_SLOT, Array, Slates, first_level, to_slates

LEVELS = tuple(step / 20 for step in range(21))  # 0, 0.05 … 1
CHUNK = 512  # shoppers a task takes at most


def rerank(
    scores: Array,
    candidates: Array,
    embeddings: Array,
    k: int = 20,
    method: str = "mmr",
    diversity: float = 0.3,
    *,
    normalize: str = "none",
) -> Slates:
    """Choose k of N candidates for each shopper, trading relevance for diversity; see `sweep`.

    Returns Slates of arrays [U, k].
    """
    return first_level(sweep(scores, candidates, embeddings, k, method, [diversity], normalize=normalize))


def sweep(
    scores: Array,
    candidates: Array,
    embeddings: Array,
    k: int = 20,
    method: str = "mmr",
    diversities: Sequence[float] = LEVELS,
    *,
    normalize: str = "none",
) -> Slates:
    """Re-rank for every λ in one pass: cosines are computed once and shared by all λ.

    scores: float [U, N], higher is better.
    candidates: int [U, N], rows of embeddings, distinct within a shopper; -1 = none, its score is ignored.
    embeddings: float [n_items, d]; they need not be of unit length, a zero row has cosine 0 to everything.
    diversities: λ in [0, 1]. 0 is the top-k by score, ties in candidate order; 1 ignores relevance after the
    first pick, which is the most relevant item in every method.
    normalize: "none", "minmax" or "rank" of the scores, per shopper over her pool.
    NumPy or torch in, the same kind out; computed in float32 on the CPU's cores. Nothing here is random.

    Returns Slates of arrays [L, U, k]. Raises ValueError for input that breaks these rules; an embedding that
    is not finite is refused when it is read, and not every candidate's is.
    """
    checked_choice("method", method, tuple(METHODS))
    checked_choice("normalize", normalize, NORMALIZE)
    levels = checked_diversities(diversities)
    vectors = checked_embeddings(embeddings)
    score, item = checked_pools(scores, candidates, len(vectors))
    slots = np.full((len(score), len(levels), checked_k(k)), EMPTY_SLOT)
    _fill(kernel(method), score, item, vectors, levels, slots, normalize)
    return to_slates(slots, like=scores)


def _fill(
    run: Kernel,
    scores: np.ndarray,
    candidates: np.ndarray,
    embeddings: np.ndarray,
    levels: np.ndarray,
    slots: np.ndarray,
    normalize: str,
) -> None:
    """Fill slots [U, L, k] chunk by chunk. Kernels release the GIL, so plain threads use all cores.

    Threads of our own, not numba's: its default thread layer must not be entered by two sessions at once.
    """

    def fill(start: int) -> int:
        chunk = slice(start, start + size)
        score, item = scores[chunk], candidates[chunk]
        if normalize != "none":
            score, item = map(plain, normalized(score, item, normalize), (np.float32, np.int64))
        order = np.argsort(np.where(item >= 0, -score, np.inf), axis=1, kind="stable")
        return int(run(score, item, order, embeddings, levels, slots[chunk]))

    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    size = min(CHUNK, -(-len(scores) // (4 * threads)) or 1)
    starts = range(0, len(scores), size)
    if len(starts) < 2:
        faults = [fill(start) for start in starts]
    else:
        with ThreadPoolExecutor(threads, "rerank") as pool:
            faults = list(pool.map(fill, starts))
    broken = [row for row in faults if row >= 0]
    if broken:
        raise ValueError(f"embeddings must be finite (and their squares, in float32); row {broken[0]} is not")
