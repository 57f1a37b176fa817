"""The exact side of the rules, by integer programming (HiGHS through SciPy): slow, so only where the greedy pass fails.

x[j, s] = 1: candidate j stands in slot s. Every rule may be exceeded at a high price, so there is always a list, and
what it exceeds are the rules that no list of these candidates keeps.
"""

from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from engine.rerank.rules import NO_CAP, Fences

PRICE, PIN_PRICE = 100.0, 300.0  # of one too many or too few, and of a pin not placed; a whole list's relevance is < 10
SECONDS = 20.0


class Best(NamedTuple):
    """items int64 [size]: rows of the candidates, the top slot first. excess int64 [C + P]: by how many each rule is
    exceeded, 0 = kept."""

    items: np.ndarray
    excess: np.ndarray


def best_list(scores: np.ndarray, codes: np.ndarray, at: np.ndarray, fences: Fences, size: int) -> Best | None:
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
