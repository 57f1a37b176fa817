"""JSON as text cells: one flat object a line, or one array of flat objects. Read piece by piece, so that a file takes
little more memory than its table; numbers stay as they are written."""

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from engine.data.columns import MAX_BYTES, MAX_CELL, MAX_LINE, MAX_ROWS, roomy
from engine.data.findings import Findings, Table
from engine.data.forms import broken_gzip, open_file, unpacked
from engine.data.headers import check_header
from engine.data.json_text import parse_json
from engine.data.options import FileOptions
from engine.data.problems import InputError, refuse
from engine.data.text_lines import Lines, empty, too_big

CHUNK = 50_000
SPACES = re.compile(r"[ \t\r\n]*")
FLAT = "Write one object for each row, without lists or objects inside"
Row = dict[str, Any]


def read_json(
    path: Path,
    head: bytes,
    array: bool,
    options: FileOptions,
    findings: Findings,
    progress: Callable[[int], None],
    first: int = 0,
) -> Table:
    """The cells of a JSON file as text; a key that a row lacks, or null, is a missing cell.

    array: one array, whose `lines` are the numbers of its objects from 1; else an object a line. first: stop after so
    many rows. Lines that are no flat object go to `findings`. Raises InputError where the file as a whole is unusable.
    """
    with open_file(path) as raw:
        lines = Lines(unpacked(raw), head, path.name, options.encoding, findings)
        lines.named = True
        rows = _array(lines) if array else _lines(lines)
        try:
            return _Columns(lines.file, options.left_out).table(rows, first, lambda: progress(raw.tell()))
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise broken_gzip(path.name, lines.number + 1) from None


class _Columns:
    """Gathers rows into columns of text."""

    def __init__(self, file: str, left_out: frozenset[str]) -> None:
        self.file, self.left_out = file, left_out
        self.names: dict[str, None] = {}  # as they come, each once
        self.skipped: set[str] = set()
        self.floats: set[str] = set()

    def table(self, rows: Iterator[tuple[int, Row]], first: int, progress: Callable[[], None]) -> Table:
        chunks: list[dict[str, list[str]]] = []
        starts: list[int] = []
        chunk: list[dict[str, str]] = []
        for number, row in rows:
            chunk.append(self._texts(row, number))
            starts.append(number)
            if len(starts) > MAX_ROWS:
                raise too_big(self.file, number)
            if len(chunk) == CHUNK:
                chunks.append(self._columns(chunk))
                chunk = []
                progress()
            if len(starts) == first:
                break
        if chunk:
            chunks.append(self._columns(chunk))
        if not starts:
            raise empty(self.file)
        return Table(
            self.file,
            self._frame(chunks),
            np.array(starts, dtype=np.int64),
            frozenset(self.floats),
            frozenset(self.skipped),
        )

    def _texts(self, row: Row, number: int) -> dict[str, str]:
        texts = {}
        for name, value in row.items():
            if name.strip() in self.left_out:
                self.skipped.add(name.strip())
                continue
            if name not in self.names:
                self.names[name] = None
                check_header(self.file, [each.strip() for each in self.names], (), number)
            texts[name] = self._text(name, value, number)
        return texts

    def _text(self, name: str, value: Any, number: int) -> str:
        if isinstance(value, dict | list):
            problem, fix = "A nested or unknown type", "Write one text, number or time a cell"
            kind = "list" if isinstance(value, list) else "object"
            raise refuse(self.file, "nested_column", problem, fix, line=number, column=name, value=kind)
        if isinstance(value, _Float):
            self.floats.add(name.strip())
        text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        if len(text) > MAX_CELL:
            problem, fix = f"More than {MAX_CELL:,} characters", "Shorten the cell, or close an open quote"
            details = {"most": f"{MAX_CELL:,}"}
            raise refuse(self.file, "cell_too_long", problem, fix, line=number, column=name, details=details)
        return text

    def _columns(self, rows: list[dict[str, str]]) -> dict[str, list[str]]:
        return {name: [row.get(name, "") for row in rows] for name in self.names}

    def _frame(self, chunks: list[dict[str, list[str]]]) -> pd.DataFrame:
        """The chunks under each other; a column that came late is missing above."""
        parts = []
        for columns in chunks:
            missing = [""] * max(map(len, columns.values()), default=0)
            arrays = [pa.array(columns.get(name, missing), pa.string()) for name in self.names]
            parts.append(pa.table(arrays, [name.strip() for name in self.names]))
        cells: pd.DataFrame = pa.concat_tables(parts).to_pandas()
        return cells


class _Float(str):
    """A number with a point or an exponent, as it is written."""

    __slots__ = ()


class _DuplicateNameError(ValueError):
    """A name that stands twice in one object."""


def _pairs(pairs: list[tuple[str, Any]]) -> Row:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _DuplicateNameError("one name stands twice in it")
    return found


KINDS: dict[str, Any] = {
    "parse_int": str, "parse_float": _Float, "parse_constant": str, "object_pairs_hook": _pairs,
}  # fmt: skip


def _check_row(row: Any) -> None:
    """Raise ValueError unless it is an object of texts that UTF-8 can hold."""
    if not isinstance(row, dict):
        raise ValueError("no object")
    for text in (each for pair in row.items() for each in pair if isinstance(each, str)):
        if "\0" in text:
            raise ValueError("a text holds the character 0")
        if not text.isascii():
            text.encode("utf-8")


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, character {error.colno}"
    if isinstance(error, UnicodeError):
        return "half a character"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _lines(lines: Lines) -> Iterator[tuple[int, Row]]:
    for line in lines:
        if not line.strip():
            continue
        try:
            row = parse_json(line, **KINDS)
            _check_row(row)
        except ValueError as error:
            if lines.number == 1 and line.strip() == "{":
                problem = "One JSON object over several lines"
                raise refuse(lines.file, "json_shape", problem, FLAT, line=1) from None
            problem, details = f"Not a JSON object: {_why(error)}", {"why": _why(error)}
            lines.findings.row(lines.file, lines.number, "bad_json", problem, FLAT, line[:80].strip(), details)
            continue
        yield lines.number, row


def _array(lines: Lines) -> Iterator[tuple[int, Row]]:
    """The objects of an array, by their numbers from 1."""
    text, number = _Text(lines), 0
    text.next_char()
    text.at += 1  # the bracket by which the array was recognised
    try:
        while text.next_char() != "]":
            if number and text.next_char() != ",":
                raise ValueError("no comma after the object before" if text.next_char() else "the array is cut short")
            text.at += bool(number)
            row = text.value()
            _check_row(row)
            number += 1
            yield number, row
        text.at += 1
        if text.next_char():
            raise ValueError("more text after the array")
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        problem, details = f"Not a JSON object: {_why(error)}", {"why": _why(error)}
        value = text.text[text.at : text.at + 80]
        raise refuse(lines.file, "bad_json", problem, FLAT, line=number + 1, value=value, details=details) from None


class _Text:
    """The text of a file from `at` on, of which a further piece is read only when it is needed."""

    def __init__(self, lines: Lines) -> None:
        self.text, self.at = "", 0
        self._lines, self._most = lines, roomy(MAX_BYTES)
        self._bytes = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder(**KINDS)

    def next_char(self) -> str:
        """The next character that is no space, which `at` then points at; "" at the end."""
        while True:
            space = SPACES.match(self.text, self.at)
            self.at = space.end() if space else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._more():
                return ""

    def value(self) -> Any:
        """The next JSON value. Raises ValueError where there is none, or it is longer than 1 MiB."""
        while True:
            self.next_char()
            try:
                value, self.at = self._json.raw_decode(self.text, self.at)
                return value
            except (ValueError, RecursionError) as error:
                if isinstance(error, _DuplicateNameError) or len(self.text) - self.at > MAX_LINE or not self._more():
                    raise ValueError(_why(error)) from None

    def _more(self) -> bool:
        piece = self._lines.stream.read(MAX_LINE)
        self._lines.size += len(piece)
        if self._lines.size > self._most:
            raise too_big(self._lines.file, None)
        self.text, self.at = self.text[self.at :] + self._bytes.decode(piece, not piece), 0
        return bool(piece)
