"""CSV as text, plain or gzip, with the line of every row. Nothing is guessed: 007 stays 007."""

import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from io import BufferedIOBase, BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from engine.data.columns import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_LINE, MAX_ROWS, roomy
from engine.data.findings import Findings, Table
from engine.data.problems import InputError, refuse

CHUNK = 100_000
PEEK = 1 << 20  # bytes
BOM = b"\xef\xbb\xbf"


def read_csv(path: Path, findings: Findings, progress: Callable[[int], None]) -> Table:
    """The cells of a CSV file. Rows that cannot be split go to `findings`; `progress` hears the bytes read.

    Raises InputError where the file as a whole is unusable.
    """
    with path.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = gzip.GzipFile(fileobj=raw) if zipped else raw
        lines = _Lines(stream, path.name, findings)
        try:
            return _read(lines, findings, lambda: progress(raw.tell()))
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise _broken_gzip(path.name, lines.number + 1) from None


def peek_csv(path: Path, rows: int) -> Table:
    """The first rows of a CSV file, of its first MiB at most; rows that cannot be split are left out.

    Raises InputError where there is no header or no row.
    """
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            start = (gzip.GzipFile(fileobj=raw) if zipped else raw).read(PEEK)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise _broken_gzip(path.name, 1) from None
    whole = start if len(start) < PEEK else start[: start.rfind(b"\n") + 1]
    findings = Findings()
    try:
        table = _read(_Lines(BytesIO(whole), path.name, findings), findings, lambda: None)
    except InputError as refused:
        raise InputError([*findings.problems, *refused.problems]) from None  # first why no row could be read
    return Table(table.file, table.cells.iloc[:rows], table.lines[:rows])


def _broken_gzip(file: str, line: int) -> InputError:
    problem, fix = "The gzip archive is damaged or cut short", "Compress the file again"
    return refuse(file, "broken_gzip", problem, fix, line=line)


class _Lines:
    """The lines of a file as text, counted. A line that is no UTF-8 text is noted and left out."""

    def __init__(self, stream: BufferedIOBase, file: str, findings: Findings):
        self.stream, self.file, self.findings = stream, file, findings
        self.number = self.first = self.size = 0
        self.most = roomy(MAX_BYTES)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while line := self.stream.readline(MAX_LINE):
            self.number += 1
            self.first = self.first or self.number
            self.size += len(line)
            if len(line) == MAX_LINE and not line.endswith(b"\n"):
                fix = "Check the quotes and line ends; a line may have 1 MiB"
                raise refuse(self.file, "line_too_long", "The line is too long", fix, line=self.number)
            if self.size > self.most:
                raise too_big(self.file, self.number)
            if self.number == 1:
                line = line.removeprefix(BOM)
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError:
                text = "\0"
            if "\0" not in text:
                return text
            value = line[:80].decode("utf-8", "replace").strip()
            self.findings.row(self.file, self.number, "not_utf8", "Not UTF-8 text", "Save it as UTF-8", value)
        raise StopIteration


def _read(lines: _Lines, findings: Findings, progress: Callable[[], None]) -> Table:
    reader = csv.reader(lines, strict=True)
    header = _header(reader, lines)
    chunks, starts = [], []
    for rows, firsts in _chunks(reader, lines, len(header), findings):
        chunks.append(pa.table([pa.array(column, pa.string()) for column in zip(*rows, strict=True)], header))
        starts.append(np.array(firsts, dtype=np.int64))
        if sum(map(len, starts)) > MAX_ROWS:
            raise too_big(lines.file, firsts[-1])
        progress()
    if not chunks:
        raise empty(lines.file)
    cells: pd.DataFrame = pa.concat_tables(chunks).to_pandas()
    return Table(lines.file, cells, np.concatenate(starts))


def _header(reader: Iterator[list[str]], lines: _Lines) -> list[str]:
    try:
        header = [name.strip() for name in next(reader)]
    except StopIteration:
        raise empty(lines.file) from None
    except csv.Error:
        problem, fix = "The header cannot be read", "Check its quotes"
        raise refuse(lines.file, "bad_header", problem, fix, line=1) from None
    if len(header) == 1 and re.search(r"[;\t|]", header[0]):
        problem, fix = "The columns are not separated by commas", "Save it as CSV with commas"
        raise refuse(lines.file, "wrong_delimiter", problem, fix, line=1, value=header[0][:80])
    check_header(lines.file, header)
    return header


def empty(file: str) -> InputError:
    """The refusal of a file in which there is nothing to read."""
    return refuse(file, "empty_file", "The file has no readable row", "Export it again")


def too_big(file: str, line: int | None) -> InputError:
    """The refusal of a file that holds, or unfolds to, more than fits."""
    problem, fix = "The file holds more rows or text than fits", "Split it, or keep fewer columns"
    return refuse(file, "too_big", problem, fix, line=line)


def check_header(file: str, header: list[str]) -> None:
    """Raise InputError unless the columns are named, distinct and not absurdly many."""
    if len(header) > MAX_COLUMNS:
        problem, fix = f"{len(header):,} columns, more than {MAX_COLUMNS}", "Keep the columns of the schema"
        details = {"n": f"{len(header):,}", "most": str(MAX_COLUMNS)}
        raise refuse(file, "too_many_columns", problem, fix, line=1, details=details)
    for name in header:
        if not name:
            raise refuse(file, "unnamed_column", "A column has no name", "Name it or remove it", line=1)
        if header.count(name) > 1:
            fix = "Rename or remove one of them"
            raise refuse(file, "duplicate_column", "Two columns have one name", fix, line=1, column=name)


def _chunks(
    reader: Iterator[list[str]], lines: _Lines, width: int, findings: Findings
) -> Iterator[tuple[list[list[str]], list[int]]]:
    rows: list[list[str]] = []
    firsts: list[int] = []
    while (row := _next(reader, lines, findings)) is not None:
        if len(row) == width:
            rows.append(row)
            firsts.append(lines.first)
        elif row:
            problem, fix = f"{len(row)} fields instead of {width}", "Quote cells that contain commas"
            details = {"n": str(len(row)), "width": str(width)}
            findings.row(lines.file, lines.first, "field_count", problem, fix, ",".join(row)[:80], details)
        if len(rows) == CHUNK:
            yield rows, firsts
            rows, firsts = [], []
    if rows:
        yield rows, firsts


def _next(reader: Iterator[list[str]], lines: _Lines, findings: Findings) -> list[str] | None:
    """The next row; [] for one that is blank or was noted as unreadable; None at the end."""
    lines.first = 0
    try:
        return next(reader, None)
    except csv.Error as error:
        if "field limit" in str(error):
            fix = "Shorten the cell, or close an open quote"
            problem, details = f"More than {MAX_CELL:,} characters", {"most": f"{MAX_CELL:,}"}
            findings.row(lines.file, lines.first, "cell_too_long", problem, fix, details=details)
        else:
            problem = "The quotes or line ends do not match"
            fix = 'Close every quote, write one within a cell as "", end lines with a line feed'
            findings.row(lines.file, lines.first, "bad_quotes", problem, fix)
        return []
