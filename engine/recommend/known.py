"""Whom and what a stored model speaks of, by id: rows move when a shop is prepared anew, ids do not."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from engine.data import Dataset
from engine.data.reading.json_text import parse_json
from engine.recommend.counts import Ints

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
        """int64 [n_users]: the old row of each shopper of `data`, -1 = the model never met them."""
        return _places(self.users, data.users["user_id"].to_numpy())

    def write(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises OSError or ValueError where it is not there or torn."""
        return cls(**parse_json((folder / FILE).read_text(encoding="utf-8")))


def _places(ids: list[str], wanted: np.ndarray) -> Ints:
    places: Ints = pd.Index(ids).get_indexer(pd.Index(wanted)).astype(np.int64)
    return places
