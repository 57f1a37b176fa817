"""Reads the files of a shop into tables of text cells under our names, and puts checked tables together."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from engine.data.assemble import assemble
from engine.data.dataset import Dataset
from engine.data.intake.checks import may_be_empty
from engine.data.intake.mapping import LEAVE_OUT, Names, rename
from engine.data.problems import ROWS_READ, InputError, Problem, Progress
from engine.data.reading.columns import DESCRIBING, SCHEMAS, SINGLE_FILES, Column
from engine.data.reading.findings import Findings, Table
from engine.data.reading.headers import NESTED
from engine.data.reading.options import FileOptions
from engine.data.reading.reading import file_size, read_file
from engine.data.reading.suggestions import suggest
from engine.data.single_file.products import with_groups

Given = str | Path | None
Options = Mapping[str, FileOptions]
PEEKED = 200  # rows that a suggestion looks at


def given_files(**paths: Given) -> dict[str, Path]:
    """The files that were given, by table. Raises ValueError unless they are a catalogue, or one single file."""
    given = {table: Path(path) for table, path in paths.items() if path is not None}
    whole = [table for table in given if table in SINGLE_FILES]
    if len(whole) > 1 or bool(whole) == ("items" in given) or (whole and "interactions" in given):
        raise ValueError(f"give items, or one of {', '.join(SINGLE_FILES)} instead of items and interactions")
    return given


def assembled(
    name: str,
    given: Mapping[str, Path],
    frames: Mapping[str, pd.DataFrame],
    findings: Findings,
    mapping: Names,
    currency: str,
) -> Dataset:
    """The Dataset of checked tables, whose amounts are in `currency`.

    Raises InputError where dropping bad rows left nothing of one.
    """
    nothing = [
        _nothing_left(kind, given[kind].name, findings, mapping)
        for kind, frame in frames.items()
        if frame.empty and kind in given
    ]
    if nothing:
        raise InputError(nothing)
    users = with_groups(frames.get("users"), frames.get("groups"))
    return assemble(
        name,
        frames["items"],
        _nothing("users") if users is None else users,
        frames.get("interactions", _nothing("interactions")),
        frames.get("promotions"),
        dropped=findings.dropped,
        currency=currency,
        anonymous=frames.get("anonymous"),
    )


def _nothing_left(kind: str, file: str, findings: Findings, mapping: Names) -> Problem:
    """Which columns spoil every row of a file, and which of them could be left out."""
    counts = [count for count in findings.counts.values() if count.file == file and count.column]
    counts.sort(key=lambda count: -count.number)
    theirs = {ours: name for name, ours in mapping.get(kind, {}).items()}
    named = {str(count.column): theirs.get(str(count.column), str(count.column)) for count in counts}
    spoilt = ", ".join(f"{named[str(entry.column)]} ({entry.number:,})" for entry in counts[:3])
    optional = [name for name in named if may_be_empty(SCHEMAS[kind].get(name, Column(name, "facet")))]
    details, column, fix = {"columns": spoilt}, None, "Mend the file"
    if counts and counts[0].kind == "unknown_event":
        column, fix = "event", "Map its events to the known ones"
    elif optional:
        column, theirs_first = optional[0], named[optional[0]]
        details |= {"perhaps": theirs_first, "column": column}
        fix = f'Leave {theirs_first} out (map it to ""), or empty its cells that cannot be read (--empty-bad)'
    problem = f"Every row has a problem: {spoilt}"
    return Problem(file, None, column, None, problem, fix, "nothing_left", details)


def read_all(
    given: Mapping[str, Path], mapping: Names, findings: Findings, report: Progress, options: Options | None = None
) -> dict[str, Table]:
    """Every table that can be read, under our names. Files that cannot be are noted."""
    tables: dict[str, Table] = {}
    sizes = {kind: file_size(path) for kind, path in given.items()}
    before = rows_before = 0
    for kind, path in given.items():

        def progress(done: int, rows: int, before: int = before, rows_before: int = rows_before) -> None:
            report(ROWS_READ, rows_before + rows, 0)
            report("data.read", before + done, sum(sizes.values()))

        try:
            names = mapping.get(kind, {})
            left_out = frozenset(theirs for theirs, ours in names.items() if ours == LEAVE_OUT)
            how = (options or {}).get(kind, FileOptions())
            how = replace(how, left_out=how.left_out | left_out)
            table = read_file(path, how, findings, progress)
            _check_nested(kind, table, names)
            rows_before += len(table.cells)
            tables[kind] = _complete(kind, rename(table, names))
        except InputError as error:
            findings.refused(error)
        before += sizes[kind]
    return tables


def _check_nested(kind: str, table: Table, names: Mapping[str, str]) -> None:
    """Raise InputError for columns of ours that hold lists or objects; further ones are left out, which is noted."""
    wrong = [name for name in table.nested if names.get(name, name) in SCHEMAS[kind]]
    if wrong:
        raise InputError(
            [
                Problem(table.file, table.nested[name].line, name, table.nested[name].form, *NESTED, "nested_column")
                for name in wrong
            ]
        )


def _complete(kind: str, table: Table) -> Table:
    """The table, if it has the columns it needs. Raises InputError for each that is missing."""
    needed = [column.name for column in SCHEMAS[kind].values() if column.required]
    has = ", ".join(table.names)[:500]
    missing = [name for name in needed if name not in table.cells]
    suggestions = suggest(kind, table.cells.head(PEEKED)) if missing else []
    perhaps = {suggestion.ours: suggestion.theirs for suggestion in suggestions}
    problems = []
    line = next((int(note.details["names_line"]) for note in table.notes if note.kind == "title_skipped"), 1)
    for name in missing:
        problem, details = "The column is missing", {"column": name, "has": has}
        if name in perhaps:
            details["perhaps"] = perhaps[name]
            fix = f"Perhaps {perhaps[name]} is {name}: map it"
        else:
            fix = f"Add it, or map one of: {has}"
        problems.append(Problem(table.file, line, name, None, problem, fix, "missing_column", details))
    described = [name for name in DESCRIBING if name in table.cells and (table.cells[name].str.strip() != "").any()]
    if kind in ("items", *SINGLE_FILES) and not described:
        problem, fix = "Nothing describes the items", f"Add one of {', '.join(DESCRIBING)}"
        details = {"names": ", ".join(DESCRIBING)}
        problems.append(Problem(table.file, 1, None, None, problem, fix, "undescribed", details))
    for column in SCHEMAS[kind].values():
        if column.kind == "id" and column.name in table.floats:
            problem, fix = "Ids are floating-point numbers", "Write ids as text or whole numbers"
            problems.append(Problem(table.file, None, column.name, None, problem, fix, "float_ids"))
    if problems:
        raise InputError(problems)
    return table


def _nothing(kind: str) -> pd.DataFrame:
    """A table that was not given: no rows, the columns it cannot do without."""
    needed = [column for column in SCHEMAS[kind].values() if column.required or column.name == "event"]
    types = {column.name: "datetime64[s]" if column.kind == "date" else "str" for column in needed}
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in types.items()})
