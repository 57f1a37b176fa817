"""Products like another product, or like a text that somebody typed: for shops that know only their catalogue."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from engine.data import Dataset, Progress, silent
from engine.recommend import Scope, top_k
from engine.retrieval import Candidates, Scorer, retrieve

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


class SimilarityScorer:
    """Scores products for a product, or for a text: the cosine of their vectors.

    items: int64 [n_eligible], the catalogue rows that may be shown.
    vectors: makes float32 [n_items, d] with unit rows; it is called when the first score is asked for.
    """

    name = "similar"

    def __init__(self, items: Ints, vectors: Callable[[], Floats]) -> None:
        self.items, self._make = items, vectors

    @cached_property
    def _vectors(self) -> Floats:
        return self._make()

    @cached_property
    def _shown(self) -> Floats:
        return np.ascontiguousarray(self._vectors[self.items].T)

    def score(self, users: Ints, scope: Scope = "all") -> Floats:
        """float32 [U, n_eligible] in [-1, 1]: cosine of each catalogue row of `users` with each item."""
        return self.to(self._vectors[users])

    def to(self, queries: Floats) -> Floats:
        """float32 [Q, n_eligible] in [-1, 1]: cosine of each unit row of `queries` [Q, d] with each item."""
        scores: Floats = queries @ self._shown
        return scores


@dataclass(frozen=True)
class SimilarSurface:
    """Lists for a product: the most similar others.

    Here `users` are catalogue rows and `model` is a `SimilarityScorer`.
    """

    name: str = "similar"
    scope: Scope = "all"

    def candidates(self, model: Scorer, data: Dataset, users: Ints, n: int, report: Progress = silent) -> Candidates:
        """The `n` products nearest to each of `users` by cosine, best first; a product is not similar to itself."""
        itself = sp.eye_array(data.n_items, format="csr", dtype=np.float32)
        return retrieve(model, users, n, self.scope, itself, report)


def nearest(model: SimilarityScorer, queries: Floats, n: int) -> Candidates:
    """The `n` products nearest to each unit row of `queries` [Q, d] by cosine; its `users` are -1."""
    columns, scores = top_k(model.to(queries), n)
    items = np.where(columns < 0, -1, model.items[columns])
    return Candidates(np.full(len(queries), -1, dtype=np.int64), items, scores)
