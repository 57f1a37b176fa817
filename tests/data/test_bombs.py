"""Parquet that unfolds to far more than it says: refused in another process, while this one stays small."""

import gzip
import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data import Cancelled, InputError, peek, read_shop
from engine.data.problems import ReadProgress
from engine.data.reading import parquet_files
from engine.data.reading.findings import Table
from engine.data.reading.parquet_files import read_parquet
from tests.data.malformed import BOMB
from tests.data.workbooks import MAIN, packed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="memory is fenced by POSIX limits")


def kind(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        read_shop(path)
    return refused.value.problems[0].kind


def read(path: Path, progress: ReadProgress = lambda done, rows: None) -> Table:
    return read_parquet([path], path.name, frozenset(), progress)


def peak() -> int:
    """The most memory this process ever took, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def repeated(path: Path) -> None:
    """54 GB as one long cell that every row points at."""
    path.write_bytes(BOMB)


def one_page(path: Path) -> None:
    """2.4 GB as plain pages of one letter, which zstd packs a thousandfold."""
    cells = pa.array(["a" * 60_000] * 2_000)
    schema = pa.schema([("item_id", pa.string()), ("title", pa.string())])
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=False, data_page_size=1 << 31) as writer:
        for _ in range(10):
            writer.write_table(pa.table({"item_id": cells, "title": cells}, schema))


def nothing(path: Path) -> None:
    """1.6 GB of empty cells: 200 columns of nulls, which Parquet hardly stores at all."""
    empty = pa.nulls(500_000, pa.string())
    columns = {f"c{i}": empty for i in range(198)} | {"item_id": empty, "title": empty}
    schema = pa.schema([(name, pa.string()) for name in columns])
    with pq.ParquetWriter(path, schema) as writer:
        for _ in range(2):
            writer.write_table(pa.table(columns, schema))


@pytest.mark.parametrize(("make", "most"), [(repeated, 8 << 30), (one_page, 2 << 30), (nothing, 1 << 30)])
def test_a_bomb_is_refused_and_this_process_stays_small(  # type: ignore[no-untyped-def]
    make, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_files, "MAX_BYTES", most)
    make(tmp_path / "items.parquet")
    assert (tmp_path / "items.parquet").stat().st_size < 6_000_000
    before = peak()
    assert kind(tmp_path / "items.parquet") in ("unfolds", "too_big")
    assert peak() - before < 200_000_000


# reads a file as a server would, and says why it was refused and how much memory that took it and its programs, in kB
READER = """
import re, resource, sys
from pathlib import Path
from engine.data import InputError, read_shop
try:
    read_shop(sys.argv[1])
except InputError as refused:
    status = Path("/proc/self/status")  # ru_maxrss counts what the process that started this one held
    known = status.exists() and re.search(r"VmHWM:\\s*([0-9]+)", status.read_text())
    own = int(known[1]) if known else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(refused.problems[0].kind, own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
ROOT = Path(__file__).resolve().parents[2]


def gzip_of_zeros(path: Path) -> None:
    """2 GB of one short line, packed a thousandfold: members of a gzip file follow each other."""
    path.write_bytes(gzip.compress(b"item_id,title\n") + gzip.compress(b"1,aaaaaa\n" * 1_100_000) * 200)


def zip_that_lies(path: Path) -> None:
    """2 GB in a zip whose directory says that it is one byte."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("items.csv", "w", force_zip64=True) as out:
            for _ in range(200):
                out.write(b"1,aaaaaa\n" * 1_100_000)
        archive.getinfo("items.csv").file_size = 1


def workbook_of_zeros(path: Path) -> None:
    """A sheet of 1 GB of XML."""
    cells = "<c><v>1</v></c>" * 4
    rows = ("<row>" + cells + "</row>") * 100_000
    path.write_bytes(packed({"Sheet1": [f"<worksheet {MAIN}><sheetData>", *[rows] * 140, "</sheetData></worksheet>"]}))


def workbook_of_two_cells(path: Path) -> None:
    """Two cells at opposite corners of a sheet, with 17 billion between them."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path.write_bytes(packed({"Sheet1": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"}))


def workbook_of_one_text(path: Path) -> None:
    """One long text that 300,000 cells point at: 9 GB."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 300_001))
    text = f"<sst {MAIN}><si><t>{'a' * 30_000}</t></si></sst>"
    sheet = f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
    path.write_bytes(packed({"Sheet1": sheet}, texts=text))


def json_of_nothing(path: Path) -> None:
    """200 names in the first object, and three million objects without any: 5 GB of cells."""
    first = json.dumps({f"c{n}": "" for n in range(198)} | {"item_id": "1", "title": "a"})
    path.write_text(first + "\n" + "{}\n" * 3_000_000)


@pytest.mark.parametrize(
    "make",
    [gzip_of_zeros, zip_that_lies, workbook_of_zeros, workbook_of_two_cells, workbook_of_one_text, json_of_nothing],
)
def test_a_bomb_of_another_form_is_refused_and_nobody_grows(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "items")
    assert (tmp_path / "items").stat().st_size < 10_000_000
    answer = subprocess.run(
        [sys.executable, "-c", READER, str(tmp_path / "items")], env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    kinds, own, others = answer.stdout.split()
    assert kinds == ("broken_zip" if make is zip_that_lies else "unfolds")
    assert max(int(own), int(others)) < 1 << 20  # kB
    assert [path.name for path in tmp_path.iterdir()] == ["items"]


def test_bytes_are_counted_before_they_are_unfolded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_files, "MAX_BYTES", 10_000_000)
    pq.write_table(pa.table({"item_id": ["a" * 90_000] * 500, "title": ["t"] * 500}), tmp_path / "items.parquet")
    assert kind(tmp_path / "items.parquet") == "too_big"


def test_the_fence_is_what_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One page that is decoded as a whole, before anything can be counted."""
    cells = pa.array(["a" * 60_000] * 5_000)
    pq.write_table(
        pa.table({"item_id": cells, "title": cells}), tmp_path / "items.parquet", compression="zstd",
        use_dictionary=False, data_page_size=1 << 31,
    )  # fmt: skip
    monkeypatch.setattr(parquet_files, "MEMORY", 900_000_000)
    assert kind(tmp_path / "items.parquet") == "unfolds"
    monkeypatch.undo()
    assert len(read(tmp_path / "items.parquet").cells) == 5_000


def test_a_large_honest_file_passes(tmp_path: Path) -> None:
    rows = 300_000
    ids = [f"{n:07}" for n in range(rows)]
    frame = pd.DataFrame({"item_id": ids, "title": "A chair of oak", "price": np.arange(rows) / 8})
    frame.to_parquet(tmp_path / "items.parquet", row_group_size=70_000)
    table = read(tmp_path / "items.parquet")
    assert table.cells["item_id"].tolist() == ids
    assert table.cells["price"].iloc[[0, -1]].tolist() == ["0", "37499.875"]
    assert table.lines[[0, -1]].tolist() == [1, rows]
    assert len(peek(tmp_path / "items.parquet", 50).cells) < rows


def test_reading_stops_when_asked_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_files.tempfile, "tempdir", str(tmp_path))
    pd.DataFrame({"item_id": ["a"], "title": ["b"]}).to_parquet(tmp_path / "items.parquet")

    def stop(done: int, rows: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read(tmp_path / "items.parquet", stop)
    assert [path.name for path in tmp_path.iterdir()] == ["items.parquet"]
