"""The one validated door: files in, a Dataset out, or every problem by file, line and column."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from engine.data.checks import check
from engine.data.columns import DESCRIBING, TABLES
from engine.data.dataset import Dataset, assemble
from engine.data.findings import Findings, Table
from engine.data.mapping import EVENT_NAMES, LEAVE_OUT, Names, check_mapping, rename
from engine.data.options import FileOptions
from engine.data.problems import InputError, Problem, Report, refuse, silent
from engine.data.reading import file_size, read_file
from engine.data.suggestions import suggest

Given = str | Path | None
Options = Mapping[str, FileOptions]
PEEKED = 200  # rows that a suggestion looks at


def read_shop(
    items: str | Path,
    interactions: Given = None,
    users: Given = None,
    promotions: Given = None,
    mapping: Names | None = None,
    name: str | None = None,
    drop_bad: bool = False,
    report: Report = silent,
    options: Options | None = None,
) -> Dataset:
    """A Dataset from CSV or JSON (plain or gzip) or Parquet files in the schema of `columns.py`.

    mapping: {table: {their column: our column}}, and {"events": {their event: our event}}.
    name: what pages call the shop; the folder of the items file by default.
    options: {table: what its file does not say itself}.
    drop_bad: leave bad rows out, counted by file in `Dataset.dropped`, instead of refusing the load.

    Further columns of items, users and promotions are kept as text; those of interactions are ignored. A
    shopper of the log need not be in `users`: her groups are unknown. Without an event column every line is a
    `rate` if there are ratings, else a `buy`. Raises InputError with all problems found; nothing is written.
    """
    mapping = mapping or {}
    check_mapping(mapping)
    given = given_files(items, interactions, users, promotions)
    findings = Findings()
    tables = read_all(given, mapping, findings, report, options)
    frames = check_all(tables, mapping.get(EVENT_NAMES, {}), findings, drop_bad, report)
    findings.settle(drop_bad)
    return assembled(name or given["items"].resolve().parent.name, given, frames, findings)


def given_files(items: str | Path, interactions: Given, users: Given, promotions: Given) -> dict[str, Path]:
    """The files that were given, by table."""
    paths = {"items": items, "interactions": interactions, "users": users, "promotions": promotions}
    return {table: Path(path) for table, path in paths.items() if path is not None}


def assembled(name: str, given: Mapping[str, Path], frames: Mapping[str, pd.DataFrame], findings: Findings) -> Dataset:
    """The Dataset of checked tables. Raises InputError where dropping bad rows left nothing of one."""
    for kind, frame in frames.items():
        if frame.empty:
            raise refuse(given[kind].name, "nothing_left", "Every row has a problem", "Mend the file")
    return assemble(
        name,
        frames["items"],
        frames.get("users", _nothing("users")),
        frames.get("interactions", _nothing("interactions")),
        frames.get("promotions"),
        dropped=findings.dropped,
    )


def read_all(
    given: Mapping[str, Path], mapping: Names, findings: Findings, report: Report, options: Options | None = None
) -> dict[str, Table]:
    """Every table that can be read, under our names. Files that cannot be are noted."""
    tables: dict[str, Table] = {}
    sizes = {kind: file_size(path) for kind, path in given.items()}
    before = 0
    for kind, path in given.items():

        def progress(done: int, before: int = before) -> None:
            report("data.read", before + done, sum(sizes.values()))

        try:
            names = mapping.get(kind, {})
            left_out = frozenset(theirs for theirs, ours in names.items() if ours == LEAVE_OUT)
            how = (options or {}).get(kind, FileOptions())
            how = replace(how, left_out=how.left_out | left_out)
            tables[kind] = _complete(kind, rename(read_file(path, how, findings, progress), names))
        except InputError as error:
            findings.refused(error)
        before += sizes[kind]
    return tables


def _complete(kind: str, table: Table) -> Table:
    """The table, if it has the columns it needs. Raises InputError for each that is missing."""
    needed = [column.name for column in TABLES[kind].values() if column.required]
    has = ", ".join(table.names)[:500]
    missing = [name for name in needed if name not in table.cells]
    perhaps = {each.ours: each.theirs for each in suggest(kind, table.cells.head(PEEKED))} if missing else {}
    problems = []
    for name in missing:
        problem, details = "The column is missing", {"column": name, "has": has}
        if name in perhaps:
            details["perhaps"] = perhaps[name]
            fix = f"Perhaps {perhaps[name]} is {name}: map it"
        else:
            fix = f"Add it, or map one of: {has}"
        problems.append(Problem(table.file, 1, name, None, problem, fix, "missing_column", details))
    if kind == "items" and not set(DESCRIBING) & set(table.cells):
        problem, fix = "Nothing describes the items", f"Add one of {', '.join(DESCRIBING)}"
        details = {"names": ", ".join(DESCRIBING)}
        problems.append(Problem(table.file, 1, None, None, problem, fix, "undescribed", details))
    for column in TABLES[kind].values():
        if column.kind == "id" and column.name in table.floats:
            problem, fix = "Ids are floating-point numbers", "Write ids as text or whole numbers"
            problems.append(Problem(table.file, None, column.name, None, problem, fix, "float_ids"))
    if problems:
        raise InputError(problems)
    return table


def check_all(
    tables: Mapping[str, Table], events: Mapping[str, str], findings: Findings, drop_bad: bool, report: Report
) -> dict[str, pd.DataFrame]:
    """The good rows of every table. Rows of items that are dropped are unknown to the other tables."""
    frames: dict[str, pd.DataFrame] = {}
    catalogue = pd.Series(dtype="str")
    for done, (kind, table) in enumerate(tables.items()):
        report("data.check", done, len(tables))
        if kind != "users" and "items" not in tables:
            continue  # without a catalogue every item would look unknown
        frames[kind] = check(kind, table, findings, catalogue, events)
        if kind == "items":
            catalogue = (frames["items"] if drop_bad else table.cells)["item_id"]
    report("data.check", len(tables), len(tables))
    return frames


def _nothing(kind: str) -> pd.DataFrame:
    """A table that was not given: no rows, the columns it cannot do without."""
    needed = [column for column in TABLES[kind].values() if column.required or column.name == "event"]
    types = {column.name: "datetime64[s]" if column.kind == "date" else "str" for column in needed}
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in types.items()})
