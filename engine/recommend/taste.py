"""How well an item's facets (category, type, maker ...) suit a shopper, and how it sells among items like it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from engine.data import Dataset
from engine.recommend.counts import Floats, Ints

SHARE_SEEN = 1e-3  # a facet value never bought counts like one in a thousand of the shopper's purchases
SHOPPERS_SEEN = 0.1  # an item nobody bought lately counts like a tenth of a shopper


@dataclass(frozen=True)
class Facets:
    """codes int64 [F, n_eligible]: each facet's value numbers, -1 = unknown."""

    codes: Ints

    @classmethod
    def of(cls, data: Dataset, items: Ints) -> Self:
        codes = [data.codes(facet)[0][items] for facet in data.facets()]
        return cls(np.array(codes, dtype=np.int64).reshape(len(codes), len(items)))

    def taste(self, counts: sp.csr_array) -> Floats:
        """float32 [U, n]: mean over an item's known facets of ln(share of the shopper's purchases with that value).

        counts: [U, n], the shopper's decayed purchases. 0 where no facet is known.
        """
        total: Floats = np.zeros((counts.shape[0], self.codes.shape[1]), dtype=np.float32)
        for codes in self.codes:
            shares: Floats = (counts @ _one_hot(codes)).toarray()
            shares /= np.maximum(shares.sum(axis=1, keepdims=True), np.float32(SHARE_SEEN))
            logs = np.log(shares + np.float32(SHARE_SEEN))
            known = np.hstack([logs, np.zeros((len(logs), 1), dtype=np.float32)])
            total += np.take(known, codes, axis=1)  # unknown, -1: the last
        total /= self._known()
        return total

    def leader(self, shoppers: Floats) -> Floats:
        """float32 [n]: mean over an item's known facets of ln(its share of the value's recent shoppers)."""
        weight = shoppers + SHOPPERS_SEEN
        total: Floats = np.zeros(self.codes.shape[1], dtype=np.float32)
        for codes in self.codes:
            together = np.bincount(codes + 1, weight)[codes + 1]
            total += np.where(codes >= 0, np.log(weight / together), 0.0).astype(np.float32)
        total /= self._known()
        return total

    def _known(self) -> Floats:
        known: Floats = np.maximum((self.codes >= 0).sum(axis=0), 1).astype(np.float32)
        return known


def _one_hot(codes: Ints) -> sp.csr_array:
    known = np.flatnonzero(codes >= 0)
    width = int(codes.max(initial=0)) + 1
    ones = np.ones(len(known), dtype=np.float32)
    return sp.csr_array((ones, (known, codes[known])), shape=(len(codes), width))
