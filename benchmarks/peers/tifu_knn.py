"""TIFU-KNN: Hu, He, Gao & Zhang 2020, Modeling Personalized Item Frequency Information for Next-basket
Recommendation, SIGIR.

A shopper's n baskets v_1 … v_n (multi-hot, oldest first) are cut into m groups; where m does not divide n, the
later groups hold one basket more, as in the authors' program. With x baskets in group i:

    v_gi = (1/x) Σ_j r_b^(x-j) v_j        u = (1/m) Σ_i r_g^(m-i) v_gi        P = α·u + (1-α)·u_N

u_N is the mean of u over the shopper's neighbours, the k other shoppers nearest in Euclidean distance. Fewer than m
baskets: each is a group of its own and m is their number. The authors' program differs from their paper's formula for
r_b: there its power counts baskets from the end of the whole history, not of the group. `decay` offers both ("group":
the paper, "history": the program), and validation chooses.
"""

from typing import Literal

import numpy as np
from pydantic import Field

from benchmarks.peers.base import Baskets, Peer
from engine.data import Dataset, Progress
from engine.recommend import Config, Scope
from engine.recommend.counts import Floats, Ints


class TifuKnnConfig(Config):
    """The paper's ranges: groups 1 … 23, decays 0.1 … 1, α 0 … 1, neighbours 100 … 1,300."""

    groups: int = Field(default=7, ge=1)
    within: float = Field(default=0.9, gt=0, le=1)
    between: float = Field(default=0.7, gt=0, le=1)
    alpha: float = Field(default=0.7, ge=0, le=1)
    neighbours: int = Field(default=300, ge=1)
    decay: Literal["group", "history"] = "group"


class TifuKnn(Peer):
    name = "tifu-knn"
    config: TifuKnnConfig

    @classmethod
    def config_type(cls) -> type[TifuKnnConfig]:
        return TifuKnnConfig

    def _fit(self, data: Dataset, report: Progress) -> None:
        baskets = Baskets.of(data, self.items)
        weights = basket_weights(baskets.basket, baskets.count[baskets.user], self.config)
        self._vectors = baskets.matrix(weights)
        self._alive = np.flatnonzero(baskets.count)
        self._squares = np.asarray(self._vectors.multiply(self._vectors).sum(axis=1), dtype=np.float64)

    def _score(self, users: Ints, scope: Scope) -> Floats:
        own = self._vectors[users]
        near = self._alive[self._nearest(users)]
        picked = np.zeros((len(users), self.n_users), dtype=np.float32)
        np.put_along_axis(picked, near, np.float32(1 / near.shape[1]), axis=1)
        around = (self._vectors.T @ picked.T).T  # sparse times dense, the dense one in rows
        alpha = np.float32(self.config.alpha)
        scores: Floats = alpha * own.toarray() + (1 - alpha) * around
        return scores

    def _nearest(self, users: Ints) -> Ints:
        """int64 [U, k]: rows of `_alive`, the nearest first."""
        k = min(self.config.neighbours, len(self._alive) - 1)
        products = (self._vectors[users] @ self._vectors[self._alive].T).toarray()
        distances = self._squares[users][:, None] + self._squares[self._alive] - 2.0 * products
        distances[users[:, None] == self._alive] = np.inf
        return np.argsort(distances, axis=1, kind="stable")[:, :k]


def basket_weights(place: Ints, count: Ints, config: TifuKnnConfig) -> np.ndarray:
    """float64 [L]: what a basket weighs in u. place, count int64 [L]: its place 0 … n - 1 of the shopper's n."""
    m = np.minimum(config.groups, count)
    small, larger = count // m, count % m  # `larger` groups, the last ones, hold small + 1
    turn = (m - larger) * small
    early = place < turn
    size = np.where(early, small, small + 1)
    since = np.where(early, place, place - turn)
    group = since // size + np.where(early, 0, m - larger)
    power = size - 1 - since % size if config.decay == "group" else count - 1 - place
    weights: np.ndarray = config.within**power / size * config.between ** (m - 1 - group) / m
    return weights
