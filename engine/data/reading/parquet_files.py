"""Parquet as text, trusting no footer: a program of its own unfolds it under a memory limit (`unfold`)."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from engine.data.problems import InputError, Problem
from engine.data.reading.columns import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, roomy
from engine.data.reading.findings import Table
from engine.data.reading.headers import NESTED, check_header
from engine.data.reading.text_lines import empty, too_big

BATCH = 65_536
MEMORY = 3 << 30  # bytes of address space for the program that unfolds; libraries take 0.3 GB of it
PROGRAM = Path(__file__).with_name("unfold.py")
WORDS = {
    "unfolds": ("The file unfolds to too much", "Write it again in smaller row groups and pages, or as CSV"),
    "broken_parquet": ("The Parquet file cannot be read", "Write it again with UTF-8 text columns"),
    "nested_column": NESTED,
    "cell_too_long": (f"More than {MAX_CELL:,} characters", "Shorten the cell, or close an open quote"),
    "parts_differ": ("Not every part of the folder has this column", "Give a folder whose parts have the same columns"),
}


def read_parquet(
    paths: list[Path],
    name: str,
    left_out: frozenset[str],
    progress: Callable[[int], None],
    first: int = 0,
) -> Table:
    """The cells of Parquet files as text, one under the other; `lines` are row numbers from 1 in each.

    name: what problems call the whole. left_out: columns that are neither read nor judged. first: stop soon after so
    many rows. Always in another process, whatever the files' size: small files unfold to much, and a damaged one can
    crash the reader. That costs about half a second. Raises InputError where a file is broken, nested, empty or too
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
    return Table(name, cells, lines, frozenset(unfolded["floats"]), frozenset(unfolded["left_out"]), parts)


def _unfold(
    paths: list[Path],
    files: list[str],
    target: Path,
    left_out: frozenset[str],
    progress: Callable[[int], None],
    first: int,
) -> dict[str, Any]:
    limits = {
        "memory": MEMORY, "batch": BATCH, "rows": MAX_ROWS, "bytes": roomy(MAX_BYTES), "cell": MAX_CELL,
        "columns": MAX_COLUMNS, "first": first,
    }  # fmt: skip
    # one allocator without reserves of its own, so that the limit means what it says
    environment = os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1"}
    environment |= {"OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    question = json.dumps([[str(path) for path in paths], sorted(left_out), limits])
    command = [sys.executable, "-P", str(PROGRAM), str(target), question]
    size = sum(path.stat().st_size for path in paths)
    last: dict[str, Any] = {}
    at = 0
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as child:  # fmt: skip
        try:
            assert child.stdout is not None
            for line in child.stdout:
                last = json.loads(line)
                at = last.get("part", at)
                if "names" in last:
                    check_header(files[at], last["names"])
                if "rows" in last:
                    progress(size * last["rows"] // max(last["of"], last["rows"], 1))
        except BaseException:
            child.kill()
            raise
    if "floats" in last:
        return last
    # no last word: it was stopped for its memory, or it crashed
    raise _refusal(files[at], last.get("refused") or [{"kind": _ended(child.returncode)}])


def _ended(status: int) -> str:
    return "unfolds" if status in (-6, -9, 1) else "broken_parquet"  # aborted, killed, or no memory to speak


def _refusal(file: str, faults: list[dict[str, Any]]) -> InputError:
    if faults[0]["kind"] == "too_big":
        return too_big(file, faults[0]["line"])
    problems = []
    for fault in faults:
        kind, details = fault["kind"], {"most": f"{MAX_CELL:,}"}
        place = fault.get("line"), fault.get("column"), fault.get("value")
        problems.append(Problem(file, *place, *WORDS[kind], kind, details))
    return InputError(problems)
