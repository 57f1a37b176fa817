"""Validation of slates, and the few array helpers that every metric shares."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

EMPTY = -1
BLOCK_BYTES = 2**21  # a block of gathered rows stays in a core's cache

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def check_slates(slates: ArrayLike, n_items: int | None = None, distinct: bool = False) -> Ints:
    """Return slates as int64 [U, k], or say what is wrong with them.

    ``n_items`` is the number of catalogue rows where it is known. ``distinct`` refuses a slate that holds
    an item twice: rankings and sets have no place for it, while metrics that count slots do.

    Raises ValueError: not two-dimensional, not integers, a row number below -1 or not in the catalogue,
    a repeated item.

    >>> check_slates([[0, -1]]).tolist()
    [[0, -1]]
    """
    array = np.asarray(slates)
    if array.ndim != 2:
        raise ValueError(f"slates must be [users, k], got shape {array.shape}")
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"slates must hold integer catalogue rows, got {array.dtype}; mark empty slots with -1")
    array = array.astype(np.int64, copy=False)
    if array.min(initial=0) < EMPTY:
        raise ValueError(f"slates hold {array.min()}: catalogue rows start at 0, and an empty slot is -1")
    if n_items is not None and array.max(initial=EMPTY) >= n_items:
        raise ValueError(f"slates hold catalogue row {array.max()}, but there are {n_items} items")
    if distinct:
        _refuse_repeats(array)
    return array


def _refuse_repeats(slates: Ints) -> None:
    ordered = np.sort(slates, axis=1)
    repeated = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] != EMPTY)
    if repeated.any():
        user, slot = np.argwhere(repeated)[0]
        raise ValueError(
            f"the slate of user row {user} holds item {ordered[user, slot + 1]} more than once; "
            "keep its first slot and set the others to -1"
        )


def check_table(table: ArrayLike, name: str) -> Floats:
    """Return one finite number ≥ 0 per catalogue item, float64 [n_items], or raise ValueError."""
    array = np.asarray(table, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} must be [n_items], got shape {array.shape}")
    if not np.isfinite(array).all() or array.min(initial=0.0) < 0:
        raise ValueError(f"{name} must be finite and not negative")
    return array


def check_users(slates: Ints, other: Any, name: str) -> None:
    """Raise ValueError unless ``other`` has one row for each slate."""
    if other.ndim != 2 or other.shape[0] != slates.shape[0]:
        raise ValueError(f"{name} must have one row for each of the {slates.shape[0]} slates, got {other.shape}")


def discount(k: int) -> Floats:
    """Exposure of the ranks 1 … k: 1 / log2(1 + rank), float64 [k] (Järvelin & Kekäläinen 2002).

    >>> discount(3).round(3).tolist()
    [1.0, 0.631, 0.5]
    """
    return 1.0 / np.log2(np.arange(2, k + 2, dtype=np.float64))


def divide(numerator: ArrayLike, denominator: ArrayLike) -> Floats:
    """Element-wise quotient, NaN where the denominator is 0: nothing to judge."""
    top, bottom = np.broadcast_arrays(np.asarray(numerator, np.float64), np.asarray(denominator, np.float64))
    quotient: Floats = np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom != 0)
    return quotient


def mean_over(values: Floats, counted: Flags) -> Floats:
    """Mean of values [U, k] over the slots that are counted, float64 [U]; NaN where there is none."""
    return divide(np.where(counted, values, 0.0).sum(axis=1), counted.sum(axis=1))


def mean_and_count(values: ArrayLike) -> tuple[float, int]:
    """Mean over the users that could be judged (not NaN) and their number; (NaN, 0) where there is none.

    One of the three shoppers could not be judged:
    >>> mean_and_count(np.array([1.0, 0.0, np.nan]))
    (0.5, 2)
    """
    array = np.asarray(values, dtype=np.float64)
    judged = array[~np.isnan(array)]
    return (float(judged.mean()) if judged.size else float("nan")), int(judged.size)


def blocks(n_rows: int, bytes_per_row: int) -> Iterator[slice]:
    """Cut ``n_rows`` into slices whose rows fit into BLOCK_BYTES."""
    step = max(1, BLOCK_BYTES // max(1, bytes_per_row))
    return (slice(start, start + step) for start in range(0, n_rows, step))
