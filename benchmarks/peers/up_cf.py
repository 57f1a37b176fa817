"""UP-CF@r: Faggioli, Polato & Aiolli 2020, Recency Aware Collaborative Filtering for Next Basket Recommendation, UMAP.

User-wise popularity in the shopper's last r baskets, and asymmetric cosine similarity of the sets of items I_u (Aiolli
2013):

    π(u, i) = |{last r baskets of u that hold i}| / min(r, |B_u|)
    w(u, v) = |I_u ∩ I_v| / (|I_u|^α · |I_v|^(1-α))          score(u, i) = Σ_v w(u, v)^q · π(v, i)

The sum runs over all shoppers, u included (w(u, u) = 1): a large q, the locality, leaves only their own popularity.
r = 0 means all baskets.
"""

import numpy as np
from pydantic import Field

from benchmarks.peers.base import Baskets, Peer
from engine.data import Dataset, Progress
from engine.recommend import Config, Scope
from engine.recommend.counts import Floats, Ints


class UpCfConfig(Config):
    """recency r, locality q, asymmetry α."""

    recency: int = Field(default=25, ge=0)
    locality: float = Field(default=5.0, gt=0, le=1000)
    asymmetry: float = Field(default=0.25, ge=0, le=1)


class UpCf(Peer):
    name = "up-cf"
    config: UpCfConfig

    @classmethod
    def config_type(cls) -> type[UpCfConfig]:
        return UpCfConfig

    def _fit(self, data: Dataset, report: Progress) -> None:
        baskets = Baskets.of(data, self.items)
        window = self.config.recency or int(baskets.count.max())
        count = baskets.count[baskets.user]
        recent = np.flatnonzero(baskets.basket >= count - window)
        self._popularity = baskets.matrix(1.0 / np.minimum(window, count[recent]), recent)
        self._has = self._owned.astype(np.float32)
        self._sizes = np.maximum(np.diff(self._has.indptr), 1).astype(np.float64)

    def _score(self, users: Ints, scope: Scope) -> Floats:
        shared = (self._has[users] @ self._has.T).toarray().astype(np.float64)
        alpha = self.config.asymmetry
        shared /= self._sizes[users][:, None] ** alpha * self._sizes ** (1 - alpha)
        weights = (shared**self.config.locality).astype(np.float32)
        scores: Floats = (self._popularity.T @ weights.T).T
        return np.ascontiguousarray(scores)
