"""A context that no shop has: lists for the shelves of a warehouse, each of a category; the cheapest products first."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pandas as pd

from engine.bench.bench import Bench
from engine.bench.context import Context
from engine.bench.contexts import Row
from engine.data import Dataset, Progress, silent
from engine.encoders import Kind
from engine.recommend import Scope
from engine.retrieval import Candidates

Array = np.ndarray
SHELVES = Context("shelves", "shelf", has_history=False, trained=False, askable=False)


class Cheapest:
    """Scores a product by its price: the cheaper the better."""

    name = "cheapest"

    def __init__(self, data: Dataset) -> None:
        self.items = np.flatnonzero(data.items["price"].notna())
        self._scores = -data.items["price"].to_numpy(np.float32)[self.items]

    def score(self, users: Array, scope: Scope = "all") -> Array:
        return np.tile(self._scores, (len(users), 1))


class ShelfBench(Bench):
    """A bench whose users are the shop's categories."""

    context: ClassVar[Context] = SHELVES
    surfaces: ClassVar[tuple[str, ...]] = ("similar",)
    similarities: ClassVar[tuple[Kind, ...]] = ("text",)

    def __init__(self, data: Dataset, report: Progress = silent) -> None:
        _, names = data.codes("category")
        shelves = replace(data, users=pd.DataFrame({"user_id": names}), interactions=data.interactions.iloc[:0])
        model = Cheapest(data)
        card = {"name": model.name, "until": None, "data_hash": data.hash, "n_eligible": len(model.items)}
        super().__init__(shelves, model, card, report)
        self.users = np.arange(len(names))

    def candidates(self, surface: str, pool: int) -> Candidates:
        scores = self.model.score(self.users)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :pool]
        return Candidates(self.users, self.model.items[order], np.take_along_axis(scores, order, axis=1))

    def examples(self) -> Array:
        return np.arange(len(self.users))


ROW = Row(SHELVES, lambda data: data.name == "shelves", ShelfBench)
