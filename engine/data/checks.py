"""What the cells of one table must fulfil, alone and against the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from engine.data.cells import EARLIEST, ISO_FIX, LATEST, coerce
from engine.data.columns import TABLES, Column
from engine.data.findings import Findings, Mask, Table


@dataclass
class _Sheet:
    """A table on its way from text to values; `bad` [n_rows] marks the rows that have a problem."""

    table: Table
    findings: Findings
    columns: dict[str, pd.Series] = field(default_factory=dict)
    bad: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.bad = np.zeros(len(self.table.cells), dtype=bool)

    def take(self, column: Column) -> None:
        self.columns[column.name], flaws = coerce(self.table.cells[column.name], column)
        for flaw in flaws:
            self.flag(column.name, flaw.bad, flaw.kind, flaw.problem, flaw.fix)

    def flag(self, column: str, bad: Mask | pd.Series, kind: str, problem: str, fix: str) -> None:
        rows = np.asarray(bad, dtype=bool)
        self.bad |= rows
        self.findings.cells(self.table, column, rows, kind, problem, fix)

    def blank(self, column: str) -> Mask:
        """Rows without a value in `column`; all of them where the table has no such column."""
        if column not in self.table.cells:
            return np.ones(len(self.bad), dtype=bool)
        return np.asarray(self.table.cells[column].str.strip() == "", dtype=bool)

    def equals(self, column: str, value: str) -> Mask:
        return np.asarray(self.columns[column] == value, dtype=bool)

    def frame(self) -> pd.DataFrame:
        """The good rows, the schema's columns first."""
        if self.bad.any():
            file = self.table.file
            self.findings.dropped[file] = self.findings.dropped.get(file, 0) + int(self.bad.sum())
        return pd.DataFrame(self.columns)[~self.bad].reset_index(drop=True)


def check(kind: str, table: Table, findings: Findings, catalogue: pd.Series, events: Mapping[str, str]) -> pd.DataFrame:
    """The good rows of a table as values; problems go to `findings`.

    catalogue: the item ids that other tables may name. events: {their event: our event}.
    """
    if kind == "interactions":
        table = _with_events(table, events)
    sheet = _Sheet(table, findings)
    for column in _columns(kind, table):
        sheet.take(column)
    if kind in ("items", "users"):
        _unique(sheet, TABLES[kind][f"{kind[:-1]}_id"].name)
    else:
        _known(sheet, catalogue)
    if kind == "interactions":
        _acts(sheet)
    if kind == "promotions" and {"starts_at", "ends_at"} <= set(table.cells):
        backwards = sheet.columns["ends_at"] < sheet.columns["starts_at"]
        sheet.flag("ends_at", backwards, "ends_before_start", "It ends before it starts", "Swap the dates")
    return sheet.frame()


def _columns(kind: str, table: Table) -> list[Column]:
    known = [column for name, column in TABLES[kind].items() if name in table.cells]
    if kind == "interactions":  # an empty item is judged by its event
        return [replace(column, required=False) if column.name == "item_id" else column for column in known]
    return known + [Column(name, "facet") for name in table.names if name not in TABLES[kind]]


def _with_events(table: Table, events: Mapping[str, str]) -> Table:
    cells = table.cells
    if "event" in cells:
        return replace(table, cells=cells.assign(event=cells["event"].replace(dict(events))))
    return replace(table, cells=cells.assign(event="rate" if "rating" in cells else "buy"))


def _unique(sheet: _Sheet, column: str) -> None:
    ids = sheet.table.cells[column]
    again = np.asarray(ids.duplicated(), dtype=bool) & ~sheet.blank(column)
    sheet.flag(column, again, "duplicate_id", "The id was used before", "Keep one row for each id")


def _known(sheet: _Sheet, catalogue: pd.Series) -> None:
    unknown = ~np.asarray(sheet.table.cells["item_id"].isin(catalogue), dtype=bool) & ~sheet.blank("item_id")
    fix = "Add it to the items file, or remove the row"
    sheet.flag("item_id", unknown, "unknown_item", "The item is not in the catalogue", fix)


def _acts(sheet: _Sheet) -> None:
    """Rules that join several cells of one interaction."""
    search, rate = sheet.equals("event", "search"), sheet.equals("event", "rate")
    lost = sheet.blank("item_id") & ~search
    sheet.flag("item_id", lost, "missing_value", "The cell is empty", "Fill it in")
    wordless = search & sheet.blank("query")
    sheet.flag("query", wordless, "missing_query", "A search without a query", "Fill in what was searched")
    mute = rate & sheet.blank("rating")
    sheet.flag("rating", mute, "missing_rating", "A rate event without a rating", "Fill in the rating")
    times = sheet.columns["timestamp"]
    odd = (times < EARLIEST) | (times >= LATEST)
    sheet.flag("timestamp", odd, "implausible_date", "Before 1970 or after 2099", ISO_FIX)
