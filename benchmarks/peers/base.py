"""What the peers share: the engine's Model without its storage, and baskets in their order."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from engine.data import Dataset
from engine.recommend import Model
from engine.recommend.arrays import Arrays
from engine.recommend.counts import Ints, decayed_counts

FOREVER = 1e6  # days: a half-life that forgets nothing


class Peer(Model):
    """A model that is fitted, asked and thrown away. What a shopper without history gets is the trend, as for ours."""

    def _arrays(self) -> Arrays:
        raise NotImplementedError("A peer is not stored.")

    def _restore(self, arrays: Arrays) -> None:
        raise NotImplementedError("A peer is not stored.")


@dataclass(frozen=True)
class Baskets:
    """Every shopper's baskets of eligible items, oldest first. A line is an item in a basket, counted once.

    user, basket, column: int64 [L]; basket = its place among the shopper's, 0 … n - 1; column = position in `items`.
    count: int64 [n_users], baskets of each shopper. shape: (n_users, n_eligible).
    """

    user: Ints
    basket: Ints
    column: Ints
    count: Ints
    shape: tuple[int, int]

    @classmethod
    def of(cls, data: Dataset, items: Ints) -> "Baskets":
        """A basket is a shopper's lines of one basket_id, or of one day where the log has none."""
        position = np.full(data.n_items, -1, dtype=np.int64)
        position[items] = np.arange(len(items))
        log = data.positives()
        log = log[position[log["item"].to_numpy()] >= 0]
        name = log["basket_id"].cat.codes if "basket_id" in log else log["timestamp"].dt.floor("D")
        lines = pd.DataFrame({"user": log["user"].to_numpy(np.int64), "name": name.to_numpy()})
        lines["column"], lines["at"] = position[log["item"].to_numpy()], log["timestamp"].to_numpy()
        starts = lines.groupby(["user", "name"], as_index=False)["at"].min().sort_values(["user", "at", "name"])
        starts["basket"] = starts.groupby("user").cumcount()
        lines = lines[["user", "name", "column"]].drop_duplicates().merge(starts, on=["user", "name"])
        count = np.bincount(starts["user"], minlength=data.n_users)
        user, basket, column = (lines[key].to_numpy(np.int64) for key in ("user", "basket", "column"))
        return cls(user, basket, column, count.astype(np.int64), (data.n_users, len(items)))

    def matrix(self, weights: np.ndarray, lines: np.ndarray | slice = slice(None)) -> sp.csr_array:
        """float32 [n_users, n_eligible]: the sum of `weights` over (some) lines."""
        where = (self.user[lines], self.column[lines])
        return sp.coo_array((weights.astype(np.float32), where), shape=self.shape).tocsr()


def counts(data: Dataset, items: Ints, weigh: str) -> sp.csr_array:
    """float32 [n_users, n_eligible]: purchases as "binary", "count", "log" = ln(1 + count), or "recent" = √(count that
    halves every 60 days), the form that EASE is given here."""
    X = decayed_counts(data, items, 60.0 if weigh == "recent" else FOREVER)
    if weigh == "binary":
        X.data[:] = 1.0
    elif weigh in ("log", "recent"):
        X.data = np.log1p(X.data) if weigh == "log" else np.sqrt(X.data)
    return X
