"""What shoppers did, as decayed counts. Ages are in days before the cut-off, or before the end of the log."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp

from engine.data import Dataset
from engine.data.frames import basket_numbers

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

DAY = 86_400.0


def decayed_counts(data: Dataset, items: Ints, half_life: float) -> sp.csr_array:
    """float32 [n_users, n_eligible]: Σ 0.5^(age / half_life) over the shopper's positive interactions."""
    log, columns = purchases(data, items)
    return _matrix(_decay(ages(data, log), half_life), log, columns, (data.n_users, len(items)))


def shoppers_lately(data: Dataset, items: Ints, half_life: float) -> Floats:
    """float32 [n_eligible]: Σ over shoppers of 0.5^(age of their last purchase of the item / half_life).

    A shopper counts at most once, so that one household's stock of cat food does not make a trend. A basket whose
    shopper is not known counts as one more shopper.
    """
    log, columns = purchases(data, items)
    lately = _lately(log["user"].to_numpy(), columns, ages(data, log), half_life, len(items))
    unknown = data.anonymous_positives()
    if unknown is not None:
        columns, known = _positions(data, items, unknown)
        unknown = unknown[known]
        lately += _lately(basket_numbers(unknown), columns, ages(data, unknown), half_life, len(items))
    return lately.astype(np.float32)


def _lately(
    owners: npt.NDArray[np.integer], columns: Ints, ages: npt.NDArray[np.float64], half_life: float, width: int
) -> npt.NDArray[np.float64]:
    last = pd.DataFrame({"owner": owners, "column": columns, "age": ages})
    youngest = last.groupby(["owner", "column"], sort=True)["age"].min()
    where = youngest.index.get_level_values("column").to_numpy()
    return np.bincount(where, _decay(youngest.to_numpy(), half_life), minlength=width).astype(np.float64)


def purchases(data: Dataset, items: Ints) -> tuple[pd.DataFrame, Ints]:
    """The positive interactions with `items`, and each one's position in `items`."""
    log = data.positives()
    columns, known = _positions(data, items, log)
    return log[known], columns


def _positions(data: Dataset, items: Ints, log: pd.DataFrame) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """The position in `items` of each line that is about one of them, and which lines those are."""
    position = np.full(data.n_items, -1, dtype=np.int64)
    position[items] = np.arange(len(items))
    columns = position[log["item"].to_numpy()]
    known = columns >= 0
    return columns[known], known


def ages(data: Dataset, log: pd.DataFrame) -> npt.NDArray[np.float64]:
    now = data.cutoff if data.cutoff is not None else data.end
    seconds = (np.datetime64(now, "s") - log["timestamp"].to_numpy("datetime64[s]")).astype(np.float64)
    return np.maximum(seconds, 0.0) / DAY  # a line of an unknown shopper may be later than the last of a known one


def _decay(ages: npt.NDArray[np.float64], half_life: float) -> npt.NDArray[np.float64]:
    return np.exp2(-ages / half_life)


def _matrix(weights: npt.NDArray[np.float64], log: pd.DataFrame, columns: Ints, shape: tuple[int, int]) -> sp.csr_array:
    matrix = sp.coo_array((weights, (log["user"].to_numpy(), columns)), shape=shape).tocsr()
    return matrix.astype(np.float32)
