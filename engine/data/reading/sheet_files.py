"""One sheet of an Excel workbook as text cells: a program of its own unfolds it (`limited.unfold_sheet`)."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from engine.data.problems import ReadProgress
from engine.data.reading.columns import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from engine.data.reading.delimiters import SAMPLED, Row
from engine.data.reading.findings import Note, Table
from engine.data.reading.headers import check_header, find_header, given_header
from engine.data.reading.limited_process import UNFOLDS, Answer, refusal, run_limited, unfolding_limits
from engine.data.reading.options import FileOptions
from engine.data.reading.text_lines import empty

LEAST, MOST = 500 << 20, 3 << 30  # bytes of address space for the program that unfolds
FOLDS = 64  # times its packed size that an honest workbook takes in memory, beside the least
WORDS = {
    "unfolds": UNFOLDS,
    "broken_workbook": ("The workbook cannot be read", "Save it again as .xlsx, or the sheet as CSV"),
    "zip_locked": ("The file is locked with a password", "Save it without a password"),
    "several_sheets": ("Several sheets hold something: {names}", "Say which one to read (--sheet TABLE=NAME)"),
    "unknown_sheet": ("The workbook has no such sheet", "Name one of its sheets: {names}"),
    "cell_too_long": (f"More than {MAX_CELL:,} characters", "Shorten the cell"),
    "empty_file": ("The file has no readable row", "Export it again"),
}


def read_sheet(path: Path, options: FileOptions, progress: ReadProgress, first: int = 0) -> Table:
    """The cells of a workbook's sheet as text; `lines` are the sheet's row numbers, from 1. first: stop after so many
    rows.

    Raises InputError where the workbook is damaged, locked, empty or too large, or where it has several sheets and
    `options` do not say which.
    """
    with tempfile.TemporaryDirectory(prefix="evenshelf-") as folder:
        target = Path(folder) / "cells.arrow"
        unfolded = _unfold(path, target, options.sheet, progress, first)
        with pa.OSFile(str(target)) as source:
            cells: pd.DataFrame = pa.ipc.open_file(source).read_all().to_pandas()
    filled = cells[(cells != "").any(axis=1)]
    if filled.empty:
        raise empty(path.name)
    rows = [
        Row(int(at), list(row)) for at, row in zip(filled.index[:SAMPLED], filled.head(SAMPLED).to_numpy(), strict=True)
    ]
    header, skip, counted, notes = _header(path.name, rows, options)
    body = filled.iloc[skip:]
    if body.empty:
        raise empty(path.name)
    used = [
        at for at, name in enumerate(header)
        if name not in options.left_out and not (counted and at == 0) and (name or (body.iloc[:, at] != "").any())
    ]  # fmt: skip
    check_header(path.name, [header[at] for at in used], (), rows[max(skip - 1, 0)].line + 1)
    table = body.iloc[:, used].set_axis([header[at] for at in used], axis=1).reset_index(drop=True)
    floats = frozenset(header[at] for at in unfolded["floats"] if at in used)
    notes.append(Note("sheet_read", None, {"sheet": unfolded["sheet"], "n": len(unfolded["sheets"])}))
    if unfolded["errors"]:
        notes.append(Note("error_cells", None, {"n": unfolded["errors"], "count": f"{unfolded['errors']:,}"}))
    skipped = options.left_out & frozenset(header)
    return Table(path.name, table, body.index.to_numpy(np.int64) + 1, floats, skipped, notes=tuple(notes))


def _header(file: str, rows: list[Row], options: FileOptions) -> tuple[list[str], int, bool, list[Note]]:
    """The names of the columns, the filled rows above the data, whether the first column only counts, notes."""
    if options.header is not None:
        header, repeated = given_header(file, options.header, rows)
        return header, int(repeated), False, []
    row, counted, notes = find_header(file, rows, options.left_out, rows[0].line + 1)
    return [name.strip() for name in rows[row].cells], row + 1, counted, notes


def _unfold(path: Path, target: Path, sheet: str, progress: ReadProgress, first: int) -> Answer:
    size = path.stat().st_size
    limits = unfolding_limits(min(LEAST + FOLDS * size, MOST))
    limits |= {"rows": MAX_ROWS, "columns": MAX_COLUMNS, "cell": MAX_CELL, "first": first and first + SAMPLED}

    def hear(words: Answer) -> None:
        if "of" in words:
            progress(size * words["rows"] // max(words["of"], words["rows"], 1), words["rows"])

    question = {"source": str(path), "target": str(target), "sheet": sheet, "limits": limits}
    answer = run_limited("unfold_sheet", question, hear, "broken_workbook")
    if "refused" in answer:
        raise refusal(path.name, answer["refused"], WORDS)
    return answer
