"""A shop's own column names, translated to ours."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from engine.data.problems import InputError, Problem, refuse
from engine.data.reading.columns import EVENTS, SCHEMAS
from engine.data.reading.findings import Table
from engine.data.reading.json_text import parse_json

Names = Mapping[str, Mapping[str, str]]
EVENT_NAMES = "events"
LEAVE_OUT = ""  # a column, or the lines of an event, mapped to this are not read


def read_mapping(path: Path) -> Names:
    """A mapping file: `{"items": {"sku": "item_id", "note": ""}, "events": {"purchase": "buy"}}`; a column that is
    mapped to "" is left out, and so are the log lines of an event that is.

    Raises InputError where it is no such JSON.
    """
    try:
        mapping = parse_json(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        fix, line = "Write JSON with UTF-8 text", getattr(error, "lineno", None)
        value = error.strerror if isinstance(error, OSError) else str(error)
        raise refuse(path.name, "bad_mapping", "The mapping cannot be read", fix, line=line, value=value) from None
    check_mapping(mapping, path.name)
    return mapping  # type: ignore[no-any-return]


def check_mapping(mapping: object, file: str = "mapping") -> None:
    """Raise InputError unless it is {table: {their column: ours}} and, for `events`, {theirs: ours}; ours may be ""."""
    kinds = [*SCHEMAS, EVENT_NAMES]
    if not isinstance(mapping, Mapping):
        raise refuse(file, "bad_mapping", "The mapping is no JSON object", 'Write {"items": {"sku": "item_id"}}')
    for kind, names in mapping.items():
        if kind not in kinds or not isinstance(names, Mapping):
            problem, fix = "An unknown part of the mapping", f"Use {', '.join(kinds)}, each an object"
            raise refuse(file, "bad_mapping", problem, fix, value=str(kind))
        known = EVENTS if kind == EVENT_NAMES else list(SCHEMAS[kind])
        for theirs, ours in names.items():
            closed = kind in (EVENT_NAMES, "interactions")
            if ours == LEAVE_OUT:
                continue
            if not isinstance(ours, str) or not ours or (closed and ours not in known):
                problem, fix = f"{theirs!r} is mapped to an unknown name", f"Use one of {', '.join(known)}"
                raise refuse(file, "bad_mapping", problem, fix, column=kind, value=str(ours))


def rename(table: Table, names: Mapping[str, str]) -> Table:
    """The table under our column names. Raises InputError where a mapped column is missing or taken."""
    lacking = [theirs for theirs in names if theirs not in {*table.cells, *table.left_out, *table.nested}]
    if lacking:
        fix = f"The file has {', '.join(table.names)}"[:500]
        problem, details = "The mapping names a column that is not there", {"has": ", ".join(table.names)[:500]}
        raise InputError(
            [Problem(table.file, 1, name, None, problem, fix, "mapped_column", details) for name in lacking]
        )
    left_out = [theirs for theirs, ours in names.items() if ours == LEAVE_OUT and theirs in table.cells]
    cells = table.cells.drop(columns=left_out).rename(columns=dict(names))
    twice = cells.columns[cells.columns.duplicated()]
    if len(twice):
        problem, fix = "Two columns are mapped to one name", "Map only one of them"
        raise refuse(table.file, "mapped_twice", problem, fix, line=1, column=str(twice[0]))
    floats = frozenset(names.get(name, name) for name in table.floats)
    return replace(table, cells=cells, floats=floats)
