"""Parquet to plain text columns, run as a program of its own under a memory limit (`parquet_files` starts it).

A few kilobytes of Parquet can unfold to tens of gigabytes while the footer claims little, and a damaged file can
crash the reader: neither may take the server with it. Alone with pyarrow, this starts in a third of a second.

argv: the Arrow file to write, then as JSON the files (parts of one table), the columns not to read, and the limits.
Lines of JSON on stdout: {"part"} as each begins, its {"names"}, {"rows", "of"} while it reads, then {"floats",
"starts", "left_out"} or {"refused": [...]}; no such line at the end means that it was stopped.
"""

import json
import re
import sys
from typing import Any

PIECE = 1 << 26  # bytes of text unfolded at once
INDEX = re.compile(r"__index_level_\d+__")  # pandas' row labels, no column of the shop


class Refused(Exception):  # noqa: N818  (an answer, no fault)
    """A refusal. found: {kind, and where known line, column, value} of each problem."""

    def __init__(self, found: list[dict[str, Any]]) -> None:
        super().__init__(found)
        self.found = found


def main(target: str, sources: list[str], left_out: list[str], limits: dict[str, int]) -> dict[str, Any]:
    """Write the text columns of `sources`, under each other, to `target`; the answer for the last line."""
    _fence(limits["memory"])
    import pyarrow as pa

    try:
        return _read(target, sources, left_out, limits)
    except Refused as refused:
        return {"refused": refused.found}
    except MemoryError:  # Arrow's own is one of these
        return {"refused": [{"kind": "unfolds"}]}
    except (pa.ArrowException, OSError):
        return {"refused": [{"kind": "broken_parquet"}]}


def _fence(memory: int) -> None:
    """No more address space than what is taken now and `memory` bytes; Windows has the counts below alone."""
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(target: str, sources: list[str], left_out: list[str], limits: dict[str, int]) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    names: list[str] = []
    floats: set[str] = set()
    of = 0
    for number, source in enumerate(sources):
        _tell({"part": number})
        with pq.ParquetFile(source, pre_buffer=False) as file:
            fields, of = _fields(file.schema_arrow, left_out), of + file.metadata.num_rows
        here = [field.name for field in fields]
        _tell({"names": here})
        if len(here) > limits["columns"] or len(set(here)) < len(here):
            return {"refused": []}  # the names alone are reason enough to refuse
        names = names or here
        if set(here) != set(names):
            odd = min(set(here) ^ set(names))
            raise Refused([{"kind": "parts_differ", "column": odd}])
        _check_types(fields)
        floats |= {field.name for field in fields if pa.types.is_floating(field.type)}
    out = pa.schema([(name, pa.large_string()) for name in names])
    packed = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    starts = []
    tally = {"rows": 0, "bytes": 0, "of": of}
    with pa.ipc.new_file(target, out, options=packed) as writer:
        for number, source in enumerate(sources):
            _tell({"part": number})
            starts.append(tally["rows"])
            _copy(source, names, writer, tally, limits)
            if 0 < limits["first"] <= tally["rows"]:
                break
    skipped = [name for name in left_out if name in pq.read_schema(sources[0]).names]
    return {"floats": sorted(floats), "starts": starts, "left_out": skipped}


def _fields(schema: Any, left_out: list[str]) -> list[Any]:
    return [field for field in schema if field.name not in left_out and not INDEX.fullmatch(field.name)]


def _copy(source: str, names: list[str], writer: Any, tally: dict[str, int], limits: dict[str, int]) -> None:
    """Write one part's cells as text. Refused where it is too much, or a cell is too long."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = pa.schema([(name, pa.large_string()) for name in names])
    schema, before = pq.read_schema(source), tally["rows"]
    texts = [name for name in names if _is_text(schema.field(name).type)]
    # dictionaries stay undecoded: a bomb repeats one long cell, and is measured before it is unfolded
    with pq.ParquetFile(source, read_dictionary=texts, pre_buffer=False) as file:
        for batch in file.iter_batches(limits["batch"], columns=names, use_threads=False):
            rows = tally["rows"] - before
            heavy = sum(_measured(name, batch.column(name), rows, limits["cell"]) for name in texts)
            tally["bytes"] += heavy + 8 * len(names) * batch.num_rows
            tally["rows"] += batch.num_rows
            if tally["rows"] > limits["rows"] or tally["bytes"] > limits["bytes"]:
                raise Refused([{"kind": "too_big", "line": tally["rows"] - before}])
            few = max(batch.num_rows * PIECE // max(heavy, PIECE), 1)  # rows that unfold to little at a time
            for first in range(0, batch.num_rows, few):
                piece = batch.slice(first, few)
                writer.write_batch(pa.record_batch([_text(piece.column(name)) for name in names], schema=out))
            _tell({"rows": tally["rows"], "of": tally["of"]})
            if 0 < limits["first"] <= tally["rows"]:
                return


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


def _measured(column: str, cells: Any, before: int, limit: int) -> int:
    """Bytes the column will unfold to. Refused at a cell that is too long."""
    import numpy as np
    import pyarrow.compute as pc
    from pyarrow import types

    dictionary = types.is_dictionary(cells.type)
    sizes = pc.binary_length(cells.dictionary if dictionary else cells)
    if dictionary:
        sizes = sizes.take(cells.indices)
    sizes = pc.fill_null(sizes, 0)
    if len(sizes) and pc.max(sizes).as_py() > limit:
        row = before + int(np.argmax(sizes.to_numpy(zero_copy_only=False) > limit)) + 1
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
    _tell(main(sys.argv[1], *json.loads(sys.argv[2])))
