"""CSV as text, with the line of every row. Nothing is guessed: 007 stays 007."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from engine.data.problems import ReadProgress, refuse
from engine.data.reading import delimiters
from engine.data.reading.columns import MAX_CELL, MAX_ROWS
from engine.data.reading.encodings import decoded
from engine.data.reading.findings import Findings, Note, Table
from engine.data.reading.forms import open_file
from engine.data.reading.headers import check_header, find_header, given_header
from engine.data.reading.options import FileOptions
from engine.data.reading.text_lines import Lines, empty, too_big

CHUNK = 100_000
PEEK = 1 << 20  # bytes


def read_csv(
    path: Path, head: bytes, options: FileOptions, findings: Findings, progress: ReadProgress, first: int = 0
) -> Table:
    """The cells of a CSV file. Rows that cannot be split go to `findings`; `progress` hears the bytes and rows read.

    head: the file's first bytes. first: stop after so many rows, or the first MiB. Raises InputError where
    the file as a whole is unusable.
    """
    with open_file(path) as raw:
        lines = Lines(raw, head, path.name, options.encoding, findings)
        text = decoded(head, options.encoding)
        return _Reader(lines, text, options, first).table(lambda rows: progress(raw.tell(), rows))


class _Reader:
    """Reads the rows of one file."""

    def __init__(self, lines: Lines, start: str, options: FileOptions, first: int) -> None:
        self.lines, self.options, self.first = lines, options, first
        self.sampled = delimiters.sample(start)
        self.delimiter = self._delimiter(start)
        self.rows = csv.reader(lines, strict=True, delimiter=self.delimiter)
        self.notes: list[Note] = []

    def table(self, progress: Callable[[int], None]) -> Table:
        lines, left_out = self.lines, self.options.left_out
        header, counted = self._header()
        used = [at for at, name in enumerate(header) if name not in left_out and not (counted and at == 0)]
        names = [header[at] for at in used]
        chunks, starts = [], []
        for rows, firsts in self._chunks(len(header)):
            columns = list(zip(*rows, strict=True))
            chunks.append(pa.table([pa.array(columns[at], pa.string()) for at in used], names))
            starts.append(np.array(firsts, dtype=np.int64))
            if (read := sum(map(len, starts))) > MAX_ROWS:
                raise too_big(lines.file, firsts[-1])
            progress(read)
        if not chunks:
            raise empty(lines.file)
        cells: pd.DataFrame = pa.concat_tables(chunks).to_pandas()
        skipped = left_out & frozenset(header)
        return Table(lines.file, cells, np.concatenate(starts), left_out=skipped, notes=tuple(self.notes))

    def _delimiter(self, start: str) -> str:
        first = delimiters.first_line(start)
        named = delimiters.named(first)
        if not named:
            return delimiters.delimiter(self.lines.file, self.sampled)
        if named not in delimiters.DELIMITERS:
            raise delimiters.wrong(self.lines.file, named, first)
        next(self.lines, None)  # the line that names it
        return named

    def _header(self) -> tuple[list[str], bool]:
        """The names of the columns, and whether the first one only counts the rows."""
        lines, rows, counted = self.lines, delimiters.rows(self.sampled, self.delimiter), False
        if self.options.header is not None and rows:
            header, repeated = given_header(lines.file, self.options.header, rows)
            if repeated:
                self._first_row()
            check_header(lines.file, header, self.options.left_out)
        else:
            header = self._first_row()
            if rows:
                above, counted, self.notes = find_header(lines.file, rows, self.options.left_out, lines.first)
                for _ in range(above):
                    header = self._first_row()
            check_header(lines.file, header[counted:], self.options.left_out, lines.first)
        lines.named = True
        return header, counted

    def _first_row(self) -> list[str]:
        self.lines.first = 0
        try:
            for row in self.rows:
                if row:
                    return [name.strip() for name in row]
                self.lines.first = 0
        except csv.Error:
            problem, fix = "The header cannot be read", "Check its quotes"
            raise refuse(self.lines.file, "bad_header", problem, fix, line=self.lines.first) from None
        raise empty(self.lines.file)

    def _chunks(self, width: int) -> Iterator[tuple[list[list[str]], list[int]]]:
        lines, chunk = self.lines, self.first or CHUNK
        rows: list[list[str]] = []
        firsts: list[int] = []
        while (row := self._next()) is not None:
            if len(row) == width:
                rows.append(row)
                firsts.append(lines.first)
            elif row:
                self._note_width(row, width)
            looked = self.first and (len(rows) == self.first or lines.size > PEEK)
            if len(rows) == chunk or (looked and rows):
                yield rows, firsts
                rows, firsts = [], []
            if looked:
                break
        if rows:
            yield rows, firsts

    def _note_width(self, row: list[str], width: int) -> None:
        problem, fix = f"{len(row)} fields instead of {width}", "Quote cells that contain the delimiter"
        details = {"n": str(len(row)), "width": str(width)}
        value = self.delimiter.join(row)[:80]
        self.lines.findings.row(self.lines.file, self.lines.first, "field_count", problem, fix, value, details)

    def _next(self) -> list[str] | None:
        """The next row; [] for one that is blank or was noted as unreadable; None at the end."""
        lines = self.lines
        lines.first = 0
        try:
            return next(self.rows, None)
        except csv.Error as error:
            if "field limit" in str(error):  # the csv module tells this from broken quotes by its words alone
                fix = "Shorten the cell, or close an open quote"
                problem, details = f"More than {MAX_CELL:,} characters", {"most": f"{MAX_CELL:,}"}
                lines.findings.row(lines.file, lines.first, "cell_too_long", problem, fix, details=details)
            else:
                problem = "The quotes or line ends do not match"
                fix = 'Close every quote, write one within a cell as "", end lines with a line feed'
                lines.findings.row(lines.file, lines.first, "bad_quotes", problem, fix)
            return []
