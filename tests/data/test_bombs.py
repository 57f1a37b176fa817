"""Parquet that unfolds to far more than it says: refused in another process, while this one stays small."""

import resource
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data import Cancelled, InputError, peek, read_shop
from engine.data.reading import parquet_files
from engine.data.reading.findings import Table
from engine.data.reading.parquet_files import read_parquet
from tests.data.malformed import BOMB

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="memory is fenced by POSIX limits")


def kind(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        read_shop(path)
    return refused.value.problems[0].kind


def read(path: Path, progress: Callable[[int], None] = lambda done: None) -> Table:
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

    def stop(done: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read(tmp_path / "items.parquet", stop)
    assert [path.name for path in tmp_path.iterdir()] == ["items.parquet"]
