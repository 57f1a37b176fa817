"""Columns without a value in any row: they carry no information, so they are no columns of the shop."""

from collections.abc import Mapping
from dataclasses import replace

from engine.data.intake.questions import Question
from engine.data.reading.columns import SCHEMAS
from engine.data.reading.findings import Table


def without_empty(tables: Mapping[str, Table]) -> tuple[dict[str, Table], list[Question]]:
    """The tables without their optional columns that are blank in every row, and one note for each file that had some.

    An event column stays: what a line means is not optional where the file has a place for it.
    """
    trimmed, notes = {}, []
    for kind, table in tables.items():
        blank = [name for name in table.names if _optional(kind, name) and _blank(table, name)]
        trimmed[kind] = replace(table, cells=table.cells.drop(columns=blank)) if blank else table
        # further columns of a log are not read at all
        named = [name for name in blank if kind != "interactions" or name in SCHEMAS[kind]]
        if named:
            details: dict[str, str | int] = {"n": len(named), "names": ", ".join(named)}
            notes.append(Question("empty_columns", table.file, None, details))
    return trimmed, notes


def _optional(kind: str, name: str) -> bool:
    column = SCHEMAS[kind].get(name)
    return column is None or not (column.required or column.kind == "event")


def _blank(table: Table, name: str) -> bool:
    distinct = table.cells[name].drop_duplicates()
    return bool((distinct.str.strip() == "").all())
