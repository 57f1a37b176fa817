"""The columns and types of a shop's tables in memory."""

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.reading.columns import EVENTS, FACETS, TABLES

ALWAYS = {"item_id", "user_id", "item", "user", "timestamp", "event", "promotion_id"}  # columns that every shop has


def without_empty(table: pd.DataFrame, keep: Collection[str] = ()) -> pd.DataFrame:
    """The table without the columns that hold no value in any row, except for those that every shop has and `keep`."""
    empty = [name for name in table if name not in ALWAYS and name not in keep and table[name].isna().all()]
    return table.drop(columns=empty) if len(table) else table


def facet_columns(kind: str, table: pd.DataFrame) -> list[str]:
    """The columns of stored items that count as facets for models of their time, also without a value."""
    return [str(name) for name in table if name in FACETS or name not in TABLES["items"]] if kind == "items" else []


def whole_seconds(table: pd.DataFrame) -> pd.DataFrame:
    """Times in whole seconds: Parquet knows milliseconds at best."""
    return table.astype(dict.fromkeys(table.select_dtypes("datetime"), "datetime64[s]"))


def typed(log: pd.DataFrame) -> pd.DataFrame:
    """The log with its narrow types, which Parquet does not keep all of; a log of unknown shoppers has no users."""
    kinds: dict[str, Any] = {"user": "int32", "item": "int32", "timestamp": "datetime64[s]"}
    kinds["event"] = pd.CategoricalDtype(EVENTS)
    if "basket_id" in log:
        kinds["basket_id"] = "category"
    kinds = {name: kind for name, kind in kinds.items() if name in log}
    first = [name for name in kinds if name != "basket_id"]
    return log.astype(kinds)[first + [name for name in log if name not in first]]


def basket_numbers(log: pd.DataFrame) -> npt.NDArray[np.int64]:
    """int64 [n_lines]: which basket each line is of, from 0; a line without a basket is one of its own."""
    if "basket_id" not in log:
        return np.arange(len(log), dtype=np.int64)
    codes, names = pd.factorize(log["basket_id"])
    alone = codes < 0
    codes[alone] = len(names) + np.arange(int(alone.sum()))
    return codes.astype(np.int64)
