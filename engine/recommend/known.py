"""Whom and what a stored model speaks of, by id: rows move when a shop is prepared anew, ids do not."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from engine.data import Dataset
from engine.data.reading.json_text import parse_json
from engine.recommend.counts import Floats, Ints

if TYPE_CHECKING:
    from engine.recommend.base import Model, Scope

FILE = "known.json"


@dataclass(frozen=True)
class Known:
    """items: the id of each score column; users: the id of each user row; facets: the names of each facet's value
    numbers, in the shop's order of facets."""

    items: list[str]
    users: list[str]
    facets: Mapping[str, list[str]]

    @classmethod
    def of(cls, items: Ints, data: Dataset) -> Self:
        ids, users = data.items["item_id"].to_numpy()[items], data.users["user_id"]
        facets = {facet: data.codes(facet)[1] for facet in data.facets(with_empty=True)}
        return cls(ids.tolist(), users.tolist(), facets)

    def columns(self, data: Dataset, items: Ints) -> Ints:
        """int64 [len(items)]: the old score column of catalogue rows of `data`, -1 = the model never had it."""
        return _places(self.items, data.items["item_id"].to_numpy()[items])

    def rows(self, data: Dataset) -> Ints:
        """int64 [n_users]: the old row of each shopper of `data`, -1 = the model never met her."""
        return _places(self.users, data.users["user_id"].to_numpy())

    def write(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises OSError or ValueError where it is not there or torn."""
        return cls(**parse_json((folder / FILE).read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Start:
    """Where a training may start: a fitted model of the same kind, and what it speaks of."""

    model: "Model"
    known: Known


class Carried:
    """A stored model that scores the shop as it is now: its products that are still there, its shoppers by id; whom it
    never met gets its trend. A Scorer for retrieval."""

    def __init__(self, start: Start, data: Dataset) -> None:
        found = start.known.columns(data, np.arange(data.n_items, dtype=np.int64))
        self.items: Ints = np.flatnonzero(found >= 0).astype(np.int64)
        self._columns, self._rows, self._model = found[self.items], start.known.rows(data), start.model

    def score(self, users: Ints, scope: "Scope" = "all") -> Floats:
        """float32 [U, n] for user rows of the shop as it is now."""
        scores: Floats = self._model.score(self._rows[users], scope)[:, self._columns]
        return scores


def _places(ids: list[str], wanted: np.ndarray) -> Ints:
    places: Ints = pd.Index(ids).get_indexer(pd.Index(wanted)).astype(np.int64)
    return places
