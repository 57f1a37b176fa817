"""Checks of the re-ranker's input: bad input is refused once, with what is wrong and how to correct it."""

import operator
from collections.abc import Sequence

import numpy as np

from engine.rerank.slates import Array, is_torch, to_numpy


def checked_pools(scores: Array, candidates: Array, n_items: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores float32 [U, N] and candidates int64 [U, N]; ValueError unless they are sound."""
    if is_torch(scores) != is_torch(candidates):
        raise ValueError("scores and candidates must be of one kind: both NumPy or both torch")
    score, item = to_numpy(scores), to_numpy(candidates)
    if score.ndim != 2 or score.shape != item.shape:
        raise ValueError(f"scores and candidates must both be [U, N], got {score.shape} and {item.shape}")
    if not np.issubdtype(item.dtype, np.integer):
        raise ValueError(f"candidates must be integers (rows of embeddings, -1 = none), got {item.dtype}")
    with np.errstate(over="ignore"):
        score = plain(score, np.float32)
    item = plain(item, np.int64)
    _refuse((item < -1) | (item >= n_items), item, f"candidates must be -1 or a row below {n_items}")
    _refuse(~np.isfinite(score) & (item >= 0), score, "scores of candidates must be finite in float32")
    ordered = np.sort(item, axis=1)
    twice = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
    _refuse(twice, ordered[:, 1:], "a shopper's candidates must be distinct")
    return score, item


def checked_embeddings(embeddings: Array) -> np.ndarray:
    """Embeddings as float32 [n_items, d]; ValueError unless 2-D. Their values are checked when read."""
    vectors = to_numpy(embeddings)
    if vectors.ndim != 2 or vectors.shape[1] == 0:
        raise ValueError(f"embeddings must be [n_items, d], got {vectors.shape}")
    return plain(vectors, np.float32)


def checked_diversities(diversities: Sequence[float]) -> np.ndarray:
    """λ values as float64 [L]; ValueError unless there is one at least and each lies in [0, 1]."""
    try:
        levels = np.array([float(level) for level in diversities])
    except TypeError:
        raise ValueError(f"diversities (λ) must be numbers in [0, 1], got {diversities!r}") from None
    if levels.size == 0:
        raise ValueError("diversities must hold at least one λ")
    for level in levels:
        if not 0 <= level <= 1:
            raise ValueError(f"diversity (λ) must lie in [0, 1], got {level}")
    return levels


def checked_k(k: int) -> int:
    """k as int; ValueError unless it is a whole number of at least 1."""
    try:
        size = operator.index(k)
    except TypeError:
        raise ValueError(f"k must be a whole number, got {k!r}") from None
    if size < 1:
        raise ValueError(f"k must be at least 1, got {size}")
    return size


def checked_choice(name: str, value: str, known: Sequence[str]) -> str:
    """The value; ValueError listing the known ones unless it is one of them."""
    if value not in known:
        raise ValueError(f"unknown {name} {value!r}: choose one of {', '.join(known)}")
    return value


def plain(array: np.ndarray, dtype: type) -> np.ndarray:
    """A view that is aligned, C-ordered, of one dtype and read-only: kernels are compiled for exactly this layout."""
    if array.dtype.kind not in "biuf":
        raise ValueError(f"scores, candidates and embeddings must hold real numbers, got {array.dtype}")
    view = np.require(array, dtype, ["C", "A"]).view(np.ndarray)[:]
    view.flags.writeable = False
    return view


def _refuse(bad: np.ndarray, values: np.ndarray, rule: str) -> None:
    if bad.any():
        user, place = (int(axis[0]) for axis in np.nonzero(bad))
        raise ValueError(f"{rule}; shopper {user} (row of candidates) has {values[user, place]}")
