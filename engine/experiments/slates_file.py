"""The slates file: one row per filled slot, Parquet, with what made the lists stored beside them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from engine.data import Dataset, InputError, Problem
from engine.data.files import write_atomically
from engine.data.json_text import parse_json
from engine.data.problems import refuse
from engine.experiments.bench import Bench
from engine.experiments.exposure import relevance_kept, served
from engine.experiments.floor import promised
from engine.experiments.levels import levels
from engine.experiments.strategy import Strategy

Array = np.ndarray
COLUMNS = ("user_id", "rank", "item_id", "score", "gain")
_NOTE = b"evenshelf"  # key of the note in the Parquet metadata


def slates_table(bench: Bench, strategy: Strategy, rows: Array | None = None) -> pd.DataFrame:
    """The strategy's lists as a table: user_id, rank 1…k, item_id, score (the model's own), gain; and why, null where
    there is nothing to say: nearest (id of the closest product above), rule (place of the strategy's entry that acted,
    counted from 1, constraints first) and instead (id of the product that it kept out). Where the strategy has
    overrides, each list's own λ as `diversity`."""
    slates = bench.slates(strategy, rows)
    user, slot = np.nonzero(slates.items >= 0)
    ids = bench.history.items["item_id"]
    rule = pd.Series(slates.rule[user, slot] + 1, dtype="Int32")
    table = pd.DataFrame(
        {
            "user_id": bench.names(rows)[user],
            "rank": (slot + 1).astype(np.int32),
            "item_id": ids.to_numpy()[slates.items[user, slot]],
            "score": bench.scores(strategy, slates.items, rows)[user, slot],
            "gain": slates.gains[user, slot],
            "nearest": _named(ids, slates.nearest[user, slot]),
            "rule": rule.mask(rule == 0),
            "instead": _named(ids, slates.instead[user, slot]),
        }
    )
    if strategy.overrides:
        table["diversity"] = levels(bench, strategy, [strategy.diversity], rows).diversities[0, user]
    return table


def _named(ids: pd.Series, items: Array) -> pd.Series:
    """The ids of catalogue rows; null for -1."""
    named = pd.Series(ids.to_numpy()[items], dtype="str")
    return named.mask(items < 0)


def write_slates(path: Path, table: pd.DataFrame, bench: Bench, strategy: Strategy, rows: Array | None = None) -> None:
    """Write the slates file, with its note (`slates_note`)."""
    arrow = slates_arrow(table, bench, strategy, rows)
    write_atomically(path, lambda temporary: pq.write_table(arrow, temporary))


def slates_note(table: pd.DataFrame, bench: Bench, strategy: Strategy, rows: Array | None = None) -> dict[str, Any]:
    """What made the lists of `slates_table`: model, cut-off, strategy, data hash and number of eligible items, and
    where the strategy has a floor, the λ that it allows and what is surely kept there; where it has an exposure floor,
    each group's values, due, and shares of all shoppers' exposure before and now, and what these lists keep of
    relevance."""
    empty = sorted(set(bench.names(rows)) - set(table["user_id"]))
    note = {
        "model": bench.card["name"],
        "until": bench.card["until"],
        "data_hash": bench.data.hash,
        "eligible": len(bench.model.items),
        "strategy": strategy.model_dump(),
        "empty": empty,  # shoppers whose list has no row to stand in
    }
    found = promised(bench, strategy)
    if found is not None:
        note["floor"] = {"diversity": found.diversity, "sure": float(found.sure[found.at])}
    given = served(bench, strategy)
    if given is not None:
        note["exposure"] = {"values": given.names, "due": given.due.tolist(), "before": given.before.tolist(),
                            "floors": given.floors.tolist(), "shares": given.lists.exposure.tolist(),
                            "kept": relevance_kept(bench, strategy)}  # fmt: skip
    return note


def slates_arrow(table: pd.DataFrame, bench: Bench, strategy: Strategy, rows: Array | None = None) -> pa.Table:
    """The lists of `slates_table` as Arrow, the note in the metadata."""
    note = slates_note(table, bench, strategy, rows)
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    return arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), _NOTE: json.dumps(note).encode()})


@dataclass(frozen=True)
class SlatesFile:
    """A slates file read back: users int64 [U], items int64 [U, k] (-1 = empty slot), and its note."""

    users: Array
    items: Array
    note: dict[str, Any]


def read_slates(path: Path, data: Dataset) -> SlatesFile:
    """Read a slates file against a shop. Raises InputError for unknown ids, ranks or columns."""
    try:
        arrow = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            [_problem(path, None, None, None, f"not readable as Parquet: {error}", "write it with `rerank`")]
        ) from None
    missing = [name for name in COLUMNS[:3] if name not in arrow.column_names]
    if missing:
        raise InputError(
            [
                _problem(path, None, name, None, "the column is missing", f"columns are {', '.join(COLUMNS)}")
                for name in missing
            ]
        )
    table = arrow.select(list(COLUMNS[:3])).to_pandas()
    users = _rows(path, table["user_id"], data.users["user_id"], "user_id")
    items = _rows(path, table["item_id"], data.items["item_id"], "item_id")
    rank = pd.to_numeric(table["rank"], errors="coerce").to_numpy()
    _refuse(
        path,
        table["rank"],
        ~(rank >= 1) | (rank != np.floor(rank)) | (rank > 10_000),
        "rank",
        "ranks are whole numbers from 1",
    )
    taken = pd.Series(list(zip(users, rank, strict=True))).duplicated().to_numpy()
    _refuse(path, table["rank"], taken, "rank", "two rows claim the same place of one list")
    note = _note(path, arrow, data)
    empty = pd.Index(data.users["user_id"]).get_indexer(pd.Index(note.get("empty", []), dtype=object))
    known = np.union1d(users, empty[empty >= 0]).astype(np.int64)
    k = max(int(rank.max()) if len(rank) else 1, note.get("strategy", {}).get("k", 1))
    slates = np.full((len(known), k), -1, dtype=np.int64)
    slates[np.searchsorted(known, users), rank.astype(np.int64) - 1] = items
    return SlatesFile(known, slates, note)


def _note(path: Path, arrow: pa.Table, data: Dataset) -> dict[str, Any]:
    """What `write_slates` noted, or nothing where others wrote the file."""
    try:
        note: dict[str, Any] = parse_json((arrow.schema.metadata or {}).get(_NOTE, b"{}"))
    except ValueError:
        raise refuse(path.name, "slates", "its note cannot be read", "write it again with `rerank`") from None
    if note.get("data_hash", data.hash) != data.hash:
        raise refuse(path.name, "slates", "made for other data than this shop's", "write it again with `rerank`")
    return note


def _rows(path: Path, ids: pd.Series, known: pd.Series, column: str) -> Array:
    found: Array = pd.Index(known).get_indexer(pd.Index(ids.astype(str)))
    _refuse(path, ids, found < 0, column, "this id is not in the shop")
    return found


def _refuse(path: Path, values: pd.Series, bad: Array, column: str, problem: str) -> None:
    wrong = np.flatnonzero(bad)[:1000]
    if len(wrong):
        raise InputError(
            [_problem(path, int(i) + 1, column, str(values.iloc[i]), problem, "correct the row") for i in wrong]
        )


def _problem(path: Path, line: int | None, column: str | None, value: str | None, problem: str, fix: str) -> Problem:
    return Problem(path.name, line, column, value, problem, fix, kind="slates")
