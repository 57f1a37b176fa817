"""Collects problems while files are read, and which rows they spoil."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.problems import LISTED, InputError, Problem

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Table:
    """The text cells of one file: a missing cell is "". `lines` int64 [n_rows] says where each row starts;
    `floats` names the columns that were written as floating point; `left_out` those that were not read; `parts` names
    the files of a folder and the row (from 0) that each begins with."""

    file: str
    cells: pd.DataFrame
    lines: Numbers
    floats: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    parts: tuple[tuple[str, int], ...] = ()

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


FIRST_LINES = 3


@dataclass
class Findings:
    """All problems found so far. `fatal` ones cannot be mended by dropping rows."""

    problems: list[Problem] = field(default_factory=list)
    total: int = 0
    fatal: bool = False
    dropped: dict[str, int] = field(default_factory=dict)
    counts: dict[tuple[str, str | None, str], Count] = field(default_factory=dict)

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
        self._count(file, None, kind, 1, [line])
        self.dropped[file] = self.dropped.get(file, 0) + 1

    def cells(self, table: Table, column: str, bad: Mask | pd.Series, kind: str, problem: str, fix: str) -> None:
        """The cells of `column` in the rows where `bad` [n_rows] holds."""
        rows = np.flatnonzero(np.asarray(bad, dtype=bool))
        listed = rows[: max(0, LISTED - len(self.problems))]
        found = table.cells[column].iloc[listed] if column in table.cells else [None] * len(listed)
        self._note(
            [
                Problem(table.file_of(row), int(table.lines[row]), column, value and value[:200], problem, fix, kind)
                for row, value in zip(listed, found, strict=True)
            ],
            len(rows),
        )
        if len(rows):
            self._count(table.file, column, kind, len(rows), table.lines[rows[:FIRST_LINES]].tolist())

    def refused(self, error: InputError) -> None:
        """A whole file that cannot be used."""
        self._note(error.problems, error.total)
        for problem in error.problems:
            self._count(problem.file, problem.column, problem.kind, 1, [problem.line] if problem.line else [])
        self.fatal = True

    def settle(self, drop_bad: bool) -> None:
        """Raise InputError if anything stands in the way of the load."""
        if self.fatal or (self.problems and not drop_bad):
            raise InputError(self.problems, self.total)

    def _note(self, problems: list[Problem], total: int) -> None:
        self.problems += problems[: max(0, LISTED - len(self.problems))]
        self.total += total

    def _count(self, file: str, column: str | None, kind: str, number: int, lines: list[int]) -> None:
        count = self.counts.setdefault((file, column, kind), Count(file, column, kind))
        count.number += number
        count.lines += lines[: FIRST_LINES - len(count.lines)]
