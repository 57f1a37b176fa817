"""What is known of the items, on the device: unit vectors, prices and codes, and a last row that is like nothing."""

import threading
import weakref
from typing import NamedTuple

import numpy as np
import torch

from engine.rerank.inputs import PRICE_SCALE, ItemFeatures

ROWS = 2**16  # brought to unit length at a time


class Vectors(NamedTuple):
    """Embeddings at unit length; the row after the last item is zero and stands for "no candidate"."""

    unit: torch.Tensor  # float32 [n_items + 1, d]; zero where zero or broken
    sound: torch.Tensor  # bool [n_items + 1], neither zero nor broken
    broken: torch.Tensor  # bool [n_items + 1], length not finite


class DeviceItems(NamedTuple):
    """ItemFeatures on the device; the last row of each array means "no candidate": zero, no price, no value."""

    vectors: torch.Tensor  # float32 [n_items + 1, d], unit rows or zero
    own: torch.Tensor  # float32 [n_items + 1], squared norm of an item's features
    broken: torch.Tensor  # bool [n_items + 1]
    codes: torch.Tensor  # int64 [F, R + 1], -1 unknown
    prices: torch.Tensor  # float32 [R + 1], ln of the price, NaN unknown
    weights: tuple[float, ...]  # embedding, price, then the facets; float32 values

    def similarities(self, texts: torch.Tensor, value_rows: torch.Tensor) -> torch.Tensor:
        """Similarity of candidates with each other, float32 [B, n, n]; the diagonal means nothing.

        texts, value_rows: int64 [B, n], their rows of vectors, and of prices and codes.
        """
        vectors = self.vectors[texts]
        total = vectors @ vectors.mT
        if self.weights[0] == 1:
            return total
        total *= self.weights[0]
        if self.weights[1] > 0:
            prices = self.prices[value_rows]
            gap = (prices[:, :, None] - prices[:, None, :]).abs_()
            total += gap.mul_(-1 / PRICE_SCALE).exp_().nan_to_num_(nan=0.0).mul_(self.weights[1])
        for weight, codes in zip(self.weights[2:], self.codes, strict=True):
            code = codes[value_rows]
            same = code[:, :, None] == torch.where(code >= 0, code, -2)[:, None, :]  # -1 equals no -2
            total += same * weight
        return total


_kept: tuple[weakref.ref[np.ndarray], tuple[object, ...], Vectors] | None = None
_lock = threading.Lock()


def upload(features: ItemFeatures, device: torch.device) -> DeviceItems:
    """Bring a Likeness to the device. Raises torch.OutOfMemoryError."""
    vectors = _vectors(features.embeddings, device)
    codes = np.vstack([features.codes, np.full((1, features.codes.shape[1]), -1)]).T
    weight = float(features.weights[0])
    bare = float(np.float32(1) - features.weights[0])
    return DeviceItems(
        vectors.unit,
        torch.where(vectors.sound, float(np.float32(weight) + np.float32(bare)), bare),
        vectors.broken,
        torch.tensor(codes, device=device),
        torch.tensor(np.append(features.prices, np.float32(np.nan)), device=device),
        tuple(float(share) for share in features.weights),
    )


def _vectors(embeddings: np.ndarray, device: torch.device) -> Vectors:
    """Unit vectors, kept from the last call where the array is the same and nobody can have changed it."""
    global _kept
    owner = _frozen_owner(embeddings)
    key = (embeddings.ctypes.data, embeddings.shape, device)
    with _lock:
        if _kept and owner is not None and _kept[0]() is owner and _kept[1] == key:
            return _kept[2]
        _kept = None  # one matrix at a time, and room for the new one
    vectors = _unit(embeddings, device)
    if owner is not None:
        with _lock:
            _kept = (weakref.ref(owner, _forget), key, vectors)
    return vectors


def _frozen_owner(array: np.ndarray) -> np.ndarray | None:
    """The array whose memory this is a view of; None where somebody may write to it."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return None if array.flags.writeable or array.base is not None else array


def _forget(owner: weakref.ref[np.ndarray]) -> None:
    """The array is gone: free its copy. Without the lock, which this thread may hold when memory is collected."""
    global _kept
    entry = _kept
    if entry is not None and entry[0] is owner:
        _kept = None


def _unit(embeddings: np.ndarray, device: torch.device) -> Vectors:
    items, d = embeddings.shape
    unit = torch.zeros((items + 1, d), dtype=torch.float32, device=device)
    sound, broken = (torch.zeros(items + 1, dtype=torch.bool, device=device) for _ in range(2))
    for start in range(0, items, ROWS):
        block = slice(start, min(start + ROWS, items))
        rows = torch.tensor(embeddings[block], device=device)
        length = rows.square().sum(1).sqrt()
        broken[block] = ~length.isfinite()
        sound[block] = (length > 0) & ~broken[block]
        unit[block] = torch.where(sound[block, None], rows * (1 / length)[:, None], 0)
    return Vectors(unit, sound, broken)
