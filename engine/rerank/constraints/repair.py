"""Completes lists that the greedy pass could not finish: minimums are lowered to what a pool has, or a solver helps."""

from collections.abc import Callable

import numpy as np

from engine.rerank.checks import plain
from engine.rerank.constraints.exact import NEVER, best_list
from engine.rerank.constraints.rules import NO_CAP, ConstraintArrays, places_of
from engine.rerank.slates import EMPTY_SLOT

Rerun = Callable[[np.ndarray, ConstraintArrays], object]


def repair(
    scores: np.ndarray, candidates: np.ndarray, constraints: ConstraintArrays, slots: np.ndarray, rerun: Rerun
) -> None:
    """Fill the lists in slots [U, L, k] that ended before they were full.

    scores, candidates: [U, N], as the kernels saw them. rerun(rows, constraints): makes the lists of some shoppers
    again.
    Where no list of a shopper's candidates keeps all rules, theirs exceeds them by as little as possible.
    """
    sizes = np.minimum((candidates >= 0).sum(axis=1), slots.shape[2])
    minimums = _reachable(candidates, constraints)
    lacking = (minimums < constraints.least).any(axis=1)
    few = _short(slots, sizes) & lacking
    for least in np.unique(minimums[few], axis=0):
        _rerun(np.flatnonzero(few & (minimums == least).all(axis=1)), constraints._replace(least=least), slots, rerun)
    groups: dict[bytes, tuple[list[int], list[np.ndarray], ConstraintArrays]] = {}
    for row in np.flatnonzero(_short(slots, sizes)):
        guided = _guide(scores[row], candidates[row], constraints, int(sizes[row]))
        if guided is not None:
            guide, own = guided
            key = b"".join(array.tobytes() for array in (own.most, own.least, own.opens))
            rows, guides, _ = groups.setdefault(key, ([], [], own))
            rows.append(int(row))
            guides.append(np.pad(guide, (0, slots.shape[2] - len(guide)), constant_values=-1))
    for rows, guides, own in groups.values():
        _rerun(np.array(rows), own._replace(guides=np.stack(guides)), slots, rerun)


def _short(slots: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """bool [U]: whether any of a shopper's lists stopped before its size [U]."""
    short: np.ndarray = ((slots["items"] >= 0).sum(axis=2) < sizes[:, None]).any(axis=1)
    return short


def _reachable(candidates: np.ndarray, constraints: ConstraintArrays) -> np.ndarray:
    """int64 [U, C]: each minimum, or as many as a shopper's candidates have, if that is fewer."""
    minimums = np.tile(constraints.least, (len(candidates), 1))
    for c in np.flatnonzero(constraints.least > 0):
        there = ((constraints.codes[candidates, c] >= 0) & (candidates >= 0)).sum(axis=1)
        minimums[:, c] = np.minimum(minimums[:, c], there)
    return minimums


def _rerun(rows: np.ndarray, constraints: ConstraintArrays, slots: np.ndarray, rerun: Rerun) -> None:
    slots[rows] = EMPTY_SLOT
    rerun(rows, ConstraintArrays(*(plain(array, np.int64) for array in constraints)))


def _guide(
    scores: np.ndarray, candidates: np.ndarray, constraints: ConstraintArrays, size: int
) -> tuple[np.ndarray, ConstraintArrays] | None:
    """A whole list, rows of embeddings [size], and the rules less what it must exceed; None if none was found."""
    here = np.flatnonzero(candidates >= 0)
    items = candidates[here]
    at = places_of(constraints.pins, items)
    best = best_list(scores[here].astype(float), constraints.codes[items], at, constraints, size)
    if best is None:
        return None
    limits = len(constraints.most)
    over, lost = best.excess[:limits], best.excess[limits:] > 0
    capped = constraints.most < NO_CAP
    own = constraints._replace(
        most=np.where(capped, constraints.most + over, constraints.most),
        least=np.where(constraints.least > 0, np.maximum(constraints.least - over, 0), 0),
        opens=np.where(lost, NEVER, constraints.opens),
        closes=np.where(lost, NEVER, constraints.closes),
    )
    return items[best.items], own


def broken(items: np.ndarray, candidates: np.ndarray, constraints: ConstraintArrays, soft: np.ndarray) -> np.ndarray:
    """bool [L, U, C + P]: which rules each list breaks, of items [L, U, k].

    A pin counts where the item is among their candidates [U, N], and always if it is not soft (bool [P]).
    """
    columns = [_limit_broken(items, constraints, c) for c in range(len(constraints.most))]
    for p, item in enumerate(constraints.pins):
        placed = (items[:, :, constraints.opens[p] : constraints.closes[p] + 1] == item).any(axis=2)
        known = (candidates == item).any(axis=1)
        columns.append(~placed & (known | (not soft[p])))
    return np.stack(columns, axis=-1) if columns else np.zeros((*items.shape[:2], 0), bool)


def _limit_broken(items: np.ndarray, constraints: ConstraintArrays, c: int) -> np.ndarray:
    """bool [L, U]. A value is too often in a window exactly if it is in one that starts with it."""
    reach, window, most = int(constraints.first[c]), int(constraints.window[c]), constraints.most[c]
    values = np.where(items >= 0, constraints.codes[items, c], -1)[:, :, :reach]
    bad: np.ndarray = (values >= 0).sum(axis=2) < constraints.least[c]
    for start in range(values.shape[2] if most < NO_CAP else 0):
        ahead = values[:, :, start : start + window]
        same = (ahead == ahead[:, :, :1]).sum(axis=2)
        bad |= (same > most) & (ahead[:, :, 0] >= 0)
    return bad
