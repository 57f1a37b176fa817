"""`ease`: what goes together with what the shopper buys, from co-purchases, in closed form."""

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
from pydantic import Field

from engine.data import Dataset, Progress
from engine.recommend.arrays import Arrays
from engine.recommend.base import Config, Scope
from engine.recommend.counts import Floats, Ints, decayed_counts
from engine.recommend.explain import Additive
from engine.recommend.solved import Solved


class EaseConfig(Config):
    """half_life: days; ridge_all, ridge_new: the regularisation for either scope."""

    half_life: float = Field(default=60.0, gt=0, le=3650)
    ridge_all: float = Field(default=30.0, gt=0, le=1e9)
    ridge_new: float = Field(default=300.0, gt=0, le=1e9)


class Ease(Additive):
    """EASE on X = sqrt(decayed count), a matrix [n_users, n_eligible]; see `ridge` for the formula.

    The matrix to invert has min(n_users, n_eligible) rows. Where it is too large for that, see `spectral`.
    """

    name = "ease"
    config: EaseConfig

    @classmethod
    def config_type(cls) -> type[EaseConfig]:
        return EaseConfig

    @property
    def learned(self) -> sp.csr_array:
        """X, float32 [n_users, n_eligible]."""
        return self._solved.X

    def _fit(self, data: Dataset, report: Progress) -> None:
        X = decayed_counts(data, self.items, self.config.half_life)
        X.data = np.sqrt(X.data)
        self._solved = Solved.of(X, (self.config.ridge_all, self.config.ridge_new), report)

    def _score(self, users: Ints, scope: Scope) -> Floats:
        return self._solved.scores(self._ridge(scope), users)

    def score_taken(self, taken: sp.csr_array, scope: Scope) -> Floats:
        """Scores float32 [U, n_eligible] for unknown shoppers who took products [U, n_eligible] just now."""
        return self._solved.scores_of(self._ridge(scope), taken)

    def _ridge(self, scope: Scope) -> float:
        value: float = getattr(self.config, f"ridge_{scope}")
        return value

    def _parts(self, users: Ints, scope: Scope) -> Iterator[tuple[str, Floats]]:
        yield "ease", self._score(users, scope)

    def _arrays(self) -> Arrays:
        return self._solved.arrays()

    def _restore(self, arrays: Arrays) -> None:
        self._solved = Solved.restored(arrays)
