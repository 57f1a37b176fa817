"""The rules a list must keep, as the caller states them, and the arrays that the kernels read."""

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from engine.rerank.checks import plain
from engine.rerank.inputs import EMBEDDING, PRICE, facet_codes
from engine.rerank.normalize import normalized
from engine.rerank.slates import Array, to_numpy

NO_CAP = 1_000_000  # of `most` where there is none


@dataclass(frozen=True)
class Limit:
    """At most `max` items of one value of a facet in any `window` consecutive slots, or at least `min` items of `value`
    in all; counted in the `first` slots.

    facet: a name of `facets`, coded. value: a code, or several that count as one; None: each value for itself, which
    a minimum does not allow. window: None is the whole of `first`; first: None is the whole list. An item of unknown
    value counts as nothing.
    """

    facet: str
    max: int | None = None
    min: int | None = None
    value: int | Sequence[int] | None = None
    window: int | None = None
    first: int | None = None


@dataclass(frozen=True)
class Pin:
    """An item (row of embeddings) stands in slot `first`, or somewhere from `first` to `last`; the top slot is 1.

    It joins the candidates of shoppers who lack it, with their lowest score; a soft pin holds only where it is one of
    them.
    """

    item: int
    first: int = 1
    last: int | None = None
    soft: bool = False


@dataclass(frozen=True)
class Lift:
    """Adds `by` to the relevance of some items (rows of embeddings, distinct, or bool [n_items]), after `normalize`:
    one number, or one for each of them. Below 0 it buries them, and -inf hides them."""

    items: Array
    by: float | Array


PinOrLift: TypeAlias = Pin | Lift


class ConstraintArrays(NamedTuple):
    """C limits and P pins as arrays. A rule's number counts the limits first, then the pins."""

    codes: np.ndarray  # int64 [n_items, C], an item's value in the limit's facet; -1: it does not count
    most: np.ndarray  # int64 [C], of one value in any window
    least: np.ndarray  # int64 [C], that count, in the first `first`
    window: np.ndarray  # int64 [C], consecutive slots
    first: np.ndarray  # int64 [C], slots from the top that the limit is about
    pins: np.ndarray  # int64 [P], rows of embeddings
    opens: np.ndarray  # int64 [P], first slot a pin may take, from 0 …
    closes: np.ndarray  # int64 [P], … and the last
    guides: np.ndarray  # int64 [U, k], a list for each shopper that keeps the rules; [U, 0]: none


def constraint_arrays(
    constraints: Sequence[Limit], pins: Sequence[Pin], facets: Mapping[str, Array] | None, n_items: int, k: int
) -> ConstraintArrays:
    """The rules as arrays, for lists of k. Raises ValueError for one that `Limit` or `Pin` does not allow."""
    limits = [_checked(limit, facets, n_items, k) for limit in constraints]
    codes = np.stack([code for code, *_ in limits], axis=1) if limits else np.zeros((n_items, 0), np.int64)
    numbers = np.array([row[1:] for row in limits], np.int64).reshape(len(limits), 4)
    spans = [_span(pin, n_items, k) for pin in pins]
    opens, closes = np.array(spans, np.int64).reshape(len(spans), 2).T
    items = np.array([operator.index(pin.item) for pin in pins], np.int64)
    guides = np.zeros((0, 0), np.int64)
    parts = (codes, *numbers.T, items, opens, closes, guides)
    return ConstraintArrays(*(plain(np.ascontiguousarray(array), np.int64) for array in parts))


def pool_constraint_arrays(
    constraints: Sequence[Limit], pins: Sequence[Pin], facets: Mapping[str, Array], candidates: np.ndarray, k: int
) -> ConstraintArrays:
    """`constraint_arrays` where only some candidates, rows of the facets, are known."""
    known = [len(codes) for codes in facets.values()]
    return constraint_arrays(constraints, pins, facets, max(known, default=int(candidates.max(initial=-1)) + 1), k)


def places_of(items: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """The position of each item among candidates [N], int64 [P]; -1 = it is not among them."""
    return np.array([next(iter(np.flatnonzero(candidates == item)), -1) for item in items], np.int64)


def _checked(limit: Limit, facets: Mapping[str, Array] | None, n_items: int, k: int) -> tuple[Any, ...]:
    """Codes [n_items], most, least, window and first of a limit."""
    if not isinstance(limit, Limit):
        raise ValueError(f"constraints hold `Limit`s, got {limit!r}")
    if limit.facet not in (facets or {}) or limit.facet in (EMBEDDING, PRICE):
        raise ValueError(f"facet {limit.facet!r} has no codes: pass facets={{{limit.facet!r}: ...}} or drop its limit")
    if limit.max is None and limit.min is None:
        raise ValueError(f"a limit on {limit.facet!r} needs max or min")
    if limit.min is not None and (limit.value is None or limit.window is not None):
        raise ValueError(f"a minimum of {limit.facet!r} needs a value, and no window")
    numbers = {"max": (limit.max, 0), "min": (limit.min, 1), "window": (limit.window, 2), "first": (limit.first, 1)}
    checked = {name: _whole(f"{name} of a limit on {limit.facet!r}", *given) for name, given in numbers.items()}
    first = min(checked["first"] or k, k)
    codes = facet_codes(limit.facet, facets, n_items)
    if limit.value is not None:
        codes = np.where(np.isin(codes, np.atleast_1d(np.asarray(limit.value))) & (codes >= 0), 0, -1)
    most = NO_CAP if checked["max"] is None else checked["max"]
    return codes, most, checked["min"] or 0, min(checked["window"] or first, first), first


def _whole(what: str, value: int | None, least: int) -> int | None:
    if value is None:
        return None
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{what} must be a whole number, got {value!r}") from None
    if number < least:
        raise ValueError(f"{what} must be at least {least}, got {number}")
    return number


def _span(pin: Pin, n_items: int, k: int) -> tuple[int, int]:
    if not 0 <= operator.index(pin.item) < n_items:
        raise ValueError(f"a pinned item must be a row below {n_items}, got {pin.item}")
    first = _whole("first slot of a pin", pin.first, 1) or 1
    last = _whole("last slot of a pin", pin.last, first) or first
    if first > k:
        raise ValueError(f"item {pin.item} is pinned to slot {first} of a list of {k}")
    return first - 1, min(last, k) - 1


def split(rules: Sequence[PinOrLift], n_items: int) -> tuple[list[Pin], np.ndarray]:
    """The pins, and what the lifts add to each item, float64 [n_items], -inf = hidden.

    Raises ValueError for a rule of another kind, for rows there are none of, and for an item pinned twice or
    hidden as well.
    """
    pins, lifts = [], np.zeros(n_items)
    for rule in rules:
        if isinstance(rule, Pin):
            pins.append(rule)
        elif isinstance(rule, Lift):
            rows = _rows(rule, n_items)
            lifts[rows] += _added(rule, rows)
        else:
            raise ValueError(f"rules hold `Pin`s and `Lift`s, got {rule!r}")
    if len({pin.item for pin in pins}) < len(pins):
        raise ValueError("an item is pinned twice")
    for pin in pins:
        if 0 <= pin.item < n_items and lifts[pin.item] == -math.inf:
            raise ValueError(f"item {pin.item} is both pinned and hidden")
    return pins, lifts


def _rows(lift: Lift, n_items: int) -> np.ndarray:
    rows = to_numpy(lift.items)
    if rows.dtype == bool and rows.shape == (n_items,):
        return np.flatnonzero(rows)
    whole = rows.ndim == 1 and (rows.size == 0 or np.issubdtype(rows.dtype, np.integer))
    if not whole or (rows.size and not 0 <= rows.min() <= rows.max() < n_items):
        raise ValueError(f"items of a lift must be rows below {n_items} or bool [{n_items}], got {rows!r}")
    return rows.astype(np.int64)


def _added(lift: Lift, rows: np.ndarray) -> np.ndarray:
    by = np.asarray(to_numpy(lift.by), np.float64)
    if by.shape not in ((), rows.shape) or np.isnan(by).any() or (by == math.inf).any():
        raise ValueError(f"a lift must be a number, or -inf to hide, or one for each of its items; got {lift.by!r}")
    return by


def with_pinned(scores: np.ndarray, candidates: np.ndarray, pins: Sequence[Pin]) -> tuple[np.ndarray, np.ndarray]:
    """Pools [U, N + …]: hard pins join where they are missing, at the lowest score of the shopper's pool."""
    wanted = np.array([pin.item for pin in pins if not pin.soft], np.int64)
    if len(wanted) == 0 or len(scores) == 0:
        return scores, candidates
    missing = ~(candidates[:, :, None] == wanted).any(axis=1)
    low = np.where(candidates >= 0, scores, np.inf).min(axis=1, initial=np.inf)
    low = np.where(np.isfinite(low), low, 0).astype(scores.dtype)
    more = np.where(missing, wanted, -1)
    return np.hstack([scores, np.repeat(low[:, None], len(wanted), axis=1)]), np.hstack([candidates, more])


def lifted(
    scores: np.ndarray, candidates: np.ndarray, normalize: str, lifts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pools [U, N] on the scale wanted, with what the lifts add; hidden items are no candidates any more."""
    if normalize != "none":
        scores, candidates = normalized(scores, candidates, normalize)
    if not lifts.any():
        return plain(scores, np.float32), plain(candidates, np.int64)
    added = np.where(candidates >= 0, lifts[candidates], 0)
    hidden = added == -math.inf
    scores = np.where(hidden, 0, scores + np.where(hidden, 0, added))
    return plain(scores, np.float32), plain(np.where(hidden, -1, candidates), np.int64)
