"""Lists that the greedy pass could not finish: less is asked where there is less, else a solver shows the way."""

from collections.abc import Callable

import numpy as np

from engine.rerank.checks import plain
from engine.rerank.constraints.exact import NEVER, best_list
from engine.rerank.constraints.rules import NO_CAP, Fences, places_of
from engine.rerank.slates import EMPTY_SLOT

Again = Callable[[np.ndarray, Fences], object]


def mend(scores: np.ndarray, candidates: np.ndarray, fences: Fences, slots: np.ndarray, again: Again) -> None:
    """Fill the lists in slots [U, L, k] that stopped short.

    scores, candidates: [U, N], as the kernels saw them. again(rows, fences): makes the lists of some shoppers anew.
    Where no list of a shopper's candidates keeps all rules, hers exceeds them by as little as can be.
    """
    sizes = np.minimum((candidates >= 0).sum(axis=1), slots.shape[2])
    asked = _reachable(candidates, fences)
    lacking = (asked < fences.least).any(axis=1)
    few = _short(slots, sizes) & lacking
    for least in np.unique(asked[few], axis=0):
        _redo(np.flatnonzero(few & (asked == least).all(axis=1)), fences._replace(least=least), slots, again)
    groups: dict[bytes, tuple[list[int], list[np.ndarray], Fences]] = {}
    for row in np.flatnonzero(_short(slots, sizes)):
        found = _guide(scores[row], candidates[row], fences, int(sizes[row]))
        if found is not None:
            guide, own = found
            key = b"".join(part.tobytes() for part in (own.most, own.least, own.opens))
            rows, guides, _ = groups.setdefault(key, ([], [], own))
            rows.append(int(row))
            guides.append(np.pad(guide, (0, slots.shape[2] - len(guide)), constant_values=-1))
    for rows, guides, own in groups.values():
        _redo(np.array(rows), own._replace(guides=np.stack(guides)), slots, again)


def _short(slots: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """bool [U]: whether any of a shopper's lists stopped before its size [U]."""
    found: np.ndarray = ((slots["items"] >= 0).sum(axis=2) < sizes[:, None]).any(axis=1)
    return found


def _reachable(candidates: np.ndarray, fences: Fences) -> np.ndarray:
    """int64 [U, C]: each minimum, or as many as a shopper's candidates have, if that is fewer."""
    asked = np.tile(fences.least, (len(candidates), 1))
    for c in np.flatnonzero(fences.least > 0):
        there = ((fences.codes[candidates, c] >= 0) & (candidates >= 0)).sum(axis=1)
        asked[:, c] = np.minimum(asked[:, c], there)
    return asked


def _redo(rows: np.ndarray, fences: Fences, slots: np.ndarray, again: Again) -> None:
    slots[rows] = EMPTY_SLOT
    again(rows, Fences(*(plain(part, np.int64) for part in fences)))


def _guide(scores: np.ndarray, candidates: np.ndarray, fences: Fences, size: int) -> tuple[np.ndarray, Fences] | None:
    """A whole list, rows of embeddings [size], and the rules less what it must exceed; None if none was found."""
    here = np.flatnonzero(candidates >= 0)
    items = candidates[here]
    at = places_of(fences.pins, items)
    best = best_list(scores[here].astype(float), fences.codes[items], at, fences, size)
    if best is None:
        return None
    limits = len(fences.most)
    over, lost = best.excess[:limits], best.excess[limits:] > 0
    capped = fences.most < NO_CAP
    own = fences._replace(
        most=np.where(capped, fences.most + over, fences.most),
        least=np.where(fences.least > 0, np.maximum(fences.least - over, 0), 0),
        opens=np.where(lost, NEVER, fences.opens),
        closes=np.where(lost, NEVER, fences.closes),
    )
    return items[best.items], own


def broken(items: np.ndarray, candidates: np.ndarray, fences: Fences, soft: np.ndarray) -> np.ndarray:
    """bool [L, U, C + P]: which rules each list breaks, of items [L, U, k].

    A pin counts where the item is among her candidates [U, N], and always if it is not soft (bool [P]).
    """
    told = [_limit_broken(items, fences, c) for c in range(len(fences.most))]
    for p, item in enumerate(fences.pins):
        placed = (items[:, :, fences.opens[p] : fences.closes[p] + 1] == item).any(axis=2)
        known = (candidates == item).any(axis=1)
        told.append(~placed & (known | (not soft[p])))
    return np.stack(told, axis=-1) if told else np.zeros((*items.shape[:2], 0), bool)


def _limit_broken(items: np.ndarray, fences: Fences, c: int) -> np.ndarray:
    """bool [L, U]. A value is too often in a window exactly if it is in one that starts with it."""
    reach, window, most = int(fences.first[c]), int(fences.window[c]), fences.most[c]
    values = np.where(items >= 0, fences.codes[items, c], -1)[:, :, :reach]
    bad: np.ndarray = (values >= 0).sum(axis=2) < fences.least[c]
    for start in range(values.shape[2] if most < NO_CAP else 0):
        ahead = values[:, :, start : start + window]
        same = (ahead == ahead[:, :, :1]).sum(axis=2)
        bad |= (same > most) & (ahead[:, :, 0] >= 0)
    return bad
