"""EASE learned from one matrix for some ridges: exactly where that fits (`ridge`), else by `spectral`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import scipy.sparse as sp

from engine.data import Progress, silent
from engine.data.problems import sub_progress
from engine.recommend import ridge, spectral
from engine.recommend.arrays import Arrays, under
from engine.recommend.counts import Floats, Ints


@dataclass(frozen=True)
class Solved:
    """X: float32 [n_users, n]. learners: int64, ascending, the user rows that `exact` solutions were learned from: all,
    but for some models stored by earlier versions. exact, approximate: one of both, by ridge; basis: of `approximate`.
    """

    X: sp.csr_array
    learners: Ints
    exact: Mapping[float, ridge.Solution]
    approximate: Mapping[float, spectral.Spectral]
    basis: spectral.Eigenbasis | None = None

    @classmethod
    def of(cls, X: sp.csr_array, ridges: Iterable[float], report: Progress = silent) -> Self:
        """Solve for each of `ridges`; reports the step "train.ease"."""
        everybody, values = np.arange(X.shape[0], dtype=np.int64), sorted(set(ridges))
        if not ridge.is_small(X.shape):
            basis = spectral.leading(X, values[0], sub_progress(report, "train.ease", 0.0, 0.5))
            solutions = spectral.solve(X, basis, values, sub_progress(report, "train.ease", 0.5, 1.0))
            return cls(X, everybody, {}, solutions, basis.stored())
        exact = {}
        for done, value in enumerate(values):
            report("train.ease", done, len(values))
            exact[value] = ridge.solve(X, value)
        report("train.ease", len(values), len(values))
        return cls(X, everybody, exact, {})

    def scores(self, value: float, users: Ints) -> Floats:
        """float32 [U, n] for user rows, under one of the ridges."""
        if self.basis is not None:
            return spectral.scores(self.approximate[value], self.basis, self.X[users], self.X)
        place = np.searchsorted(self.learners, users)
        place[place == len(self.learners)] = 0
        place[self.learners[place] != users] = -1
        return ridge.scores(self.exact[value], self.X[users], self.X[self.learners], place)

    def scores_of(self, value: float, rows: sp.csr_array) -> Floats:
        """float32 [U, n] for shoppers who were not learned from, with rows like those of X [U, n]."""
        if self.basis is not None:
            return spectral.scores(self.approximate[value], self.basis, rows, self.X)
        nobody = np.full(rows.shape[0], -1, dtype=np.int64)
        return ridge.scores(self.exact[value], rows, self.X[self.learners], nobody)

    def arrays(self) -> Arrays:
        """What `restored` reads."""
        arrays: Arrays = {"X": self.X, "learners": self.learners}
        for at, solution in enumerate(self.exact.values()):
            head = np.array([solution.ridge, solution.dual], dtype=np.float64)
            arrays |= {f"head{at}": head, f"inverse{at}": solution.inverse, f"diagonal{at}": solution.diagonal}
        if self.basis is not None:
            bound = np.array([self.basis.bound])
            arrays |= {"basis.vectors": self.basis.vectors, "basis.values": self.basis.values, "basis.bound": bound}
        for at, approximation in enumerate(self.approximate.values()):
            head = np.array([approximation.ridge, approximation.error], dtype=np.float64)
            arrays |= {f"spectral{at}.head": head, f"spectral{at}.coefficients": approximation.coefficients}
            arrays[f"spectral{at}.diagonal"] = approximation.diagonal
        return arrays

    @classmethod
    def restored(cls, arrays: Arrays) -> Self:
        exact, approximate = {}, {}
        for at in range(sum(name.startswith("head") for name in arrays)):
            value, dual = arrays[f"head{at}"]
            parts = (arrays[f"inverse{at}"], arrays[f"diagonal{at}"])
            exact[float(value)] = ridge.Solution(float(value), bool(dual), *parts)
        for at in range(sum(name.endswith(".head") for name in arrays)):
            solution = under(arrays, f"spectral{at}.")
            value, error = (float(number) for number in solution.pop("head"))
            parts = (solution["coefficients"], solution["diagonal"])
            approximate[value] = spectral.Spectral(value, *parts, error)
        known = under(arrays, "basis.")
        basis = spectral.Eigenbasis(known["vectors"], known["values"], float(known["bound"][0])) if known else None
        return cls(arrays["X"], arrays["learners"], exact, approximate, basis)

    def emptied(self) -> Self:
        """Without what scores are made of, for a model that keeps the scores themselves."""
        none = np.zeros((0, 0), dtype=np.float32)
        exact = {
            value: replace(solution, inverse=none, diagonal=none.ravel()) for value, solution in self.exact.items()
        }
        return replace(self, exact=exact, approximate={}, basis=None)
