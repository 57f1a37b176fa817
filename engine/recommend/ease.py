"""`ease`: what goes together with what the shopper buys, from co-purchases, in closed form."""

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
from pydantic import Field

from engine.data import Dataset, Report
from engine.recommend import ridge
from engine.recommend.arrays import Arrays
from engine.recommend.base import Config, Scope
from engine.recommend.counts import Floats, Ints, decayed_counts
from engine.recommend.explain import Additive


class EaseConfig(Config):
    """half_life: days; ridge_all, ridge_new: the regularisation for either scope."""

    half_life: float = Field(default=60.0, gt=0, le=3650)
    ridge_all: float = Field(default=30.0, gt=0, le=1e9)
    ridge_new: float = Field(default=300.0, gt=0, le=1e9)


class Ease(Additive):
    """EASE on X = sqrt(decayed count), a matrix [n_users, n_eligible]; see `ridge` for the formula.

    The matrix to invert has min(n_users, n_eligible) rows; beyond 20,000 the 20,000 most active shoppers are
    learned from, and everybody is scored.
    """

    name = "ease"
    config: EaseConfig

    @classmethod
    def config_type(cls) -> type[EaseConfig]:
        return EaseConfig

    @property
    def learned(self) -> sp.csr_array:
        """X, float32 [n_users, n_eligible]."""
        return self._X

    def _fit(self, data: Dataset, report: Report) -> None:
        self._X = decayed_counts(data, self.items, self.config.half_life)
        self._X.data = np.sqrt(self._X.data)
        self._learners = ridge.learners(self._X)
        self._solutions: dict[float, ridge.Solution] = {}
        ridges = sorted({self.config.ridge_all, self.config.ridge_new})
        for done, value in enumerate(ridges):
            report("train.ease", done, len(ridges))
            self._solutions[value] = ridge.solve(self._X[self._learners], value)
        report("train.ease", len(ridges), len(ridges))

    def _score(self, users: Ints, scope: Scope) -> Floats:
        place = np.searchsorted(self._learners, users)
        place[place == len(self._learners)] = 0
        place[self._learners[place] != users] = -1
        return ridge.scores(self._solution(scope), self._X[users], self._X[self._learners], place)

    def score_taken(self, taken: sp.csr_array, scope: Scope) -> Floats:
        """float32 [U, n_eligible] for shoppers nobody knows, who took products [U, n_eligible] just now."""
        nobody = np.full(taken.shape[0], -1, dtype=np.int64)
        return ridge.scores(self._solution(scope), taken, self._X[self._learners], nobody)

    def _solution(self, scope: Scope) -> ridge.Solution:
        return self._solutions[getattr(self.config, f"ridge_{scope}")]

    def _parts(self, users: Ints, scope: Scope) -> Iterator[tuple[str, Floats]]:
        yield "ease", self._score(users, scope)

    def _arrays(self) -> Arrays:
        arrays: Arrays = {"X": self._X, "learners": self._learners}
        for at, solution in enumerate(self._solutions.values()):
            head = np.array([solution.ridge, solution.dual], dtype=np.float64)
            arrays |= {
                f"head{at}": head,
                f"inverse{at}": solution.inverse,
                f"diagonal{at}": solution.diagonal,
            }
        return arrays

    def _restore(self, arrays: Arrays) -> None:
        self._X, self._learners = arrays["X"], arrays["learners"]
        self._solutions = {}
        for at in range(sum(name.startswith("head") for name in arrays)):
            value, dual = arrays[f"head{at}"]
            self._solutions[float(value)] = ridge.Solution(
                float(value), bool(dual), arrays[f"inverse{at}"], arrays[f"diagonal{at}"]
            )
