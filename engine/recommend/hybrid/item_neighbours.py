"""The known products that are most similar to a product: by text, attributes and price, never by who bought it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp

from engine.data import Dataset
from engine.encoders import item_vectors
from engine.recommend.counts import Floats, Ints

# Likeness = cosine of texts + what a shared value is worth - the distance of ln prices; chosen, as the breadths, on
# the cut-offs 2017-10-09 and 2017-11-06 of the sample.
SHARED = {"subcategory": 0.5, "provider": 0.4, "category": 0.2, "brand": 0.2}
PRICE = 0.15
BREADTHS = {"few": (5, 6.0), "some": (50, 3.0), "many": (200, 5.0)}  # how many, and how sharply they are weighed
ITSELF = -1e3  # below any other
CHUNK = 1_000  # rows at a time


@dataclass(frozen=True)
class ItemNeighbours:
    """The neighbours of R products.

    near        int64 [R, M], positions in `items` of the most similar known products, the most similar first
    similarity  float32 [R, M]
    n           how many known products there are
    """

    near: Ints
    similarity: Floats
    n: int

    @classmethod
    def of(cls, data: Dataset, rows: Ints, items: Ints) -> Self:
        """The neighbours of catalogue rows [R] among the known `items` [n]; a product is no neighbour of itself."""
        vectors = item_vectors(data, "text", rows=np.union1d(rows, items))
        width = min(max(m for m, _ in BREADTHS.values()), len(items))
        parts = [_most_similar(_similarity(data, vectors, chunk, items), width) for chunk in _chunks(rows)]
        return cls(np.concatenate([near for near, _ in parts]), np.concatenate([like for _, like in parts]), len(items))

    def shares(self, breadth: str) -> sp.csr_array:
        """The weight of each known product for each row, float32 [R, n]; each row sums to 1."""
        m, sharpness = BREADTHS[breadth]
        near, like = self.near[:, :m], self.similarity[:, :m]
        weight = np.exp(np.float32(sharpness) * (like - like[:, :1]))
        weight /= weight.sum(axis=1, keepdims=True)
        start = np.arange(len(near) + 1) * near.shape[1]
        return sp.csr_array((weight.ravel(), near.ravel(), start), shape=(len(near), self.n))

    def at(self, place: int) -> Floats:
        """How similar the known product at one position is, float32 [R], counted from 0; the last where there are
        fewer.
        """
        similarity: Floats = self.similarity[:, min(place, self.similarity.shape[1] - 1)]
        return similarity


def _chunks(rows: Ints) -> list[Ints]:
    return [rows[at : at + CHUNK] for at in range(0, max(len(rows), 1), CHUNK)]


def _similarity(data: Dataset, vectors: Floats, rows: Ints, items: Ints) -> Floats:
    like = (vectors[rows] @ vectors[items].T).astype(np.float32)
    for facet in set(SHARED) & set(data.facets()):
        codes = data.codes(facet)[0]
        same = (codes[rows][:, None] == codes[items]) & (codes[rows] >= 0)[:, None]
        like += np.float32(SHARED[facet]) * same
    if "price" in data.items:
        price = data.items["price"].to_numpy(np.float64)
        logs = np.log(np.where(price > 0, price, np.nan)).astype(np.float32)
        like -= np.float32(PRICE) * np.nan_to_num(np.abs(logs[rows][:, None] - logs[items]))
    like[rows[:, None] == items] = ITSELF
    return like


def _most_similar(like: Floats, width: int) -> tuple[Ints, Floats]:
    best = np.argpartition(-like, width - 1, axis=1)[:, :width]
    order = np.argsort(-np.take_along_axis(like, best, axis=1), axis=1, kind="stable")
    best = np.take_along_axis(best, order, axis=1)
    return best.astype(np.int64), np.take_along_axis(like, best, axis=1)
