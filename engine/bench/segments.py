"""Groups of shoppers with figures of their own: by a column of the shop, or by how much history they have."""

import numpy as np
import pandas as pd

from engine.bench.bench import Bench
from engine.data import Dataset
from engine.data.labels import UNKNOWN, of_shop
from engine.data.problems import refuse

Array = np.ndarray
HISTORY = "history"  # the segment that every shop has
THIRDS = ("light", "medium", "heavy")


def columns(bench: Bench) -> list[str]:
    """The columns by which shoppers can be grouped in this shop."""
    return [*(str(name) for name in bench.history.users.columns if name != "user_id"), HISTORY]


def segments(bench: Bench, by: str) -> dict[str, Array]:
    """Rows (numbering `bench.users`) of each group; shoppers without an answer are the group "unknown".

    Where other shoppers answered with that very word, theirs is the group '"unknown"', in quotation marks.

    "history" makes thirds by the number of purchases before the cut-off, unless the shop has such a column itself.
    Raises InputError for a column that the shop lacks.
    """
    people = bench.history.users
    if by in people and by != "user_id":
        values = _answers(people[by].iloc[bench.users])
        names = sorted(set(values), key=lambda name: (name == UNKNOWN, name))
    elif by == HISTORY:
        values, names = thirds(bench.history, bench.users), list(THIRDS)
    else:
        fix = f"take one of {', '.join(columns(bench))}"
        raise refuse("command line", "unknown_column", "this shop's shoppers have no such column", fix, value=by)
    return {name: np.flatnonzero(values == name) for name in names}


def _answers(column: pd.Series) -> Array:
    missing = column.isna().to_numpy()
    texts = column.astype(str).to_numpy(dtype=object)
    if missing.any():
        texts = np.where(texts == UNKNOWN, of_shop(UNKNOWN), texts)
    return np.where(missing, UNKNOWN, texts).astype(str)


def thirds(history: Dataset, users: Array) -> Array:
    """str [U]: which of THIRDS each of these shoppers is in, by the number of purchases; equal numbers by row."""
    bought = np.bincount(history.positives()["user"].to_numpy(), minlength=history.n_users)[users]
    order = pd.Series(bought).rank(method="first").to_numpy() - 1
    places = (order * len(THIRDS) // max(len(order), 1)).astype(int)
    names: Array = np.array(THIRDS)[places]
    return names
