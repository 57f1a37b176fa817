"""Binary columns of Parquet files as text: programs write ids so that are words, UUIDs or digests."""

import uuid
from collections.abc import Iterator
from typing import Any

UUID_BYTES = 16


def is_binary(kind: Any) -> bool:
    """Whether a type, or the values of a dictionary, are bytes; a UUID is stored as 16 of them."""
    from pyarrow import types

    inner = kind.value_type if types.is_dictionary(kind) else getattr(kind, "storage_type", kind)
    tests = (types.is_binary, types.is_large_binary, types.is_fixed_size_binary, types.is_binary_view)
    return any(test(inner) for test in tests)


def forms(sources: list[str], names: list[str], limits: dict[str, int]) -> dict[str, str]:
    """How the cells of binary columns are written: "text", "uuid", "hexadecimal", or "nested" where one is too long."""
    found: dict[str, str] = {}
    for name in names:
        chosen = {_form(values, limits["cell"]) for values in _distinct(sources, name, limits["batch"])} or {"text"}
        order = ("nested", "hexadecimal", "uuid", "text")
        found[name] = next(form for form in order if form in chosen)
        if chosen == {"uuid", "text"}:  # words of any length, 16 bytes in some rows by chance
            found[name] = "hexadecimal"
    return found


def _distinct(sources: list[str], name: str, batch: int) -> Iterator[Any]:
    """The distinct values of a column, in pieces; dictionaries stay undecoded, as bombs repeat cells."""
    import pyarrow.parquet as pq

    for source in sources:
        fixed = not has_dictionary(pq.read_schema(source).field(name).type)
        with pq.ParquetFile(source, read_dictionary=[] if fixed else [name], pre_buffer=False) as file:
            for piece in file.iter_batches(batch, columns=[name], use_threads=False):
                yield _values(piece.column(name))


def has_dictionary(kind: Any) -> bool:
    """Whether Parquet can give the cells of a binary column as a dictionary; those of one length it cannot."""
    from pyarrow import types

    return bool(types.is_binary(kind) or types.is_large_binary(kind))


def _values(cells: Any) -> Any:
    from pyarrow import types

    return cells.dictionary if types.is_dictionary(cells.type) else getattr(cells, "storage", cells)


def _form(values: Any, longest: int) -> str:
    """How one piece of a column could be written."""
    import pyarrow as pa
    import pyarrow.compute as pc

    sizes = pc.drop_null(pc.binary_length(values))
    if not len(sizes):
        return "text"
    if pc.max(sizes).as_py() > longest:
        return "nested"
    if pa.types.is_fixed_size_binary(values.type):
        return "uuid" if values.type.byte_width == UUID_BYTES else "hexadecimal"
    try:
        values.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        return "uuid" if pc.min_max(sizes).as_py() == {"min": UUID_BYTES, "max": UUID_BYTES} else "hexadecimal"
    return "text"


def as_text(cells: Any, form: str) -> Any:
    """Binary cells as large_string; a missing one stays missing."""
    import pyarrow as pa

    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    cells = getattr(cells, "storage", cells).cast(pa.large_binary())
    if form == "text":
        return cells.cast(pa.large_string())
    written = [None if cell is None else _written(cell, form) for cell in cells.to_pylist()]
    return pa.array(written, pa.large_string())


def _written(cell: bytes, form: str) -> str:
    return str(uuid.UUID(bytes=cell)) if form == "uuid" else cell.hex()
