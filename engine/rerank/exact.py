"""The exact side of the rules, by integer programming (HiGHS through SciPy): slow, so only where the greedy pass fails.

x[j, s] = 1: candidate j stands in slot s. Every rule may be exceeded at a high price, so there is always a list, and
what it exceeds are the rules that no list of these candidates keeps.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from engine.rerank.rules import NO_CAP, Fences, Limit, Pin, fences_of
from engine.rerank.slates import Array

PRICE, PIN_PRICE = 100.0, 300.0  # of one too many or too few, and of a pin not placed; a whole list's relevance is < 10
SECONDS = 20.0
FEW, MANY = 120, 500  # candidates: with more than FEW the likely ones are tried first, with up to MANY then all
SCALES = (1, 5)
NEVER = 1_000_000  # a slot beyond any list


class Best(NamedTuple):
    """items int64 [size]: rows of the candidates, the top slot first. excess int64 [C + P]: by how many each rule is
    exceeded, 0 = kept."""

    items: np.ndarray
    excess: np.ndarray


def best_list(scores: np.ndarray, codes: np.ndarray, at: np.ndarray, fences: Fences, size: int) -> Best | None:
    """`solve` among likely candidates first; where that breaks a rule among more of them, or all."""
    best = None
    for scale in SCALES:
        few = _likely(scores, codes, at, fences, size, scale) if len(scores) > FEW else np.arange(len(scores))
        if scale == SCALES[-1] and len(scores) <= MANY:
            few = np.arange(len(scores))
        places = np.array([next(iter(np.flatnonzero(few == pin)), -1) for pin in at], np.int64)
        found = solve(scores[few], codes[few], places, fences, size)
        if found is not None:
            best = Best(few[found.items], found.excess)
            if not found.excess.any() or len(few) == len(scores):
                break
    return best


def _likely(
    scores: np.ndarray, codes: np.ndarray, at: np.ndarray, fences: Fences, size: int, scale: int = 1
) -> np.ndarray:
    """What a good list likely holds: pins, the best candidates, those of each value, in all and in each minimum."""
    order = np.argsort(-scores, kind="stable")
    chosen = [order[: scale * FEW // 2], at[at >= 0]]
    for counted in (None, *np.flatnonzero(fences.least > 0)):
        mine = order if counted is None else order[codes[order, counted] >= 0]
        chosen.append(mine[: scale * size] if counted is not None else mine[:0])
        for c in range(codes.shape[1]):
            known = mine[codes[mine, c] >= 0]
            _, first = np.unique(codes[known, c], return_index=True)
            chosen.append(known[np.sort(first)][: 2 * scale * size])
        away = mine[(codes[mine] < 0).all(axis=1)]  # what no limit speaks of
        chosen.append(away[:size])
    return np.unique(np.concatenate(chosen))


def clashing(
    scores: Array,
    candidates: Array,
    constraints: Sequence[Limit],
    pins: Sequence[Pin],
    facets: Mapping[str, Array],
    k: int,
) -> list[int]:
    """Numbers of rules, the limits first, that no list of k candidates keeps together, though without any of them one
    could; [] if there is a list that keeps all.

    scores: float [N], which candidates to try first; candidates: int [N], rows of the facets' codes. The others as for
    `sweep`. Found by leaving out one rule at a time (the deletion filter of Chinneck & Dravnieks, "Locating minimal
    infeasible constraint sets in linear programs", 1991).
    """
    n_items = max((len(codes) for codes in facets.values()), default=int(np.max(candidates)) + 1)
    fences = fences_of(constraints, pins, facets, n_items, k)
    codes, size = fences.codes[candidates], min(k, len(candidates))
    at = np.array([next(iter(np.flatnonzero(candidates == pin)), -1) for pin in fences.pins], np.int64)

    def possible(limits: Fences) -> bool:
        found = best_list(scores, codes, at, limits, size)
        return found is not None and not found.excess.any()

    if possible(fences):
        return []
    needed = []
    for rule in range(codes.shape[1] + len(at)):
        without = dropped(fences, rule)
        if possible(without):
            needed.append(rule)
        else:
            fences = without
    return needed


def dropped(fences: Fences, rule: int) -> Fences:
    """The same fences without one rule."""
    limits = len(fences.most)
    if rule < limits:
        free = np.arange(limits) == rule
        return fences._replace(most=np.where(free, NO_CAP, fences.most), least=np.where(free, 0, fences.least))
    free = np.arange(len(fences.pins)) == rule - limits
    return fences._replace(opens=np.where(free, NEVER, fences.opens), closes=np.where(free, NEVER, fences.closes))


def solve(scores: np.ndarray, codes: np.ndarray, at: np.ndarray, fences: Fences, size: int) -> Best | None:
    """The list of the highest position-weighted relevance that exceeds the rules least.

    scores: [n]; codes: int64 [n, C]; at: int64 [P], which candidate a pin is, -1 = none of them; size <= n.
    None where the solver finds no list in time.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    n, limits, pins = len(scores), codes.shape[1], len(at)
    places = n * size
    width = float(np.ptp(scores)) or 1.0
    worth = (scores - scores.min()) / width
    gain = worth[:, None] / np.log2(np.arange(size) + 2)
    price = np.concatenate([-gain.ravel(), np.full(limits, PRICE), np.full(pins, PIN_PRICE)])
    rows = _Rows(places, n, size, limits + pins)
    for slot in range(size):
        rows.add(rows.places(np.arange(n), [slot]), 1, 1)
    for j in range(n):
        rows.add(rows.places([j], range(size)), 0, 1)
    for c in range(limits):
        _limit(rows, codes[:, c], c, fences, size)
    for p in range(pins):
        if at[p] >= 0 and fences.opens[p] < size:
            span = range(fences.opens[p], min(fences.closes[p], size - 1) + 1)
            rows.add(rows.places([at[p]], span), 1, np.inf, limits + p, 1)
    whole = np.concatenate([np.ones(places), np.zeros(limits + pins)])
    upper = np.concatenate([np.ones(places), np.full(limits + pins, np.inf)])
    found = milp(
        price,
        constraints=LinearConstraint(rows.matrix(), rows.low, rows.high),
        bounds=Bounds(0, upper),
        integrality=whole,
        options={"time_limit": SECONDS, "mip_rel_gap": 1e-3},
    )
    if found.x is None:
        return None
    chosen = found.x[:places].reshape(n, size).argmax(axis=0)
    return Best(chosen.astype(np.int64), np.ceil(found.x[places:] - 1e-6).astype(np.int64))


def _limit(rows: "_Rows", codes: np.ndarray, c: int, fences: Fences, size: int) -> None:
    reach = min(int(fences.first[c]), size)
    if fences.least[c] > 0:
        rows.add(rows.places(np.flatnonzero(codes >= 0), range(reach)), int(fences.least[c]), np.inf, c, 1)
    if fences.most[c] >= NO_CAP:
        return
    wide = min(int(fences.window[c]), reach)
    for value in np.unique(codes[codes >= 0]):
        mine = np.flatnonzero(codes == value)
        if len(mine) <= fences.most[c]:
            continue
        for start in range(reach - wide + 1):
            rows.add(rows.places(mine, range(start, start + wide)), -np.inf, int(fences.most[c]), c, -1)


class _Rows:
    """Rows of a sparse constraint matrix over x[j, s] and what each rule is exceeded by."""

    def __init__(self, places: int, n: int, size: int, rules: int) -> None:
        self.n, self.size, self._first, self._width = n, size, places, places + rules
        self.low: list[float] = []
        self.high: list[float] = []
        self._columns: list[np.ndarray] = []
        self._values: list[np.ndarray] = []

    def places(self, candidates: "np.ndarray | list[int]", slots: "range | list[int]") -> np.ndarray:
        found: np.ndarray = (np.asarray(candidates)[:, None] * self.size + np.asarray(slots)).ravel()
        return found

    def add(self, columns: np.ndarray, low: float, high: float, rule: int = -1, sign: int = 0) -> None:
        """low <= Σ x[columns] + sign · excess of the rule <= high."""
        values = np.ones(len(columns))
        if rule >= 0:
            columns, values = np.append(columns, self._first + rule), np.append(values, sign)
        self._columns.append(columns)
        self._values.append(values)
        self.low.append(low)
        self.high.append(high)

    def matrix(self) -> sp.csr_array:
        starts = np.cumsum([0, *map(len, self._columns)])
        return sp.csr_array(
            (np.concatenate(self._values), np.concatenate(self._columns), starts), shape=(len(self.low), self._width)
        )
