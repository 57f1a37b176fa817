"""Collects problems while files are read, and which rows they spoil."""

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
    `floats` names the columns that Parquet held as floating point."""

    file: str
    cells: pd.DataFrame
    lines: Numbers
    floats: frozenset[str] = frozenset()

    @property
    def names(self) -> list[str]:
        return [str(name) for name in self.cells]


@dataclass
class Findings:
    """All problems found so far. `fatal` ones cannot be mended by dropping rows."""

    problems: list[Problem] = field(default_factory=list)
    total: int = 0
    fatal: bool = False
    dropped: dict[str, int] = field(default_factory=dict)

    def row(self, file: str, line: int, kind: str, problem: str, fix: str, value: str | None = None) -> None:
        """One row of a file that could not even be split into cells."""
        self._note([Problem(file, line, None, value, problem, fix, kind)], 1)
        self.dropped[file] = self.dropped.get(file, 0) + 1

    def cells(self, table: Table, column: str, bad: Mask | pd.Series, kind: str, problem: str, fix: str) -> None:
        """The cells of `column` in the rows where `bad` [n_rows] holds."""
        rows = np.flatnonzero(np.asarray(bad, dtype=bool))
        listed = rows[: max(0, LISTED - len(self.problems))]
        found = table.cells[column].iloc[listed] if column in table.cells else [None] * len(listed)
        self._note(
            [
                Problem(table.file, int(table.lines[row]), column, value and value[:200], problem, fix, kind)
                for row, value in zip(listed, found, strict=True)
            ],
            len(rows),
        )

    def refused(self, error: InputError) -> None:
        """A whole file that cannot be used."""
        self._note(error.problems, error.total)
        self.fatal = True

    def settle(self, drop_bad: bool) -> None:
        """Raise InputError if anything stands in the way of the load."""
        if self.fatal or (self.problems and not drop_bad):
            raise InputError(self.problems, self.total)

    def _note(self, problems: list[Problem], total: int) -> None:
        self.problems += problems[: max(0, LISTED - len(self.problems))]
        self.total += total
