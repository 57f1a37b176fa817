"""The re-ranker on a graphics card: every similarity of a batch of pools at once, shared by all λ.

Where the processor looks at as few candidates as it can, a card does best with the same work for all of them: a
Gram matrix a shopper, then k steps over every λ and shopper together. Sequences are the kernels' but for gains
that float32 cannot tell apart. richness is left to the processor: its tables are small, and it needs no Gram.
"""

import logging
from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar

import torch

from engine.rerank.inputs import Interests, ItemFeatures
from engine.rerank.on_torch.greedy import slates
from engine.rerank.on_torch.methods import METHODS, RISES
from engine.rerank.on_torch.pools import BatchInterests, DevicePools
from engine.rerank.on_torch.upload import DeviceItems, upload
from engine.rerank.task import Task

MOST = 4096  # shoppers in a batch: more would not be faster
CPU_BYTES = 2**28  # what a batch may take where the device is the processor (tests)
log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class OutOfMemory(RuntimeError):  # noqa: N818 - it names what happened
    """The device's memory is too small even for one shopper."""


@cache
def cuda_name() -> str:
    """Name of the NVIDIA card that torch computes on, "" where it finds none or the card refuses to work."""
    if not torch.cuda.is_available():
        return ""
    try:
        ones = torch.ones((2, 2), device="cuda")
        return torch.cuda.get_device_name() if (ones @ ones).sum().item() == 8 else ""
    except RuntimeError as fault:  # a driver too old, a card too old for this torch, one lent to someone else
        log.warning("the graphics card cannot be used: %s", fault)
        return ""


def rerank_on_device(method: str, task: Task, device: str) -> int:
    """Fill the empty slots of `task`; return a row of embeddings read that is not finite, or -1.

    device: "cuda", or "cpu" for tests. Raises OutOfMemory; slots filled before it stay filled.
    """
    users, n = task.scores.shape
    steps = min(n, task.slots.shape[2])
    if users == 0 or steps == 0:
        return -1
    place = torch.device(device)
    with torch.inference_mode():
        known = _or_none(upload, task.features, place)
        if known is None:
            raise OutOfMemory(f"{task.features.embeddings.nbytes:,} bytes of embeddings do not fit")
        size = _batch_size(_bytes(method, n, steps, len(task.diversities), task.features, task.interests), place)
        broken, start = -1, 0
        while start < users:
            worst = _or_none(_fill_batch, method, task.of(slice(start, start + size)), known, steps)
            if worst is not None:
                broken, start = max(broken, worst), start + size
            elif size == 1:
                raise OutOfMemory(f"one shopper's pool of {n} candidates at {len(task.diversities)} λ does not fit")
            else:
                size = -(-min(size, users - start) // 2)
                log.warning("out of memory on %s: going on with %d shoppers at a time", place, size)
    return broken


def _fill_batch(method: str, task: Task, known: DeviceItems, steps: int) -> int:
    texts, value_rows = task.features.texts, task.features.value_rows
    pools = DevicePools(
        task.scores, task.candidates, task.order, texts, value_rows, task.diversities, task.barred, known
    )
    interests = BatchInterests(task.candidates, value_rows, task.interests, known.vectors.device)
    chooser = METHODS[method](pools, interests, steps)
    chosen = slates(chooser, pools, steps)
    broken = pools.broken_row(None if chooser.needs_similarity else chosen["items"])
    on_cpu = {name: values.cpu().numpy() for name, values in chosen.items()}  # all of them, or no slot is touched
    for name, values in on_cpu.items():
        task.slots[name][:, :, :steps] = values
    return broken


def _or_none(work: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T | None:
    """What work(…) returns; None where memory ran out, by then freed of all that work had made."""
    try:
        return work(*arguments, **options)
    except torch.OutOfMemoryError:
        pass  # the exception holds the frames, and they the tensors, until this clause ends
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return None


def _bytes(method: str, n: int, steps: int, levels: int, features: ItemFeatures, interests: Interests) -> int:
    """About what one shopper takes on the device, at the peak."""
    d, facets = int(features.embeddings.shape[1]), len(interests.weights)
    state = 4 * levels * n * (16 + steps * (method in ("dpp", "ssd"))) + 16 * steps * steps
    if not METHODS[method].needs_similarity:
        return state + 8 * levels * n * facets * 8 + 8 * steps * d
    similarities = 4 * n * (2 * d + n * (4 if features.weights[0] < 1 else 1))
    return state + similarities + (4 * n * (n + 3 * RISES * levels) if method == "cover" else 0)


def _batch_size(each: int, device: torch.device) -> int:
    free: int = CPU_BYTES
    if device.type == "cuda":
        held = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        free = (torch.cuda.mem_get_info(device)[0] + held) // 2
    return min(MOST, max(1, free // each))
