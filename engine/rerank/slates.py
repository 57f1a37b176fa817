"""What a re-ranking returns, and the bridge between NumPy and torch callers."""

from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = Any  # numpy.ndarray, or torch.Tensor where the caller passed one

SLOT = np.dtype(
    [
        ("items", np.int64),
        ("relevance", np.float32),
        ("diversity", np.float32),
        ("gains", np.float32),
        ("similarity", np.float32),
        ("nearest", np.int64),
        ("instead", np.int64),
        ("rule", np.int64),
    ],
    align=True,
)
EMPTY_SLOT = np.array((-1, np.nan, np.nan, np.nan, np.nan, -1, -1, -1), SLOT)


@dataclass(frozen=True)
class Slates:
    """The k items shown to each of U shoppers, best first, and why each slot was filled as it was.

    Arrays are [U, k] from `rerank` and [L, U, k] from `sweep`; NumPy, or torch on the caller's device.
    An empty slot (fewer candidates than k) holds -1 in whole numbers, NaN elsewhere.
    """

    items: Array  # int64, rows of the embeddings
    relevance: Array  # float32, relevance term (dpp: log quality)
    diversity: Array  # float32, diversity term (dpp: log residual)
    gains: Array  # float32, (1-λ)·relevance + λ·diversity (dpp: relevance + diversity)
    nearest: Array  # int64, the most similar item already in the slate, -1 for the first or if nothing is known
    similarity: Array  # float32, that similarity (cosine, or mixed with facets) in [-1, 1], NaN where nearest is -1
    instead: Array  # int64, the item that would have taken the slot, had no rule kept it out; -1 = none
    rule: Array  # int64, that rule: the limits in the order given, then the pins; -1 = none
    broken: Array  # bool [U, rules] or [L, U, rules], which rules a list had to break
    device: str = "cpu"  # where it was computed: "cpu" or the name of the card


def to_slates(slots: np.ndarray, like: Array, broken: np.ndarray | None = None, device: str = "cpu") -> Slates:
    """Turn slots [U, L, k] into Slates [L, U, k] of the same kind (and device) as `like`."""
    parts = {name: np.ascontiguousarray(slots[name].transpose(1, 0, 2)) for name in SLOT.names or ()}
    parts["broken"] = np.zeros((*parts["items"].shape[:2], 0), bool) if broken is None else broken
    return Slates(**{name: _same_kind(array, like) for name, array in parts.items()}, device=device)


def at_level(slates: Slates, level: int) -> Slates:
    """The slates of one λ of a sweep, by its place: [L, U, k] -> [U, k]."""
    return replace(slates, **{name: getattr(slates, name)[level] for name in _arrays(slates)})


def is_torch(array: Array) -> bool:
    """Whether this is a torch tensor, told without importing torch."""
    return type(array).__module__.partition(".")[0] == "torch"


def to_numpy(array: Array) -> np.ndarray:
    """The array as NumPy; a tensor is detached and brought to the CPU."""
    if not is_torch(array):
        return np.asarray(array)
    tensor = array.detach().cpu()
    short = tensor.is_floating_point() and tensor.element_size() < 4
    return np.asarray(tensor.float() if short else tensor)  # NumPy has no bfloat16


def _same_kind(array: np.ndarray, like: Array) -> Array:
    if not is_torch(like):
        return array
    import torch

    return torch.from_numpy(array).to(like.device)


def joined(parts: list[tuple[Array, Slates]], n: int) -> Slates:
    """One Slates of n shoppers from those of some rows each; later parts replace earlier ones."""
    first = parts[0][1]
    whole: dict[str, Any] = {}
    for name in _arrays(first):
        sample = getattr(first, name)
        array = np.empty((*sample.shape[:-2], n, sample.shape[-1]), sample.dtype)
        for rows, slates in parts:
            array[..., rows, :] = getattr(slates, name)
        whole[name] = array
    return Slates(**whole, device=first.device)


def stacked(parts: list[Slates]) -> Slates:
    """Slates [L, U, k] of L lists each, as a sweep gives them."""
    whole: dict[str, Any] = {name: np.stack([getattr(each, name) for each in parts]) for name in _arrays(parts[0])}
    return Slates(**whole, device=parts[0].device)


def _arrays(slates: Slates) -> list[str]:
    return [field.name for field in fields(slates) if field.name != "device"]
