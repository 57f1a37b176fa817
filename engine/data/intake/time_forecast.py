"""How long reading and checking a shop's files will take on this machine, and how much memory, before it starts.

Both grow with the size of the files. The seconds of a byte are those of taking lines of text apart, which is timed on a
small text, times what was measured once between that and the whole. `benchmarks/big_shop.py` measures runs beside it.
"""

import csv
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

LINE, LINES = "S12345,P1234,2024-05-06 07:08:09,buy", 20_000  # of the text that is timed
WHOLE = 60  # times as long: reading in a limited process, types, checks, and storing
STARTED = 3.0  # seconds until libraries are loaded
BASE, PER_BYTE = 450_000_000, 15  # bytes of memory: of an open process; for each byte of text
PACKED, UNPACKED = (".gz", ".zip", ".xlsx", ".parquet"), 6  # files that hold more text than bytes, and about how much


def text_bytes(paths: Iterable[Path]) -> int:
    """About how many bytes of text the files hold; a file that is not there holds none, a folder what is in it."""
    total = 0
    for path in paths:
        for file in path.rglob("*") if path.is_dir() else [path]:
            if file.is_file():
                total += file.stat().st_size * (UNPACKED if file.suffix.lower() in PACKED else 1)
    return total


@cache
def byte_seconds() -> float:
    """Seconds that a byte of lines takes to be taken apart here: the best of three timings, once in a process."""
    lines = [LINE] * LINES
    return min(_timed(lines) for _ in range(3)) / (LINES * (len(LINE) + 1))


def intake_seconds(n_bytes: int, seconds_of_byte: float) -> float:
    """About how many seconds reading, checking and storing so many bytes of text take."""
    return STARTED + WHOLE * n_bytes * seconds_of_byte


def intake_memory(n_bytes: int) -> int:
    """About how many bytes of memory that takes at its peak."""
    return BASE + PER_BYTE * n_bytes


def _timed(lines: list[str]) -> float:
    began = time.perf_counter()
    for _ in csv.reader(lines):
        pass
    return time.perf_counter() - began
