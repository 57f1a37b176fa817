"""The slates file: one row per filled slot, Parquet, with what made the lists stored beside them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from engine.bench.bench import Bench
from engine.bench.scores import scores_of
from engine.data import Dataset, InputError, Problem
from engine.data.problems import refuse
from engine.data.reading.json_text import parse_json
from engine.data.storage.files import write_atomically
from engine.evaluation.relevance_floor import own_floor_test
from engine.evaluation.relevance_kept_note import kept_note
from engine.evaluation.slates_note import SlatesNote
from engine.evaluation.slates_rows import slate_rows
from engine.slates.effective_lambdas import effective_lambdas
from engine.slates.exposure_cost import relevance_kept
from engine.slates.exposure_floor import exposure_outcome
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy

Array = np.ndarray
COLUMNS = ("user_id", "rank", "item_id", "score", "gain")
_NOTE = b"evenshelf"  # key of the note in the Parquet metadata


def slates_table(bench: Bench, strategy: Strategy, rows: Array | None = None) -> pd.DataFrame:
    """The strategy's lists as a table: user_id, rank 1…k, item_id, score (the model's own), gain; and why, null where
    there is nothing to say: nearest (id of the closest product above), rule (place of the strategy's entry that acted,
    counted from 1, constraints first) and instead (id of the product that it kept out). Where the strategy has
    overrides, each list's own λ as `diversity`."""
    slates = make_slates(bench, strategy, rows)
    user, slot = np.nonzero(slates.items >= 0)
    ids = bench.history.items["item_id"]
    rule = pd.Series(slates.rule[user, slot] + 1, dtype="Int32")
    table = pd.DataFrame(
        {
            "user_id": bench.names(rows)[user],
            "rank": (slot + 1).astype(np.int32),
            "item_id": ids.to_numpy()[slates.items[user, slot]],
            "score": scores_of(bench, strategy, slates.items, rows)[user, slot],
            "gain": slates.gains[user, slot],
            "nearest": _named(ids, slates.nearest[user, slot]),
            "rule": rule.mask(rule == 0),
            "instead": _named(ids, slates.instead[user, slot]),
        }
    )
    if strategy.overrides:
        table["diversity"] = effective_lambdas(bench, strategy, [strategy.diversity], rows).diversities[0, user]
    return table


def _named(ids: pd.Series, items: Array) -> pd.Series:
    """The ids of catalogue rows; null for -1."""
    named = pd.Series(ids.to_numpy()[items], dtype="str")
    return named.mask(items < 0)


def write_slates(
    path: Path, table: pd.DataFrame, bench: Bench, strategy: Strategy, rows: Array | None = None,
    source: str | None = None,
) -> None:  # fmt: skip
    """Write the slates file, with its note (`slates_note`)."""
    arrow = slates_arrow(table, bench, strategy, rows, source)
    write_atomically(path, lambda temporary: pq.write_table(arrow, temporary))


def slates_note(
    table: pd.DataFrame, bench: Bench, strategy: Strategy, rows: Array | None = None, source: str | None = None
) -> dict[str, Any]:
    """What made the lists of `slates_table`: model, cut-off, strategy (and the name of the file that it was read from,
    `source`), data hash and number of eligible items, what is kept of relevance where the strategy has rules, and
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
        "empty": empty,  # shoppers with an empty list, which has no row in the table
    }
    if source is not None:
        note["saved"] = {"file": source}
    if strategy.all_entries:
        shares = kept_note(bench, strategy, rows)
        note["kept"] = shares and {metric: share.model_dump() for metric, share in shares.items()}
    test = own_floor_test(bench, strategy)
    if test is not None:
        note["floor"] = {
            "diversity": test.diversity if strategy.diversity or not strategy.spread else 0.0,
            "sure": float(test.sure[test.at]),
        }
    outcome = exposure_outcome(bench, strategy)
    if outcome is not None:
        note["exposure"] = {"values": outcome.names, "due": outcome.due.tolist(), "before": outcome.before.tolist(),
                            "floors": outcome.floors.tolist(), "shares": outcome.lists.exposure.tolist(),
                            "kept": relevance_kept(bench, strategy)}  # fmt: skip
    return note


def slates_arrow(
    table: pd.DataFrame, bench: Bench, strategy: Strategy, rows: Array | None = None, source: str | None = None
) -> pa.Table:
    """The lists of `slates_table` as Arrow, the note in the metadata."""
    note = slates_note(table, bench, strategy, rows, source)
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    return arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), _NOTE: json.dumps(note).encode()})


@dataclass(frozen=True)
class SlatesFile:
    """A slates file read back: users int64 [U], items int64 [U, k] (-1 = empty slot), and its note."""

    users: Array
    items: Array
    note: SlatesNote

    def of(self, users: Array) -> Array:
        """int64 [len(users), k]: the lists of these shoppers, rows of the shop; one without a list here gets an empty
        one, so that they count as a shopper who was shown nothing."""
        place = np.searchsorted(self.users, users).clip(max=max(len(self.users) - 1, 0))
        if not len(self.users):
            return np.full((len(users), self.items.shape[1]), -1, dtype=np.int64)
        slates: Array = np.where((self.users[place] == users)[:, None], self.items[place], -1)
        return slates

    @property
    def gaps(self) -> int:
        """How many lists have an empty slot above a product."""
        filled = self.items >= 0
        return int((np.diff(filled.astype(np.int8), axis=1) > 0).any(axis=1).sum())


def read_slates(path: Path, data: Dataset) -> SlatesFile:
    """Read a slates file against a shop. A rank without a row is an empty slot.

    Raises InputError for a file that is no Parquet, columns and ids that are missing or unknown, ranks that are none, a
    rank or a product twice in a list, and a note that cannot be read or was written for other data.
    """
    try:
        if not path.is_file():
            raise FileNotFoundError("there is no such file")
        arrow = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise refuse(path.name, "slates", f"not readable as Parquet: {error}", "write it with `rerank`") from None
    counts = [(name, arrow.column_names.count(name)) for name in COLUMNS[:3]]
    wrong = [
        Problem(path.name, None, name, None, "the column is there twice" if n else "the column is missing",
                f"columns are {', '.join(COLUMNS)}", kind="slates")
        for name, n in counts if n != 1
    ]  # fmt: skip
    if wrong:
        raise InputError(wrong)
    rows = slate_rows(path, arrow.select(list(COLUMNS[:3])).to_pandas(), data)
    note = _note(path, arrow, data)
    empty = pd.Index(data.users["user_id"]).get_indexer(pd.Index(note.empty, dtype=object))
    known = np.union1d(rows.users, empty[empty >= 0]).astype(np.int64)
    k = max(int(rows.ranks.max(initial=1)), (note.strategy or {}).get("k", 1))
    slates = np.full((len(known), k), -1, dtype=np.int64)
    slates[np.searchsorted(known, rows.users), rows.ranks - 1] = rows.items
    return SlatesFile(known, slates, note)


def _note(path: Path, arrow: pa.Table, data: Dataset) -> SlatesNote:
    """What `write_slates` noted, or nothing where others wrote the file."""
    try:
        note = SlatesNote.model_validate(parse_json((arrow.schema.metadata or {}).get(_NOTE, b"{}")))
        if note.until is not None:
            pd.Timestamp(note.until)
    except ValueError:
        raise refuse(path.name, "slates", "its note cannot be read", "write it again with `rerank`") from None
    if note.strategy is not None:
        Strategy.checked(note.strategy, path.name)
    if "data_hash" in note.model_fields_set and note.data_hash != data.hash:
        raise refuse(path.name, "slates", "made for other data than this shop's", "write it again with `rerank`")
    return note
