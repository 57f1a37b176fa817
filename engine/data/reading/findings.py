"""Collects problems while files are read, and which rows they spoil."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.problems import LISTED, InputError, Problem
from engine.data.reading.date_forms import DateOrder
from engine.data.reading.number_forms import NumberForm

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Note:
    """Something that was taken for granted while a file was read; its words are `question.KIND`."""

    kind: str
    column: str | None = None
    details: Mapping[str, str | int] = field(default_factory=dict)
    line: int | None = None


@dataclass(frozen=True)
class Nested:
    """A column of lists or objects, which is not read; `line`, where it is known, of the first such cell."""

    form: str
    line: int | None = None


@dataclass(frozen=True)
class Table:
    """The text cells of one file: a missing cell is "". `lines` int64 [n_rows] says where each row starts;
    `floats` names the columns that were written as floating point; `left_out` those that were not read; `parts` names
    the files of a folder and the row (from 0) that each begins with; `nested` the columns that could not be read;
    `notes` what was taken for granted. `numbers` says how the numbers of a column are written, where they are not plain
    digits, and `date_order` in which order day, month and year are, where it is known."""

    file: str
    cells: pd.DataFrame
    lines: Numbers
    floats: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    parts: tuple[tuple[str, int], ...] = ()
    nested: Mapping[str, Nested] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    numbers: Mapping[str, NumberForm] = field(default_factory=dict)
    date_order: DateOrder | None = None

    @property
    def names(self) -> list[str]:
        return [str(name) for name in self.cells]

    def file_of(self, row: int) -> str:
        """The file that holds a row: the part, where the table is a folder of them."""
        return next((name for name, first in reversed(self.parts) if first <= row), self.file)


@dataclass
class Count:
    """How often one kind of problem stands in one column of one file, and the first lines of it."""

    file: str
    column: str | None
    kind: str
    number: int = 0
    lines: list[int] = field(default_factory=list)
    problem: str = ""  # what is wrong, in English


@dataclass(frozen=True)
class LeftOut:
    """Rows that are no problem and not read all the same, as the user chose. kind: "event", a line whose event `value`
    is mapped to ""; "odd_date"; "merged", a row that became part of another row of its id; and of orders, lines
    that are no purchases: "service", "not_bought", "no_quantity", "write_off", "free", "negative_price",
    "return_matched", "return_part", "return_unmatched", "cancelled"."""

    file: str
    column: str
    kind: str
    number: int
    value: str = ""


FIRST_LINES = 3


@dataclass
class Findings:
    """All problems found so far. `fatal` ones cannot be mended by dropping rows. emptied: cells that were emptied
    instead of being a problem. left_out: rows that were left out by choice."""

    problems: list[Problem] = field(default_factory=list)
    total: int = 0
    fatal: bool = False
    dropped: dict[str, int] = field(default_factory=dict)
    counts: dict[tuple[str, str | None, str], Count] = field(default_factory=dict)
    emptied: dict[tuple[str, str | None, str], Count] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def row(
        self,
        file: str,
        line: int,
        kind: str,
        problem: str,
        fix: str,
        value: str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """One row of a file that could not even be split into cells."""
        self._note([Problem(file, line, None, value, problem, fix, kind, details or {})], 1)
        _add(self.counts, Count(file, None, kind, 1, [line], problem))
        self.dropped[file] = self.dropped.get(file, 0) + 1

    def cells(self, table: Table, column: str, bad: Mask | pd.Series, kind: str, problem: str, fix: str) -> None:
        """The cells of `column` in the rows where `bad` [n_rows] holds."""
        rows = np.flatnonzero(np.asarray(bad, dtype=bool))
        listed = rows[: max(0, LISTED - len(self.problems))]
        values = table.cells[column].iloc[listed] if column in table.cells else [None] * len(listed)
        self._note(
            [
                Problem(table.file_of(row), int(table.lines[row]), column, value and value[:200], problem, fix, kind)
                for row, value in zip(listed, values, strict=True)
            ],
            len(rows),
        )
        if len(rows):
            lines = table.lines[rows[:FIRST_LINES]].tolist()
            _add(self.counts, Count(table.file, column, kind, len(rows), lines, problem))

    def empty(self, table: Table, column: str, bad: Mask, kind: str, problem: str) -> None:
        """Cells of `column` that are emptied in the rows where `bad` [n_rows] holds."""
        rows = np.flatnonzero(bad)
        _add(
            self.emptied, Count(table.file, column, kind, len(rows), table.lines[rows[:FIRST_LINES]].tolist(), problem)
        )

    def refused(self, error: InputError) -> None:
        """A whole file that cannot be used."""
        self._note(error.problems, error.total)
        for problem in error.problems:
            lines = [problem.line] if problem.line else []
            _add(self.counts, Count(problem.file, problem.column, problem.kind, 1, lines, problem.problem))
        self.fatal = True

    def _note(self, problems: list[Problem], total: int) -> None:
        self.problems += problems[: max(0, LISTED - len(self.problems))]
        self.total += total


def _add(counts: dict[tuple[str, str | None, str], Count], more: Count) -> None:
    count = counts.setdefault((more.file, more.column, more.kind), Count(more.file, more.column, more.kind))
    count.number += more.number
    count.lines += more.lines[: FIRST_LINES - len(count.lines)]
    count.problem = count.problem or more.problem
