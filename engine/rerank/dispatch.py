"""Dispatch to the graphics card, or to all cores of the processor: fills the slots of any number of shoppers."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.rerank.checks import plain
from engine.rerank.constraints.rules import ConstraintArrays
from engine.rerank.inputs import Interests, ItemFeatures
from engine.rerank.methods import kernel
from engine.rerank.normalize import normalized
from engine.rerank.slates import EMPTY_SLOT

CHUNK = 512  # shoppers a task takes at most
log = logging.getLogger(__name__)


def dispatch(
    method: str,
    scores: np.ndarray,
    candidates: np.ndarray,
    normalize: str,
    features: ItemFeatures,
    interests: Interests,
    constraints: ConstraintArrays,
    levels: np.ndarray,
    slots: np.ndarray,
    card: str,
) -> str:
    """Fill slots [U, L, k]; return what computed them: `card`, or "cpu" where that is "" or cannot.

    The card does not handle constraints. Raises ValueError for an embedding that was read and is not finite.
    """
    pools = (scores, candidates, normalize)
    broken = _on_card(method, *_ordered(*pools), features, interests, levels, slots) if card else None
    if broken is None:
        card = ""
        broken = _on_cpu(method, *pools, features, interests, constraints, levels, slots)
    if broken >= 0:
        raise ValueError(f"embeddings must be finite (and their squares, in float32); row {broken} is not")
    return card or "cpu"


def _on_cpu(
    method: str,
    scores: np.ndarray,
    candidates: np.ndarray,
    normalize: str,
    features: ItemFeatures,
    interests: Interests,
    constraints: ConstraintArrays,
    levels: np.ndarray,
    slots: np.ndarray,
) -> int:
    """Chunk by chunk; a broken row of embeddings, or -1. Kernels release the GIL, so plain threads use all cores.

    Threads of our own, not numba's: its default thread layer must not be entered by two sessions at once.
    """
    from engine.rerank.imputation import with_imputed
    from engine.rerank.nearest_known import recompute_nearest  # they import numba, as kernels do

    run = kernel(method)

    def part(start: int) -> int:
        chunk = slice(start, start + size)
        wants = interests._replace(shares=interests.shares[chunk])
        along = constraints._replace(guides=constraints.guides[chunk])
        pools = _ordered(scores[chunk], candidates[chunk], normalize)
        known, wants = with_imputed(*pools[1:], features, wants)
        worst = int(run(*pools, known, wants, along, levels, slots[chunk]))
        recompute_nearest(slots[chunk], features)
        return worst

    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    size = min(CHUNK, -(-len(scores) // (4 * threads)) or 1)
    starts = range(0, len(scores), size)
    if len(starts) < 2:
        return max((part(start) for start in starts), default=-1)
    with ThreadPoolExecutor(threads, "rerank") as pool:
        return max(pool.map(part, starts))


def _on_card(
    method: str,
    scores: np.ndarray,
    candidates: np.ndarray,
    order: np.ndarray,
    features: ItemFeatures,
    interests: Interests,
    levels: np.ndarray,
    slots: np.ndarray,
) -> int | None:
    """The same on the card; None where it does not know the method or its memory is too small for one shopper."""
    from engine.rerank.imputation import with_imputed
    from engine.rerank.nearest_known import recompute_nearest
    from engine.rerank.on_torch import torch_path
    from engine.rerank.on_torch.methods import METHODS

    if method not in METHODS:
        return None
    known, interests = with_imputed(candidates, order, features, interests)
    try:
        worst = int(
            torch_path.rerank_on_device(method, scores, candidates, order, known, interests, levels, slots, "cuda")
        )
    except torch_path.OutOfMemory as fault:
        log.warning("the graphics card's memory is too small, re-ranking on the processor instead: %s", fault)
        slots[:] = EMPTY_SLOT
        return None
    recompute_nearest(slots, features)
    return worst


def _ordered(scores: np.ndarray, candidates: np.ndarray, normalize: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores on the scale wanted, candidates, and the slots of each pool by falling score, each [C, N]."""
    if normalize != "none":
        scores, candidates = normalized(scores, candidates, normalize)
        scores, candidates = plain(scores, np.float32), plain(candidates, np.int64)
    return scores, candidates, np.argsort(np.where(candidates >= 0, -scores, np.inf), axis=1, kind="stable")
