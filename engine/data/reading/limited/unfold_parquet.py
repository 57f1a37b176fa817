"""Parquet to plain text columns, as a program of its own (`parquet_files` starts it).

Nested columns are left out and named. Binary columns are text where every cell is UTF-8, UUIDs where their type says
so or cells have 16 bytes, else hexadecimal digits.

Lines of JSON on stdout: {"part"} as each begins, its {"names"}, {"rows", "of"} while it reads, then {"floats",
"starts", "left_out", "nested", "hexadecimal", "done"} or {"refused": [...]}.
"""

import re
from typing import Any

from binary_cells import as_text, forms, has_dictionary, is_binary  # type: ignore[import-not-found]
from fence import Answer, Refused, answer, tell  # type: ignore[import-not-found]

PIECE = 1 << 26  # bytes of text unfolded at once
INDEX = re.compile(r"__index_level_\d+__")  # pandas' row labels, no column of the shop


def unfold(target: str, sources: list[str], left_out: list[str], limits: dict[str, int]) -> Answer:
    """Write the text columns of `sources`, under each other, to `target`; the answer for the last line."""
    import pyarrow as pa

    try:
        return _read(target, sources, left_out, limits)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError):
        raise Refused({"kind": "broken_parquet"}) from None


def _read(target: str, sources: list[str], left_out: list[str], limits: dict[str, int]) -> Answer:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    schema, of = _schema(sources, left_out, limits)
    binary = forms(sources, [field.name for field in schema if is_binary(field.type)], limits)
    nested = {field.name: str(field.type)[:80] for field in schema if not _is_plain(field.type, binary.get(field.name))}
    fields = [field for field in schema if field.name not in nested]
    names = [field.name for field in fields]
    out = pa.schema([(name, pa.large_string()) for name in names])
    packed = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    starts = []
    tally = {"rows": 0, "bytes": 0, "of": of}
    with pa.ipc.new_file(target, out, options=packed) as writer:
        for number, source in enumerate(sources):
            tell({"part": number})
            starts.append(tally["rows"])
            _copy(source, names, binary, writer, tally, limits)
            if 0 < limits["first"] <= tally["rows"]:
                break
    return {
        "floats": sorted(field.name for field in fields if pa.types.is_floating(field.type)), "starts": starts,
        "left_out": [name for name in left_out if name in pq.read_schema(sources[0]).names], "nested": nested,
        "hexadecimal": sorted(name for name, form in binary.items() if form == "hexadecimal"), "rows": tally["rows"],
    }  # fmt: skip


def _schema(sources: list[str], left_out: list[str], limits: dict[str, int]) -> tuple[list[Any], int]:
    """The fields of the table and its rows. A field that is nested, or floating point, in one part is so in all.

    Raises Refused where the parts have other columns, or names alone are reason enough (whoever listens says which).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields: dict[str, Any] = {}
    of = 0
    for number, source in enumerate(sources):
        tell({"part": number})
        with pq.ParquetFile(source, pre_buffer=False) as file:
            here, of = _fields(file.schema_arrow, left_out), of + file.metadata.num_rows
        names = [field.name for field in here]
        tell({"names": names})
        if len(here) > limits["columns"] or len(set(names)) < len(names):
            raise Refused()
        if fields and set(names) != set(fields):
            raise Refused({"kind": "parts_differ", "column": min(set(names) ^ set(fields))})
        for field in here:
            known = fields.setdefault(field.name, field)
            if _is_plain(known.type, "") and (not _is_plain(field.type, "") or pa.types.is_floating(field.type)):
                fields[field.name] = field
    return list(fields.values()), of


def _fields(schema: Any, left_out: list[str]) -> list[Any]:
    return [field for field in schema if field.name not in left_out and not INDEX.fullmatch(field.name)]


def _copy(
    source: str, names: list[str], binary: dict[str, str], writer: Any, tally: dict[str, int], limits: dict[str, int]
) -> None:
    """Write one part's cells as text. Refused where it is too much, or a cell is too long."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = pa.schema([(name, pa.large_string()) for name in names])
    schema, before = pq.read_schema(source), tally["rows"]
    texts = [name for name in names if name in binary or _is_text(schema.field(name).type)]
    # dictionaries stay undecoded: a bomb repeats one long cell, and is measured before it is unfolded
    packed = [name for name in texts if _is_text(schema.field(name).type) or has_dictionary(schema.field(name).type)]
    with pq.ParquetFile(source, read_dictionary=packed, pre_buffer=False) as file:
        for batch in file.iter_batches(limits["batch"], columns=names, use_threads=False):
            rows = tally["rows"] - before
            heavy = sum(_measured(name, batch.column(name), rows, limits["cell"]) for name in texts)
            tally["bytes"] += heavy + 8 * len(names) * batch.num_rows
            tally["rows"] += batch.num_rows
            if tally["rows"] > limits["rows"] or tally["bytes"] > limits["bytes"]:
                raise Refused({"kind": "too_big", "line": tally["rows"] - before})
            few = max(batch.num_rows * PIECE // max(heavy, PIECE), 1)  # rows that unfold to little at a time
            for first in range(0, batch.num_rows, few):
                piece = batch.slice(first, few)
                cells = [_text(piece.column(name), binary.get(name)) for name in names]
                writer.write_batch(pa.record_batch(cells, schema=out))
            tell({"rows": tally["rows"], "of": tally["of"]})
            if 0 < limits["first"] <= tally["rows"]:
                return


def _is_plain(kind: Any, binary: str | None) -> bool:
    """Whether the cells of a column can be written as text. binary: how those of a binary column are written."""
    from pyarrow import types

    if is_binary(kind):
        return binary != "nested"
    tests = (
        _is_text, types.is_integer, types.is_floating, types.is_decimal, types.is_boolean, types.is_date,
        types.is_timestamp, types.is_null,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    inner = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(inner) or types.is_large_string(inner) or types.is_string_view(inner))


def _measured(column: str, cells: Any, before: int, limit: int) -> int:
    """Bytes the column will unfold to. Refused at a cell that is too long."""
    import numpy as np
    import pyarrow.compute as pc
    from pyarrow import types

    dictionary = types.is_dictionary(cells.type)
    sizes = pc.binary_length(cells.dictionary if dictionary else getattr(cells, "storage", cells))
    if dictionary:
        sizes = sizes.take(cells.indices)
    sizes = pc.fill_null(sizes, 0)
    if len(sizes) and pc.max(sizes).as_py() > limit:
        row = before + int(np.argmax(sizes.to_numpy(zero_copy_only=False) > limit)) + 1
        raise Refused({"kind": "cell_too_long", "line": row, "column": column})
    return int(pc.sum(sizes).as_py() or 0)


def _text(cells: Any, binary: str | None) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if binary:
        return pc.fill_null(as_text(cells, binary), "")
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if pa.types.is_timestamp(cells.type) and cells.type.tz:
        cells = cells.cast(pa.timestamp(cells.type.unit))  # the same moment as UTC
    return pc.fill_null(cells.cast(pa.large_string()), "")


if __name__ == "__main__":
    answer(unfold)
