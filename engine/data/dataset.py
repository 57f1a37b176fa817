"""The immutable Dataset: a catalogue, its shoppers, and what they did."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp

from engine.data.frames import facet_columns, typed, whole_seconds, without_empty
from engine.data.reading.columns import FACETS, LIKED, MAX_FACET_VALUES, TABLES
from engine.data.storage import store

Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A shop. Row i of `items` is catalogue row i everywhere; row u of `users` is user row u everywhere.

    Never change the frames in place: `before` and `since` share them.

    items: item_id (text, unique), the schema's columns that the shop has, and any further text columns.
    users: user_id (text, unique) and text group columns; a missing value is NaN.
    interactions: user int32, item int32 (row numbers; -1 = a search without an item), timestamp datetime64[s]
        (UTC, naive), event (category), and those of query, quantity, value, basket_id, rating the shop has;
        sorted by timestamp, ties as in the file.
    promotions: promotion_id, item_id (text), kind, starts_at, ends_at, or None.
    min_interactions: an item is eligible from this many positive interactions on.
    hash: sha256 over the content; a cut Dataset keeps the hash of its shop, so (hash, cutoff, start of log)
        tells what a result depends on.
    positive: the event that counts as relevant, decided on the whole log: buy, else click, else rate.
    currency: the sign or code of all prices and amounts, as the files write it; "" where they do not say.
    anonymous: lines whose shopper is not known, with the columns of `interactions` but for user, or None. They count
        for what is popular (`sold`) and for what is bought together, and in no figure over shoppers.
    """

    name: str
    items: pd.DataFrame
    users: pd.DataFrame
    interactions: pd.DataFrame
    promotions: pd.DataFrame | None = None
    min_interactions: int = 1
    hash: str = ""
    cutoff: pd.Timestamp | None = None
    positive: str = "buy"
    dropped: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    currency: str = ""
    anonymous: pd.DataFrame | None = None

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables that the shop has, by name."""
        return {name: table for name in (*TABLES, "anonymous") if (table := getattr(self, name)) is not None}

    @property
    def n_items(self) -> int:
        return len(self.items)

    @property
    def n_users(self) -> int:
        return len(self.users)

    @property
    def start(self) -> pd.Timestamp | None:
        """Time of the first interaction, None where there is none."""
        return self.interactions["timestamp"].iloc[0] if len(self.interactions) else None

    @property
    def end(self) -> pd.Timestamp | None:
        """Time of the last interaction, None where there is none."""
        return self.interactions["timestamp"].iloc[-1] if len(self.interactions) else None

    def before(self, cutoff: str | datetime | pd.Timestamp) -> Self:
        """The same shop, knowing only the interactions earlier than `cutoff` (UTC)."""
        moment = _utc(cutoff)
        logs = {name: log.iloc[: _row_at(log, moment)].reset_index(drop=True) for name, log in self._logs().items()}
        return replace(self, cutoff=moment, **logs)

    def since(self, cutoff: str | datetime | pd.Timestamp) -> Self:
        """The same shop with only the interactions at or after `cutoff` (UTC)."""
        moment = _utc(cutoff)
        logs = {name: log.iloc[_row_at(log, moment) :].reset_index(drop=True) for name, log in self._logs().items()}
        return replace(self, **logs)

    def _logs(self) -> dict[str, Any]:
        logs = {"interactions": self.interactions, "anonymous": self.anonymous}
        return {name: log for name, log in logs.items() if log is not None}

    def positives(self) -> pd.DataFrame:
        """The interactions that count as relevant: those of the `positive` event; ratings from 4 on."""
        return self._positive(self.interactions)

    def anonymous_positives(self) -> pd.DataFrame | None:
        """The lines of unknown shoppers that would count as relevant; None where there is no such line."""
        log = None if self.anonymous is None else self._positive(self.anonymous)
        return log if log is not None and len(log) else None

    def sold(self) -> Int64s:
        """int64 [n_items]: positive interactions with each item, also those of unknown shoppers."""
        logs = [self.positives(), self.anonymous_positives()]
        items = np.concatenate([log["item"].to_numpy(np.int64) for log in logs if log is not None])
        return np.bincount(items, minlength=self.n_items)

    def _positive(self, log: pd.DataFrame) -> pd.DataFrame:
        chosen = (log["event"] == self.positive) & (log["item"] >= 0)
        if self.positive == "rate" and "rating" in log:
            chosen &= log["rating"] >= LIKED
        return log[chosen]

    def relevant(self) -> sp.csr_array:
        """Binary float32 [n_users, n_items]: 1 where the user has a positive interaction with the item."""
        log = self.positives()
        ones = np.ones(len(log), dtype=np.float32)
        where = (log["user"].to_numpy(), log["item"].to_numpy())
        matrix = sp.coo_array((ones, where), shape=(self.n_users, self.n_items)).tocsr()  # sums duplicates
        matrix.data[:] = 1.0
        return matrix

    def spending(self) -> sp.csr_array | None:
        """Money spent on positives, float64 [n_users, n_items]: `value` of each line, else price × quantity.

        Lines without an amount count 0. None where the shop knows neither.
        """
        log = self.positives()
        if "value" in log:
            money = log["value"].to_numpy(np.float64)
        elif "price" in self.items:
            money = self.items["price"].to_numpy(np.float64)[log["item"].to_numpy()]
            money = money * (log["quantity"].fillna(1).to_numpy(np.float64) if "quantity" in log else 1.0)
        else:
            return None
        where = (log["user"].to_numpy(), log["item"].to_numpy())
        paid = np.nan_to_num(np.maximum(money, 0.0))
        return sp.coo_array((paid, where), shape=(self.n_users, self.n_items)).tocsr()

    def eligible(self) -> Int64s:
        """Catalogue rows, ascending, with at least `min_interactions` positive interactions in here."""
        return np.flatnonzero(self.sold() >= self.min_interactions).astype(np.int64)

    def facets(self, with_empty: bool = False) -> list[str]:
        """The categorical item columns: the schema's, then further text columns with few enough values
        (at most 1,000, and at most half as many as there are items).

        A column without a known value is no facet. Shops stored earlier may hold one; with_empty: list it as well,
        for models that were trained when it counted as one.
        """
        columns = [name for name in FACETS if name in self.items]
        limit = min(MAX_FACET_VALUES, self.n_items / 2)
        extra = [str(name) for name in self.items if name not in TABLES["items"]]
        columns += [name for name in extra if self.items[name].nunique() <= limit]
        return [name for name in columns if with_empty or self.items[name].notna().any()]

    def codes(self, facet: str) -> tuple[Int64s, list[str]]:
        """Value numbers int64 [n_items] of a facet (-1 = unknown) and the sorted names they stand for."""
        if facet not in self.facets(with_empty=True):
            raise ValueError(f"No facet {facet!r} in shop {self.name!r}; it has {self.facets()}.")
        codes, names = pd.factorize(self.items[facet], sort=True)
        return codes.astype(np.int64), [str(name) for name in names]

    def save(self, folder: Path) -> None:
        """Write the shop to `folder`, all or nothing. Only an uncut Dataset can be saved."""
        if self.cutoff is not None:
            raise ValueError("Save the whole shop: this Dataset is cut at a date.")
        notes: dict[str, Any] = {
            "name": self.name,
            "hash": self.hash,
            "min_interactions": self.min_interactions,
            "positive": self.positive,
            "dropped": dict(self.dropped),
            "currency": self.currency,
        }
        notes["counts"] = {name: len(table) for name, table in self.tables.items()}
        store.write(folder, self.tables, notes)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The shop saved in `folder`. Raises InputError where there is none, or it cannot be read."""
        tables, notes = store.read(folder)
        try:
            return cls._of(tables, notes)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise store.broken(folder / store.NOTES) from None

    @classmethod
    def _of(cls, tables: Mapping[str, pd.DataFrame], notes: Mapping[str, Any]) -> Self:
        tables = {
            kind: without_empty(whole_seconds(table), facet_columns(kind, table)) for kind, table in tables.items()
        }
        return cls(
            name=notes["name"],
            items=tables["items"],
            users=tables["users"],
            interactions=typed(tables["interactions"]),
            promotions=tables.get("promotions"),
            min_interactions=notes["min_interactions"],
            hash=notes["hash"],
            positive=notes["positive"],
            dropped=MappingProxyType(notes["dropped"]),
            currency=str(notes.get("currency", "")),
            anonymous=typed(tables["anonymous"]) if "anonymous" in tables else None,
        )


def default_cutoff(dataset: Dataset) -> pd.Timestamp:
    """Midnight four weeks before the end of the log; a shorter log is cut after 80 % of its time."""
    if dataset.start is None or dataset.end is None:
        raise ValueError(f"Shop {dataset.name!r} has no interactions to cut.")
    return cutoff_of(dataset.start, dataset.end)


def cutoff_of(start: pd.Timestamp, end: pd.Timestamp) -> pd.Timestamp:
    """The default cut-off of a log between two times."""
    cutoff = (end - pd.Timedelta(weeks=4)).normalize()
    return cutoff if cutoff > start else start + 0.8 * (end - start)


def content_hash(tables: Mapping[str, pd.DataFrame | None]) -> str:
    """sha256 (hex) over table and column names and values, in row order; the order of columns, the index and
    the Parquet bytes do not matter."""
    digest = hashlib.sha256()
    for table, frame in sorted(tables.items()):
        if frame is None:
            continue
        for column in sorted(frame.columns):
            digest.update(f"{table}.{column}:{len(frame)};".encode())
            values = frame[column].reset_index(drop=True)
            digest.update(pd.util.hash_pandas_object(values, index=False).to_numpy().astype("<u8").tobytes())
    return digest.hexdigest()


def _utc(moment: str | datetime | pd.Timestamp) -> pd.Timestamp:
    stamp = pd.Timestamp(moment)
    return stamp.tz_convert(None) if stamp.tzinfo else stamp


def _row_at(log: pd.DataFrame, moment: pd.Timestamp) -> int:
    """The first row of a sorted log at or after a time."""
    return int(log["timestamp"].searchsorted(moment, side="left"))
