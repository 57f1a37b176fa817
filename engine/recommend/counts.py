"""What shoppers did, as decayed counts. Ages are in days before the cut-off, or before the end of the log."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp

from engine.data import Dataset

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

DAY = 86_400.0


def decayed_counts(data: Dataset, items: Ints, half_life: float) -> sp.csr_array:
    """float32 [n_users, n_eligible]: Σ 0.5^(age / half_life) over the shopper's positive interactions."""
    log, columns = purchases(data, items)
    return _matrix(_decay(ages(data, log), half_life), log, columns, (data.n_users, len(items)))


def shoppers_lately(data: Dataset, items: Ints, half_life: float) -> Floats:
    """float32 [n_eligible]: Σ over shoppers of 0.5^(age of their last purchase of the item / half_life).

    A shopper counts at most once, so that one household's stock of cat food does not make a trend.
    """
    log, columns = purchases(data, items)
    last = pd.DataFrame({"user": log["user"].to_numpy(), "column": columns, "age": ages(data, log)})
    youngest = last.groupby(["user", "column"], sort=True)["age"].min()
    where = youngest.index.get_level_values("column").to_numpy()
    weights = _decay(youngest.to_numpy(), half_life)
    return np.bincount(where, weights, minlength=len(items)).astype(np.float32)


def purchases(data: Dataset, items: Ints) -> tuple[pd.DataFrame, Ints]:
    """The positive interactions with `items`, and each one's position in `items`."""
    position = np.full(data.n_items, -1, dtype=np.int64)
    position[items] = np.arange(len(items))
    log = data.positives()
    columns = position[log["item"].to_numpy()]
    known = columns >= 0
    return log[known], columns[known]


def ages(data: Dataset, log: pd.DataFrame) -> npt.NDArray[np.float64]:
    now = data.cutoff if data.cutoff is not None else data.end
    seconds = (np.datetime64(now, "s") - log["timestamp"].to_numpy("datetime64[s]")).astype(np.float64)
    return seconds / DAY


def _decay(ages: npt.NDArray[np.float64], half_life: float) -> npt.NDArray[np.float64]:
    return np.exp2(-ages / half_life)


def _matrix(weights: npt.NDArray[np.float64], log: pd.DataFrame, columns: Ints, shape: tuple[int, int]) -> sp.csr_array:
    matrix = sp.coo_array((weights, (log["user"].to_numpy(), columns)), shape=shape).tocsr()
    return matrix.astype(np.float32)
