"""The shoppers who buy most similarly."""

import numpy as np
import scipy.sparse as sp

from engine.recommend.counts import Floats, Ints

NEIGHBOURS = 300
CHUNK = 250  # shoppers at a time


class ShopperNeighbours:
    """Each shopper's NEIGHBOURS most similar others by cosine of `bought` [n_users, n], found for those who are asked
    for.
    """

    def __init__(self, bought: sp.csr_array) -> None:
        norms = np.sqrt(bought.multiply(bought).sum(axis=1))
        self._unit = (sp.diags_array(1.0 / np.where(norms > 0, norms, 1.0)) @ bought).tocsr().astype(np.float32)
        self._others = self._unit.T.tocsr()

    def of(self, users: Ints) -> sp.csr_array:
        """The weights of the most similar others of user rows int64 [U], float32 [U, n_users]; each row sums to 1.

        The row of a shopper without a history, or similar to nobody, is empty.
        """
        parts = [sp.csr_array(self._shares(users[at : at + CHUNK])) for at in range(0, max(len(users), 1), CHUNK)]
        return sp.csr_array(sp.vstack(parts, format="csr"))

    def _shares(self, users: Ints) -> Floats:
        like = np.asarray((self._unit[users] @ self._others).toarray(), np.float32)
        like[np.arange(len(like)), users] = 0.0  # a shopper is no neighbour of their own
        if like.shape[1] > NEIGHBOURS:
            least = -np.partition(-like, NEIGHBOURS - 1, axis=1)[:, NEIGHBOURS - 1]
            like[like < least[:, None]] = 0.0
        total = like.sum(axis=1, keepdims=True)
        total[total == 0] = 1.0
        like /= total
        return like
