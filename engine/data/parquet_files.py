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

from engine.data.columns import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, roomy
from engine.data.csv_files import check_header, empty, too_big
from engine.data.findings import Table
from engine.data.problems import InputError, Problem

BATCH = 65_536
MEMORY = 3 << 30  # bytes of address space for the program that unfolds; libraries take 0.3 GB of it
PROGRAM = Path(__file__).with_name("unfold.py")
WORDS = {
    "unfolds": ("The file unfolds to too much", "Write it again in smaller row groups and pages, or as CSV"),
    "broken_parquet": ("The Parquet file cannot be read", "Write it again with UTF-8 text columns"),
    "nested_column": ("A nested or unknown type", "Write one text, number or time a cell"),
    "cell_too_long": (f"More than {MAX_CELL:,} characters", "Shorten the cell, or close an open quote"),
}


def read_parquet(path: Path, progress: Callable[[int], None], first: int = 0) -> Table:
    """The cells of a Parquet file as text; `lines` are row numbers from 1. first: stop soon after so many rows.

    Always in another process, whatever the file's size: small files unfold to much, and a damaged one can crash the
    reader. That costs about half a second. Raises InputError where the file is broken, nested, empty or too large;
    what `progress` raises stops the reading.
    """
    with tempfile.TemporaryDirectory(prefix="evenshelf-") as folder:
        target = Path(folder) / "cells.arrow"
        floats = _unfold(path, target, progress, first)
        with pa.OSFile(str(target)) as source:
            table = pa.ipc.open_file(source).read_all()
        if not table.num_rows:
            raise empty(path.name)
        cells: pd.DataFrame = table.to_pandas()
    return Table(path.name, cells, np.arange(1, len(cells) + 1), floats)


def _unfold(path: Path, target: Path, progress: Callable[[int], None], first: int) -> frozenset[str]:
    limits = {
        "memory": MEMORY, "batch": BATCH, "rows": MAX_ROWS, "bytes": roomy(MAX_BYTES), "cell": MAX_CELL,
        "columns": MAX_COLUMNS, "first": first,
    }  # fmt: skip
    # one allocator without reserves of its own, so that the limit means what it says
    environment = os.environ | {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1"}
    environment |= {"OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-P", str(PROGRAM), str(path), str(target), json.dumps(limits)]
    size = path.stat().st_size
    last: dict[str, Any] = {}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as child:  # fmt: skip
        try:
            assert child.stdout is not None
            for line in child.stdout:
                last = json.loads(line)
                if "names" in last:
                    check_header(path.name, last["names"])
                if "rows" in last:
                    progress(size * last["rows"] // max(last["of"], last["rows"], 1))
        except BaseException:
            child.kill()
            raise
    if "floats" in last:
        return frozenset(last["floats"])
    # no last word: it was stopped for its memory, or it crashed
    raise _refusal(path.name, last.get("refused") or [{"kind": _ended(child.returncode)}])


def _ended(status: int) -> str:
    return "unfolds" if status in (-6, -9, 1) else "broken_parquet"  # aborted, killed, or no memory to speak


def _refusal(file: str, found: list[dict[str, Any]]) -> InputError:
    if found[0]["kind"] == "too_big":
        return too_big(file, found[0]["line"])
    problems = []
    for each in found:
        kind, details = each["kind"], {"most": f"{MAX_CELL:,}"}
        place = each.get("line"), each.get("column"), each.get("value")
        problems.append(Problem(file, *place, *WORDS[kind], kind, details))
    return InputError(problems)
