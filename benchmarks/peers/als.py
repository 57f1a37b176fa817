"""Implicit-feedback ALS: Hu, Koren & Volinsky 2008, as in the package `implicit` (conjugate gradient, its default).

min Σ_ui c_ui (p_ui - x_u·y_i)² + reg (Σ|x_u|² + Σ|y_i|²),   c_ui = 1 + strength · X_ui,   p_ui = [X_ui > 0]
"""

from typing import Literal

import numpy as np
import scipy.sparse as sp
from pydantic import Field
from threadpoolctl import threadpool_limits

from benchmarks.peers.base import Peer, counts
from engine.data import Dataset, Progress
from engine.recommend import Config, Scope
from engine.recommend.counts import Floats, Ints


class AlsConfig(Config):
    factors: int = Field(default=64, ge=1)
    strength: float = Field(default=10.0, gt=0)
    regularization: float = Field(default=1.0, ge=0)
    weigh: Literal["binary", "log", "recent"] = "log"
    iterations: int = Field(default=15, ge=1)


class Als(Peer):
    name = "als"
    config: AlsConfig

    @classmethod
    def config_type(cls) -> type[AlsConfig]:
        return AlsConfig

    def _fit(self, data: Dataset, report: Progress) -> None:
        from implicit.als import AlternatingLeastSquares

        X = sp.csr_matrix(counts(data, self.items, self.config.weigh))
        settings = self.config.model_dump(exclude={"weigh", "strength"})
        with threadpool_limits(1, "blas"):  # implicit runs its own threads
            model = AlternatingLeastSquares(**settings, alpha=self.config.strength, random_state=0)
            model.fit(X, show_progress=False)
        self._users, self._factors = np.asarray(model.user_factors), np.asarray(model.item_factors)

    def _score(self, users: Ints, scope: Scope) -> Floats:
        scores: Floats = self._users[users] @ self._factors.T
        return scores
