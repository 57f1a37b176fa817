"""Dispatch to the graphics card, or to all cores of the processor: fills the slots of any number of shoppers."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.rerank.checks import plain
from engine.rerank.methods import kernel
from engine.rerank.normalize import normalized
from engine.rerank.slates import EMPTY_SLOT
from engine.rerank.task import Task

CHUNK = 512  # shoppers a task takes at most
log = logging.getLogger(__name__)


def dispatch(method: str, normalize: str, card: str, task: Task) -> str:
    """Fill the slots of `task`, whose `order` is looked up here; return what computed them: `card`, or "cpu" where that
    is "" or cannot.

    The card does not handle constraints. Raises ValueError for an embedding that was read and is not finite.
    """
    broken = _on_card(method, ordered(task, normalize)) if card else None
    if broken is None:
        card = ""
        broken = _on_cpu(method, normalize, task)
    if broken >= 0:
        raise ValueError(f"embeddings must be finite (and their squares, in float32); row {broken} is not")
    return card or "cpu"


def _on_cpu(method: str, normalize: str, task: Task) -> int:
    """Chunk by chunk; a broken row of embeddings, or -1. Kernels release the GIL, so plain threads use all cores.

    Threads of our own, not numba's: its default thread layer must not be entered by two sessions at once.
    """
    from engine.rerank.imputation import with_imputed
    from engine.rerank.nearest_known import recompute_nearest  # they import numba, as kernels do

    run = kernel(method)

    def part(start: int) -> int:
        chunk = ordered(task.of(slice(start, start + size)), normalize)
        worst = int(run(with_imputed(chunk)))
        recompute_nearest(chunk.slots, chunk.features)
        return worst

    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    size = min(CHUNK, -(-len(task.scores) // (4 * threads)) or 1)
    starts = range(0, len(task.scores), size)
    if len(starts) < 2:
        return max((part(start) for start in starts), default=-1)
    with ThreadPoolExecutor(threads, "rerank") as pool:
        return max(pool.map(part, starts))


def _on_card(method: str, task: Task) -> int | None:
    """The same on the card; None where it does not know the method or its memory is too small for one shopper."""
    from engine.rerank.imputation import with_imputed
    from engine.rerank.nearest_known import recompute_nearest
    from engine.rerank.on_torch import torch_path
    from engine.rerank.on_torch.methods import METHODS

    if method not in METHODS:
        return None
    try:
        worst = int(torch_path.rerank_on_device(method, with_imputed(task), "cuda"))
    except torch_path.OutOfMemory as fault:
        log.warning("the graphics card's memory is too small, re-ranking on the processor instead: %s", fault)
        task.slots[:] = EMPTY_SLOT
        return None
    recompute_nearest(task.slots, task.features)
    return worst


def ordered(task: Task, normalize: str) -> Task:
    """The task with its scores on the scale wanted, and with the `order` of its pools."""
    scores, candidates = task.scores, task.candidates
    if normalize != "none":
        scores, candidates = normalized(scores, candidates, normalize)
        scores, candidates = plain(scores, np.float32), plain(candidates, np.int64)
    order = np.argsort(np.where(candidates >= 0, -scores, np.inf), axis=1, kind="stable")
    return task._replace(scores=scores, candidates=candidates, order=order)
