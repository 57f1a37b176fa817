"""JSON as text cells: one flat object a line, or one array of flat objects. Read piece by piece, so that a file takes
little more memory than its table; numbers stay as they are written."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from engine.data.problems import ReadProgress, refuse
from engine.data.reading.columns import MAX_BYTES, MAX_CELL, MAX_ROWS, roomy
from engine.data.reading.findings import Findings, Nested, Table
from engine.data.reading.forms import open_file
from engine.data.reading.headers import NESTED, check_header, nested_note
from engine.data.reading.json_rows import Float, Row, array_rows, line_rows
from engine.data.reading.limited_process import RATIO, SPARED, UNFOLDS
from engine.data.reading.options import FileOptions
from engine.data.reading.text_lines import Lines, empty, too_big

CHUNK = 50_000


def read_json(
    path: Path,
    head: bytes,
    array: bool,
    options: FileOptions,
    findings: Findings,
    progress: ReadProgress,
    first: int = 0,
) -> Table:
    """The cells of a JSON file as text; a key that a row lacks, or null, is a missing cell.

    Columns of lists or objects are left out and named. array: one array, whose `lines` are the numbers of its objects
    from 1; else an object a line. first: stop after so many rows. Lines that are no flat object go to `findings`.
    Raises InputError where the file as a whole is unusable.
    """
    with open_file(path) as raw:
        lines = Lines(raw, head, path.name, options.encoding, findings)
        lines.named = True
        rows = array_rows(lines) if array else line_rows(lines)
        return _Columns(lines, options.left_out).table(rows, first, lambda read: progress(raw.tell(), read))


class _Columns:
    """Gathers rows into columns of text."""

    def __init__(self, lines: Lines, left_out: frozenset[str]) -> None:
        self.lines, self.file, self.left_out = lines, lines.file, left_out
        self.names: dict[str, None] = {}  # as they come, each once
        self.skipped: set[str] = set()
        self.nested: dict[str, Nested] = {}  # columns of which a cell is a list or an object
        self.floats: set[str] = set()
        self.size = 0

    def table(self, rows: Iterator[tuple[int, Row]], first: int, progress: Callable[[int], None]) -> Table:
        chunks: list[pa.Table] = []
        starts: list[int] = []
        chunk: list[dict[str, str]] = []
        limit = roomy(MAX_BYTES)
        for number, row in rows:
            chunk.append(self._texts(row, number))
            starts.append(number)
            self.size += sum(map(len, chunk[-1].values())) + 8 * len(self.names)  # `{}` takes a cell in every column
            if len(starts) > MAX_ROWS or self.size > limit:
                raise too_big(self.file, number)
            if self.size > max(
                SPARED, RATIO * self.lines.size
            ):  # `{}` again and again, beside one object of many names
                raise refuse(self.file, "unfolds", *UNFOLDS, line=number)
            if len(chunk) == CHUNK:
                chunks.append(self._columns(chunk))
                chunk = []
                progress(len(starts))
            if len(starts) == first:
                break
        if chunk:
            chunks.append(self._columns(chunk))
        if not starts:
            raise empty(self.file)
        if self.nested and not set(map(str.strip, self.names)) - set(self.nested):  # one object around the rows
            name, nested = next(iter(self.nested.items()))
            raise refuse(self.file, "nested_column", *NESTED, line=nested.line, column=name, value=nested.form)
        return Table(
            self.file,
            self._frame(chunks),
            np.array(starts, dtype=np.int64),
            frozenset(self.floats),
            frozenset(self.skipped),
            nested=self.nested,
            notes=nested_note(self.nested),
        )

    def _texts(self, row: Row, number: int) -> dict[str, str]:
        texts = {}
        for name, value in row.items():
            if name.strip() in self.left_out:
                self.skipped.add(name.strip())
                continue
            if name not in self.names:
                self.names[name] = None
                check_header(self.file, [header.strip() for header in self.names], (), number)
            texts[name] = self._text(name, value, number)
        return texts

    def _text(self, name: str, value: Any, number: int) -> str:
        if isinstance(value, dict | list):
            self.nested.setdefault(name.strip(), Nested("list" if isinstance(value, list) else "object", number))
            return ""
        if isinstance(value, Float):
            self.floats.add(name.strip())
        text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        if len(text) > MAX_CELL:
            problem, fix = f"More than {MAX_CELL:,} characters", "Shorten the cell, or close an open quote"
            details = {"most": f"{MAX_CELL:,}"}
            raise refuse(self.file, "cell_too_long", problem, fix, line=number, column=name, details=details)
        return text

    def _columns(self, rows: list[dict[str, str]]) -> pa.Table:
        return pa.table({name: pa.array([row.get(name, "") for row in rows], pa.string()) for name in self.names})

    def _frame(self, chunks: list[pa.Table]) -> pd.DataFrame:
        """The chunks under each other; a column that came late is missing above."""
        cells: pd.DataFrame = pa.concat_tables(chunks, promote_options="default").to_pandas()
        return cells.fillna("").rename(columns=str.strip).drop(columns=list(self.nested))
