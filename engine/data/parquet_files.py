"""Parquet as text, by batches, trusting no footer: what is decoded is counted."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from engine.data.columns import MAX_BYTES, MAX_CELL, MAX_ROWS
from engine.data.csv_files import check_header
from engine.data.findings import Table
from engine.data.problems import InputError, Problem, refuse

BATCH = 65_536
INDEX = re.compile(r"__index_level_\d+__")  # pandas' row labels, no column of the shop


def read_parquet(path: Path, progress: Callable[[int], None]) -> Table:
    """The cells of a Parquet file as text; `lines` are row numbers from 1.

    Raises InputError where the file is broken, nested, empty or absurdly large.
    """
    try:
        return _read(path, progress)
    except (pa.ArrowException, OSError):
        problem, fix = "The Parquet file cannot be read", "Write it again with UTF-8 text columns"
        raise refuse(path.name, "broken_parquet", problem, fix) from None


def _read(path: Path, progress: Callable[[int], None]) -> Table:
    schema = pq.read_schema(path)
    fields = [field for field in schema if not INDEX.fullmatch(field.name)]
    names = [field.name for field in fields]
    check_header(path.name, names)
    _check_types(path.name, fields)
    texts = [field.name for field in fields if _is_text(field.type)]
    chunks, rows, size = [], 0, 0
    # dictionaries stay undecoded: a bomb repeats one long cell, and is measured before it is unfolded
    with pq.ParquetFile(path, read_dictionary=texts) as file:
        for batch in file.iter_batches(BATCH, columns=names):
            size += sum(_measured(path.name, name, batch.column(name), rows) for name in texts)
            rows += batch.num_rows
            if rows > MAX_ROWS or size > MAX_BYTES:
                fix = "Split the log into shorter periods"
                raise refuse(path.name, "too_big", "The file unfolds to too many rows or bytes", fix, line=rows)
            chunks.append(pa.table([_text(batch.column(name)) for name in names], names))
            progress(path.stat().st_size * rows // max(file.metadata.num_rows, rows))
    if not rows:
        raise refuse(path.name, "empty_file", "The file has no row", "Export it again")
    cells: pd.DataFrame = pa.concat_tables(chunks).to_pandas()
    floats = frozenset(field.name for field in fields if pa.types.is_floating(field.type))
    return Table(path.name, cells, np.arange(1, rows + 1), floats)


def _check_types(file: str, fields: list[pa.Field]) -> None:
    plain = (
        _is_text,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_decimal,
        pa.types.is_boolean,
        pa.types.is_date,
        pa.types.is_timestamp,
        pa.types.is_null,
    )
    fix = "Write one text, number or time a cell"
    wrong = [
        Problem(file, None, field.name, str(field.type)[:80], "A nested or unknown type", fix, "nested_column")
        for field in fields
        if not any(test(field.type) for test in plain)
    ]
    if wrong:
        raise InputError(wrong)


def _is_text(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner) or pa.types.is_string_view(inner))


def _measured(file: str, column: str, cells: pa.Array, before: int) -> int:
    """Bytes the column will unfold to. Raises InputError at a cell that is too long."""
    dictionary = pa.types.is_dictionary(cells.type)
    sizes = pc.binary_length(cells.dictionary if dictionary else cells)
    if dictionary:
        sizes = sizes.take(cells.indices)
    sizes = pc.fill_null(sizes, 0)
    if len(sizes) and pc.max(sizes).as_py() > MAX_CELL:
        row = before + int(np.argmax(sizes.to_numpy(zero_copy_only=False) > MAX_CELL)) + 1
        problem, fix = f"More than {MAX_CELL:,} bytes", "Shorten the cell"
        raise refuse(file, "cell_too_long", problem, fix, line=row, column=column)
    return int(pc.sum(sizes).as_py() or 0)


def _text(cells: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if pa.types.is_timestamp(cells.type) and cells.type.tz:
        cells = cells.cast(pa.timestamp(cells.type.unit))  # the same moment as UTC
    return pc.fill_null(cells.cast(pa.large_string()), "")
