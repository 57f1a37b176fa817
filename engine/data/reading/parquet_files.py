"""Parquet as text, trusting no footer: a program of its own unfolds it under a memory limit (`limited`)."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from engine.data.problems import ReadProgress
from engine.data.reading.columns import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, roomy
from engine.data.reading.findings import Nested, Note, Table
from engine.data.reading.headers import check_header, nested_note
from engine.data.reading.limited_process import UNFOLDS, Answer, refusal, run_limited
from engine.data.reading.text_lines import empty

BATCH = 65_536
MEMORY = 3 << 30  # bytes of address space for the program that unfolds; libraries take 0.3 GB of it
WORDS = {
    "unfolds": UNFOLDS,
    "broken_parquet": ("The Parquet file cannot be read", "Write it again with UTF-8 text columns"),
    "cell_too_long": (f"More than {MAX_CELL:,} characters", "Shorten the cell, or close an open quote"),
    "parts_differ": ("Not every part of the folder has this column", "Give a folder whose parts have the same columns"),
}


def read_parquet(
    paths: list[Path],
    name: str,
    left_out: frozenset[str],
    progress: ReadProgress,
    first: int = 0,
) -> Table:
    """The cells of Parquet files as text, one under the other; `lines` are row numbers from 1 in each.

    name: what problems call the whole. left_out: columns that are neither read nor judged. first: stop soon after so
    many rows. Always in another process, whatever the files' size: small files unfold to much, and a damaged one can
    crash the reader. That costs about half a second. Raises InputError where a file is broken, empty or too
    large; what `progress` raises stops the reading.
    """
    with tempfile.TemporaryDirectory(prefix="evenshelf-") as folder:
        target = Path(folder) / "cells.arrow"
        files = [name if len(paths) == 1 else f"{name}/{path.name}" for path in paths]
        unfolded = _unfold(paths, files, target, left_out, progress, first)
        with pa.OSFile(str(target)) as source:
            table = pa.ipc.open_file(source).read_all()
        if not table.num_rows:
            raise empty(name)
        cells: pd.DataFrame = table.to_pandas()
    starts = np.array(unfolded["starts"], dtype=np.int64)
    rows = np.arange(len(cells), dtype=np.int64)
    lines = rows - starts[np.searchsorted(starts, rows, side="right") - 1] + 1
    parts = tuple(zip(files, unfolded["starts"], strict=False)) if len(paths) > 1 else ()
    nested = {column: Nested(form) for column, form in unfolded["nested"].items()}
    return Table(
        name, cells, lines, frozenset(unfolded["floats"]), frozenset(unfolded["left_out"]), parts, nested,
        nested_note(nested) + _hexadecimal(unfolded["hexadecimal"]),
    )  # fmt: skip


def _unfold(
    paths: list[Path],
    files: list[str],
    target: Path,
    left_out: frozenset[str],
    progress: ReadProgress,
    first: int,
) -> Answer:
    limits = {
        "memory": MEMORY, "batch": BATCH, "rows": MAX_ROWS, "bytes": roomy(MAX_BYTES), "cell": MAX_CELL,
        "columns": MAX_COLUMNS, "first": first,
    }  # fmt: skip
    question = {
        "target": str(target), "sources": [str(path) for path in paths], "left_out": sorted(left_out), "limits": limits,
    }  # fmt: skip
    size = sum(path.stat().st_size for path in paths)
    at = 0

    def hear(words: Answer) -> None:
        nonlocal at
        at = words.get("part", at)
        if "names" in words:
            check_header(files[at], words["names"])
        if "of" in words:
            progress(size * words["rows"] // max(words["of"], words["rows"], 1), words["rows"])

    answer = run_limited("unfold_parquet", question, hear, "broken_parquet")
    if "refused" in answer:
        raise refusal(files[at], answer["refused"], WORDS)
    return answer


def _hexadecimal(names: list[str]) -> tuple[Note, ...]:
    return (Note("hexadecimal", None, {"n": len(names), "names": ", ".join(names)}),) if names else ()
