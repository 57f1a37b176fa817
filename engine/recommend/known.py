"""The ids of a stored model's shoppers and products: row numbers change when a shop is prepared again, ids do not."""

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
        """The old score column of catalogue rows of `data`, int64 [len(items)]; -1 = the model does not know it."""
        return _places(self.items, data.items["item_id"].to_numpy()[items])

    def rows(self, data: Dataset) -> Ints:
        """The old row of each shopper of `data`, int64 [n_users]; -1 = the model does not know them."""
        return _places(self.users, data.users["user_id"].to_numpy())

    def write(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The ids in a model's folder. Raises OSError or ValueError where the file is missing or damaged."""
        return cls(**parse_json((folder / FILE).read_text(encoding="utf-8")))


def _places(ids: list[str], wanted: np.ndarray) -> Ints:
    places: Ints = pd.Index(ids).get_indexer(pd.Index(wanted)).astype(np.int64)
    return places
