"""What the cells of one table must fulfil, alone and against the catalogue."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from engine.data.intake import odd_dates
from engine.data.intake.choices import Choices
from engine.data.intake.questions import Question
from engine.data.reading.cells import EARLIEST, ISO_FIX, LATEST, RETURNED, coerce
from engine.data.reading.columns import LOGS, SCHEMAS, SINGLE_FILES, Column
from engine.data.reading.findings import Findings, LeftOut, Mask, Table


@dataclass
class _Sheet:
    """A table on its way from text to values; `bad` [n_rows] marks the rows that have a problem, `left_out` [n_rows]
    those that the user chose not to read."""

    table: Table
    findings: Findings
    empty_bad: bool = False
    columns: dict[str, pd.Series] = field(default_factory=dict)
    bad: Mask = field(init=False)
    left_out: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.bad = np.zeros(len(self.table.cells), dtype=bool)
        self.left_out = self.bad.copy()

    def take(self, column: Column) -> None:
        self.columns[column.name], flaws = coerce(
            self.table.cells[column.name], column, self.table.numbers.get(column.name), self.table.date_order
        )
        for flaw in flaws:
            if self.empty_bad and may_be_empty(column) and flaw.kind != RETURNED:
                self.empty(column.name, flaw.bad, flaw.kind, flaw.problem)
            else:
                self.flag(column.name, flaw.bad, flaw.kind, flaw.problem, flaw.fix)

    def empty(self, column: str, bad: Mask, kind: str, problem: str) -> None:
        """Treat cells as if nothing stood in them."""
        self.findings.empty(self.table, column, bad, kind, problem)
        cells = self.table.cells[column].mask(bad, "")
        self.table = replace(self.table, cells=self.table.cells.assign(**{column: cells}))
        self.columns[column] = self.columns[column].mask(bad)

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
        bad = self.bad & ~self.left_out
        if bad.any():
            file = self.table.file
            self.findings.dropped[file] = self.findings.dropped.get(file, 0) + int(bad.sum())
        return pd.DataFrame(self.columns)[~(self.bad | self.left_out)].reset_index(drop=True)


def may_be_empty(column: Column) -> bool:
    """Whether a cell of the column that cannot be read could be left empty instead: what a line means cannot."""
    return not column.required and column.kind != "event"


def check(
    kind: str, table: Table, findings: Findings, items: tuple[pd.Series, pd.Series], choices: Choices
) -> tuple[pd.DataFrame, list[Question]]:
    """The good rows of a table as values, and what there is to decide of them; problems go to `findings`.

    items: the item ids that other tables may name, and all that the items file names.
    """
    sheet = _Sheet(table, findings, choices.empty_bad)
    for column in _columns(kind, table):
        sheet.take(column)
    questions: list[Question] = []
    if kind in ("items", "users"):
        _unique(sheet, SCHEMAS[kind][f"{kind[:-1]}_id"].name)
    elif kind not in SINGLE_FILES:
        _known(sheet, *items)
    if kind in LOGS:
        _acts(sheet)
    if kind in LOGS or kind in SINGLE_FILES:
        _plausible_times(sheet)
        questions = _odd_dates(sheet, choices)
    if kind == "promotions" and {"starts_at", "ends_at"} <= set(table.cells):
        backwards = sheet.columns["ends_at"] < sheet.columns["starts_at"]
        sheet.flag("ends_at", backwards, "ends_before_start", "It ends before it starts", "Swap the dates")
    return sheet.frame(), questions


def _columns(kind: str, table: Table) -> list[Column]:
    known = [column for name, column in SCHEMAS[kind].items() if name in table.cells]
    blank = ["item_id"] if kind in LOGS else []  # an empty item is judged by its event
    if kind in SINGLE_FILES:
        blank.append("user_id")  # such lines count for what is popular
    known = [replace(column, required=False) if column.name in blank else column for column in known]
    if kind == "interactions":
        return known
    return known + [Column(name, "facet") for name in table.names if name not in SCHEMAS[kind]]


def _unique(sheet: _Sheet, column: str) -> None:
    ids = sheet.table.cells[column]
    again = np.asarray(ids.duplicated(), dtype=bool) & ~sheet.blank(column)
    fix = "Keep one row for each id"
    if column == "item_id":
        fix += ", or merge the rows of one id (--repeated-ids merge)"
    sheet.flag(column, again, "duplicate_id", "The id was used before", fix)


def _known(sheet: _Sheet, catalogue: pd.Series, listed: pd.Series) -> None:
    ids = sheet.table.cells["item_id"]
    unknown = ~np.asarray(ids.isin(catalogue), dtype=bool) & ~sheet.blank("item_id")
    lost = unknown & np.asarray(ids.isin(listed), dtype=bool)
    fix = "Add it to the items file, or remove the row"
    sheet.flag("item_id", unknown & ~lost, "unknown_item", "The item is not in the catalogue", fix)
    sheet.flag("item_id", lost, "dropped_item", "Its product is left out", "Mend the product's row in the items file")


def _acts(sheet: _Sheet) -> None:
    """Rules that join several cells of one interaction."""
    search, rate = sheet.equals("event", "search"), sheet.equals("event", "rate")
    lost = sheet.blank("item_id") & ~search
    sheet.flag("item_id", lost, "missing_value", "The cell is empty", "Fill it in")
    wordless = search & sheet.blank("query")
    sheet.flag("query", wordless, "missing_query", "A search without a query", "Fill in what was searched")
    mute = rate & sheet.blank("rating")
    sheet.flag("rating", mute, "missing_rating", "A rate event without a rating", "Fill in the rating")


def _plausible_times(sheet: _Sheet) -> None:
    times = sheet.columns["timestamp"]
    implausible = (times < EARLIEST) | (times >= LATEST)
    sheet.flag("timestamp", implausible, "implausible_date", "Before 1970 or after 2099", ISO_FIX)


def _odd_dates(sheet: _Sheet, choices: Choices) -> list[Question]:
    """Lines that lie years from all others; those whose date is a problem already are no part of it."""
    times = sheet.columns["timestamp"].mask(sheet.bad)
    odd = odd_dates.odd_dates(times)
    if choices.odd_dates == "drop" and odd.any():
        sheet.left_out |= odd
        sheet.findings.left_out.append(LeftOut(sheet.table.file, "timestamp", "odd_date", int(odd.sum())))
    return odd_dates.question(sheet.table, times, odd, choices)
