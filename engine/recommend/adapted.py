"""A stored model that scores the shop as it is now."""

import numpy as np

from engine.data import Dataset
from engine.recommend.base import Scope, Start
from engine.recommend.counts import Floats, Ints


class AdaptedModel:
    """A stored model that scores the shop as it is now: the products that still exist, and the shoppers by id.

    Shoppers whom the model does not know get its trend. A Scorer for retrieval.
    """

    def __init__(self, start: Start, data: Dataset) -> None:
        columns = start.known.columns(data, np.arange(data.n_items, dtype=np.int64))
        self.items: Ints = np.flatnonzero(columns >= 0).astype(np.int64)
        self._columns, self._rows, self._model = columns[self.items], start.known.rows(data), start.model

    def score(self, users: Ints, scope: Scope = "all") -> Floats:
        """float32 [U, n] for user rows of the shop as it is now."""
        scores: Floats = self._model.score(self._rows[users], scope)[:, self._columns]
        return scores
