"""The line that names the columns: whether it is one, and whether its names can be used."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from engine.data.problems import InputError, Problem, refuse
from engine.data.reading.cells import AMBIGUOUS, ISO, NUMBER
from engine.data.reading.columns import MAX_COLUMNS
from engine.data.reading.delimiters import Row, usual_width
from engine.data.reading.findings import Nested, Note
from engine.data.reading.suggestions import is_known

VALUE = re.compile(rf"{NUMBER}|{ISO}|{AMBIGUOUS}|")  # a number, a date or nothing: no name
INDEX_NAMES = ("", "Unnamed: 0")  # how pandas writes and reads the row numbers of a table
MOSTLY = 0.8  # share of values from which a column is one of numbers or dates
NESTED = ("A nested or unknown type", 'Write one text, number or time a cell, or leave the column out (map it to "")')


def check_header(file: str, header: Sequence[str], left_out: Collection[str] = (), line: int = 1) -> None:
    """Raise InputError unless the columns are named, distinct and not absurdly many. Those left out are not judged."""
    header = [name for name in header if name not in left_out]
    if len(header) > MAX_COLUMNS:
        problem, fix = f"{len(header):,} columns, more than {MAX_COLUMNS}", "Keep the columns of the schema"
        details = {"n": f"{len(header):,}", "most": str(MAX_COLUMNS)}
        raise refuse(file, "too_many_columns", problem, fix, line=line, details=details)
    for name in header:
        if not name:
            fix = 'Name it, or leave it out (map "" to "")'
            raise refuse(file, "unnamed_column", "A column has no name", fix, line=line)
        if header.count(name) > 1:
            fix = 'Rename one of them, or leave both out (map the name to "")'
            raise refuse(file, "duplicate_column", "Two columns have one name", fix, line=line, column=name)


class Found(NamedTuple):
    """Where the names of the columns are: `row` counts the rows above it; `counted` says that the first column has no
    name and only counts the rows; `notes` say what was passed over."""

    row: int
    counted: bool
    notes: list[Note]


def find_header(file: str, rows: Sequence[Row], left_out: Collection[str], line: int) -> Found:
    """Where a table names its columns: in its first row, below a title, or nowhere.

    rows: its first rows, at least one; line: the number of the first. Raises InputError where the first row is one of
    data, or it is not sure which row has the names.
    """
    first, at, notes = rows[0].cells, 0, []
    if _is_title(rows) or not any(map(is_known, first)):
        if below := _header_below(rows):
            number = line + rows[below].line - rows[0].line
            if not _is_sure(rows, below):
                problem, fix = (
                    "A title, not the names of the columns",
                    f"Remove what is above the names in line {number}",
                )
                details = {"n": str(number)}
                raise refuse(file, "title_line", problem, fix, line=line, value=_excerpt(first), details=details)
            notes.append(Note("title_skipped", None, {"title": _words(first), "names_line": number}, line))
            at = below
        elif _is_data(first, [row.cells for row in rows[1:]]):
            problem = "No header line: this row is one of data"
            fix = "Write the names of the columns above it, or give them (--header TABLE=NAME,NAME)"
            raise refuse(file, "headerless", problem, fix, line=line, value=_excerpt(first))
    name, counts = rows[at].cells[0].strip(), [row.cells[0] for row in rows[at + 1 :]]
    counted = name in INDEX_NAMES and name not in left_out and _counts(counts)
    if counted:
        notes.append(Note("index_skipped", None, {}, line + rows[at].line - rows[0].line))
    return Found(at, counted, notes)


def _is_title(rows: Sequence[Row]) -> bool:
    """Whether only one cell of the first row is filled, and it is no value, while most of the others have several."""
    filled = [cell for cell in rows[0].cells if cell.strip()]
    width, _ = usual_width([row for row in rows if len(row.cells) > 1])
    return len(filled) == 1 and not VALUE.fullmatch(filled[0].strip()) and width > 1


def _header_below(rows: Sequence[Row]) -> int:
    """How many rows are above the header, where the first is a title; 0 where none is."""
    width, _ = usual_width([row for row in rows if len(row.cells) > 1])
    title = _is_title(rows)
    for at, row in enumerate(rows[1:], 1):
        filled = sum(bool(cell.strip()) for cell in row.cells)
        if filled > 1 and sum(map(is_known, row.cells)) >= 2:
            return at
        if title and filled > 1 and width == len(row.cells):
            return at
    return 0


def _is_sure(rows: Sequence[Row], at: int) -> bool:
    """Whether a row that is not the first has the names: by known words, or because the rows below differ from it."""
    cells = rows[at].cells
    return sum(map(is_known, cells)) >= 2 or not _is_data(cells, [row.cells for row in rows[at + 1 :]])


def _is_data(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is one of data: where the rows below have numbers or dates it has them too, or, where they
    have none, one of its cells stands below it again."""
    columns = [(cell.strip(), [row[at].strip() for row in below if len(row) > at]) for at, cell in enumerate(first)]
    valued = [cell for cell, others in columns if _is_valued(others)]
    if valued:
        return any(valued) and all(VALUE.fullmatch(cell) for cell in valued)
    return any(cell and cell in others for cell, others in columns)


def _is_valued(cells: Sequence[str]) -> bool:
    """Whether most cells of a column are numbers or dates."""
    filled = [cell for cell in cells if cell]
    values = sum(VALUE.fullmatch(cell) is not None for cell in filled)
    return values >= MOSTLY * len(filled) and (values > 0 or not cells)


def _counts(cells: Sequence[str]) -> bool:
    return bool(cells) and any(list(cells) == [str(start + at) for at in range(len(cells))] for start in (0, 1))


def given_header(file: str, names: Sequence[str], first: Sequence[Row]) -> tuple[list[str], bool]:
    """The names that were given for a file's columns (numbers where none were), and whether its first line is the very
    same and no data. Raises InputError where they are more or fewer than the columns."""
    width, _ = usual_width(first)
    names = list(names) or [f"column {at}" for at in range(1, width + 1)]
    if len(names) != width:
        problem, fix = f"{len(names)} names are given for {width} columns", "Give one name for each column, in order"
        details = {"n": str(len(names)), "width": str(width)}
        raise InputError([Problem(file, 1, None, ",".join(names)[:80], problem, fix, "header_width", details)])
    return names, [cell.strip() for cell in first[0].cells] == names


def nested_note(nested: Mapping[str, Nested]) -> tuple[Note, ...]:
    """The note on columns of lists or objects, which are not read; none where there is no such column."""
    return (Note("nested_columns", None, {"n": len(nested), "names": ", ".join(nested)}),) if nested else ()


def _words(row: Sequence[str]) -> str:
    return " ".join(cell.strip() for cell in row if cell.strip())[:80]


def _excerpt(row: Sequence[str]) -> str:
    return ",".join(row)[:80]
