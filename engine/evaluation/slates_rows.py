"""The rows of a slates file, checked: whose they are, which product, at which rank; what is wrong is named by row."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from engine.data import Dataset, InputError, Problem

Array = np.ndarray
COLUMNS = ("user_id", "rank", "item_id")
LAST = 10_000  # the highest rank: beyond it a mistaken number would ask for a list of that length


@dataclass(frozen=True)
class SlateRows:
    """Of each row int64 [n]: the shopper's and the product's row in the shop, and the rank from 1."""

    users: Array
    items: Array
    ranks: Array


def slate_rows(path: Path, table: pd.DataFrame, data: Dataset) -> SlateRows:
    """The rows of a table with `COLUMNS`, found in the shop.

    Raises InputError naming every row (from 1) with a missing or unknown id or a rank that is no whole number from 1,
    and then every row that repeats a rank or a product within its shopper's list.
    """
    users, unknown_users = _rows_of(table["user_id"], data.users["user_id"], "user_id", "shopper")
    items, unknown_items = _rows_of(table["item_id"], data.items["item_id"], "item_id", "product")
    ranks = pd.to_numeric(table["rank"], errors="coerce").to_numpy(np.float64)
    wrong = ~((ranks >= 1) & (ranks <= LAST) & (ranks == np.floor(ranks)))
    fix = "number the products of each list 1, 2, 3, …"
    what = f"ranks are whole numbers from 1 to {LAST:,}"
    bad_ranks = [_Flaw(int(at), "rank", what, fix) for at in np.flatnonzero(wrong)]
    _refuse(path, table, [*unknown_users, *unknown_items, *bad_ranks])
    rows = SlateRows(users, items, ranks.astype(np.int64))
    _refuse(path, table, [*_twice(table, users, rows.ranks, "rank"), *_twice(table, users, items, "item_id")])
    return rows


@dataclass(frozen=True)
class _Flaw:
    """What is wrong with one cell; `row` counts from 0."""

    row: int
    column: str
    problem: str
    fix: str


def _rows_of(cells: pd.Series, known: pd.Series, column: str, what: str) -> tuple[Array, list[_Flaw]]:
    """Rows of ids in the shop, int64 [n], -1 for those with a flaw."""
    missing = cells.isna().to_numpy()
    texts, index = cells.astype(str), pd.Index(known)
    rows = np.where(missing, -1, index.get_indexer(pd.Index(texts))).astype(np.int64)
    flaws = [_Flaw(int(at), column, f"the {what} is missing", "fill in the id, or leave the row out")
             for at in np.flatnonzero(missing)]  # fmt: skip
    for at in np.flatnonzero((rows < 0) & ~missing):
        written = texts.iloc[at]
        like = next(
            (candidate for candidate in (written.removesuffix(".0"), written.strip()) if candidate in index), None
        )
        fix = "correct the id, or leave the row out" if like is None else f"write the id as text: {like!r}"
        flaws.append(_Flaw(int(at), column, f"this {what} is not in the shop", fix))
    return rows, flaws


def _twice(table: pd.DataFrame, users: Array, values: Array, column: str) -> Iterator[_Flaw]:
    """The rows that repeat a value within their shopper's list."""
    pairs = pd.DataFrame({"user": users, "value": values})
    repeats = np.flatnonzero(pairs.duplicated())
    first = pairs.drop_duplicates().reset_index().set_index(["user", "value"])["index"]
    for at in repeats:
        shopper, start = str(table["user_id"].iloc[at]), int(first[users[at], values[at]]) + 1
        what = "this rank" if column == "rank" else f"this product (rank {table['rank'].iloc[at]})"
        problem = f"the list of shopper {shopper!r} has {what} twice, first in row {start}"
        yield _Flaw(int(at), column, problem, "keep one of the two rows")


def _refuse(path: Path, table: pd.DataFrame, flaws: list[_Flaw]) -> None:
    if not flaws:
        return
    problems = [
        Problem(path.name, flaw.row + 1, flaw.column, _text(table[flaw.column].iloc[flaw.row]), flaw.problem, flaw.fix,
                kind="slates")
        for flaw in sorted(flaws, key=lambda flaw: flaw.row)[:1000]
    ]  # fmt: skip
    raise InputError(problems, len(flaws))


def _text(value: object) -> str | None:
    return None if value is None or value != value else str(value)  # NaN is not equal to itself
