"""The integer program of a list that keeps rules, for HiGHS through SciPy.

x[j, s] = 1: candidate j stands in slot s; then how far each rule is exceeded; then whatever a caller adds.
"""

from collections.abc import Iterable

import numpy as np
import scipy.sparse as sp

from engine.rerank.constraints.rules import NO_CAP, ConstraintArrays

SECONDS = 20.0  # the solver's limit
GAP = 1e-3  # relative, at which it may stop


class Program:
    """One integer program.

    codes: int64 [n, C], what each candidate counts as; at: int64 [P], the candidate that each pin is, -1 = none;
    size <= n slots, all filled. more: further binary variables.
    """

    def __init__(
        self, codes: np.ndarray, at: np.ndarray, constraints: ConstraintArrays, size: int, more: int = 0
    ) -> None:
        self.n, self.size, self.rules, self.more = len(codes), size, int(codes.shape[1]) + len(at), more
        self._columns: list[np.ndarray] = []
        self._values: list[np.ndarray] = []
        self._low: list[float] = []
        self._high: list[float] = []
        for slot in range(size):
            self.add(self.places(range(self.n), [slot]), 1, 1)
        for j in range(self.n):
            self.add(self.places([j], range(size)), 0, 1)
        for c in range(codes.shape[1]):
            self._limit(codes[:, c], c, constraints)
        for p in range(len(at)):
            if at[p] >= 0 and constraints.opens[p] < size:
                span = range(constraints.opens[p], min(constraints.closes[p], size - 1) + 1)
                self.add(self.places([at[p]], span), 1, np.inf, codes.shape[1] + p, 1)

    def places(self, candidates: Iterable[int], slots: Iterable[int]) -> np.ndarray:
        """The columns of x for these candidates and slots."""
        columns: np.ndarray = (np.array(list(candidates))[:, None] * self.size + np.array(list(slots))).ravel()
        return columns

    @property
    def extra(self) -> int:
        """The first column of the caller's own variables."""
        return self.n * self.size + self.rules

    def add(
        self, columns: np.ndarray, low: float, high: float, rule: int = -1, sign: int = 0, values: float = 1.0
    ) -> None:
        """low <= values · Σ columns + sign · excess of the rule <= high."""
        weights = np.full(len(columns), values)
        if rule >= 0:
            columns, weights = np.append(columns, self.n * self.size + rule), np.append(weights, sign)
        self._columns.append(columns)
        self._values.append(weights)
        self._low.append(low)
        self._high.append(high)

    def link(self, column: int, candidate: int) -> None:
        """A variable of the caller's is 1 only where the candidate is in the list."""
        places = self.places([candidate], range(self.size))
        self._columns.append(np.append(places, column))
        self._values.append(np.append(np.ones(len(places)), -1))
        self._low.append(0)
        self._high.append(np.inf)

    def solve(self, price: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
        """The list of the lowest price: candidates int64 [size], and by how many it exceeds each rule.

        price: of every variable. None where no list was found in time.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        places = self.n * self.size
        starts = np.cumsum([0, *map(len, self._columns)])
        shape = (len(self._low), self.extra + self.more)
        matrix = sp.csr_array((np.concatenate(self._values), np.concatenate(self._columns), starts), shape=shape)
        excess = np.r_[np.zeros(places), np.ones(self.rules), np.zeros(self.more)] > 0
        result = milp(
            price,
            constraints=LinearConstraint(matrix, self._low, self._high),
            bounds=Bounds(0, np.where(excess, np.inf, 1)),
            integrality=~excess,
            options={"time_limit": SECONDS, "mip_rel_gap": GAP},
        )
        if result.x is None:
            return None
        chosen = result.x[:places].reshape(self.n, self.size).argmax(axis=0)
        return chosen.astype(np.int64), np.ceil(result.x[excess] - 1e-6).astype(np.int64)

    def _limit(self, codes: np.ndarray, c: int, constraints: ConstraintArrays) -> None:
        reach = min(int(constraints.first[c]), self.size)
        if constraints.least[c] > 0:
            counted = self.places(np.flatnonzero(codes >= 0), range(reach))
            self.add(counted, int(constraints.least[c]), np.inf, c, 1)
        if constraints.most[c] >= NO_CAP:
            return
        wide = min(int(constraints.window[c]), reach)
        for value in np.unique(codes[codes >= 0]):
            mine = np.flatnonzero(codes == value)
            for start in range(reach - wide + 1 if len(mine) > constraints.most[c] else 0):
                self.add(self.places(mine, range(start, start + wide)), -np.inf, int(constraints.most[c]), c, -1)
