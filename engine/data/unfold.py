"""Parquet to plain text columns, run as a program of its own under a memory limit (`parquet_files` starts it).

A few kilobytes of Parquet can unfold to tens of gigabytes while the footer claims little, and a damaged file can
crash the reader: neither may take the server with it. Alone with pyarrow, this starts in a third of a second.

argv: the file, the Arrow file to write, and the limits as JSON. Lines of JSON on stdout: {"rows", "of"} while it
reads, then one of {"floats"}, {"refused": [...]}; no such line at the end means that it was stopped.
"""

import json
import re
import sys
from typing import Any

PIECE = 1 << 26  # bytes of text unfolded at once
INDEX = re.compile(r"__index_level_\d+__")  # pandas' row labels, no column of the shop


class Refused(Exception):  # noqa: N818  (an answer, no fault)
    """Says what is wrong: {kind, and where known line, column, value}."""


def main(source: str, target: str, limits: dict[str, int]) -> dict[str, Any]:
    """Write the text columns of `source` to `target`; the answer for the last line."""
    _fence(limits["memory"])
    import pyarrow as pa

    try:
        return {"floats": _read(source, target, limits)}
    except Refused as refused:
        return {"refused": refused.args[0]}
    except MemoryError:  # Arrow's own is one of these
        return {"refused": [{"kind": "unfolds"}]}
    except (pa.ArrowException, OSError):
        return {"refused": [{"kind": "broken_parquet"}]}


def _fence(memory: int) -> None:
    """No more address space than what is taken now and `memory` bytes."""
    try:
        import resource
    except ImportError:  # no POSIX: the counts below are the only limit
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(source: str, target: str, limits: dict[str, int]) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    schema = pq.read_schema(source)
    fields = [field for field in schema if not INDEX.fullmatch(field.name)]
    names = [field.name for field in fields]
    _tell({"names": names})
    if len(names) > limits["columns"] or len(set(names)) < len(names):
        return []  # the names alone are reason enough to refuse
    _check_types(fields)
    texts = [field.name for field in fields if _is_text(field.type)]
    rows = size = 0
    out = pa.schema([(name, pa.large_string()) for name in names])
    packed = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    # dictionaries stay undecoded: a bomb repeats one long cell, and is measured before it is unfolded
    with (
        pq.ParquetFile(source, read_dictionary=texts, pre_buffer=False) as file,
        pa.ipc.new_file(target, out, options=packed) as writer,
    ):
        for batch in file.iter_batches(limits["batch"], columns=names, use_threads=False):
            heavy = sum(_measured(name, batch.column(name), rows, limits["cell"]) for name in texts)
            size += heavy + 8 * len(names) * batch.num_rows
            rows += batch.num_rows
            if rows > limits["rows"] or size > limits["bytes"]:
                raise Refused([{"kind": "too_big", "line": rows}])
            few = max(batch.num_rows * PIECE // max(heavy, PIECE), 1)  # rows that unfold to little at a time
            for first in range(0, batch.num_rows, few):
                part = batch.slice(first, few)
                writer.write_batch(pa.record_batch([_text(part.column(name)) for name in names], schema=out))
            _tell({"rows": rows, "of": file.metadata.num_rows})
            if 0 < limits["first"] <= rows:
                break
    return [field.name for field in fields if pa.types.is_floating(field.type)]


def _check_types(fields: list[Any]) -> None:
    from pyarrow import types

    plain = (
        _is_text,
        types.is_integer,
        types.is_floating,
        types.is_decimal,
        types.is_boolean,
        types.is_date,
        types.is_timestamp,
        types.is_null,
    )
    wrong = [
        {"kind": "nested_column", "column": field.name, "value": str(field.type)[:80]}
        for field in fields
        if not any(test(field.type) for test in plain)
    ]
    if wrong:
        raise Refused(wrong)


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    inner = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(inner) or types.is_large_string(inner) or types.is_string_view(inner))


def _measured(column: str, cells: Any, before: int, most: int) -> int:
    """Bytes the column will unfold to. Refused at a cell that is too long."""
    import numpy as np
    import pyarrow.compute as pc
    from pyarrow import types

    dictionary = types.is_dictionary(cells.type)
    sizes = pc.binary_length(cells.dictionary if dictionary else cells)
    if dictionary:
        sizes = sizes.take(cells.indices)
    sizes = pc.fill_null(sizes, 0)
    if len(sizes) and pc.max(sizes).as_py() > most:
        row = before + int(np.argmax(sizes.to_numpy(zero_copy_only=False) > most)) + 1
        raise Refused([{"kind": "cell_too_long", "line": row, "column": column}])
    return int(pc.sum(sizes).as_py() or 0)


def _text(cells: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    if pa.types.is_timestamp(cells.type) and cells.type.tz:
        cells = cells.cast(pa.timestamp(cells.type.unit))  # the same moment as UTC
    return pc.fill_null(cells.cast(pa.large_string()), "")


def _tell(words: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _tell(main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))
