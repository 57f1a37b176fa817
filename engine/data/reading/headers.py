"""The line that names the columns: whether it is one, and whether its names can be used."""

import re
from collections.abc import Collection, Sequence

from engine.data.problems import InputError, Problem, refuse
from engine.data.reading.cells import AMBIGUOUS, ISO, NUMBER
from engine.data.reading.columns import MAX_COLUMNS
from engine.data.reading.delimiters import Row, usual_width
from engine.data.reading.suggestions import is_known

VALUE = re.compile(rf"{NUMBER}|{ISO}|{AMBIGUOUS}|")  # a number, a date or nothing: no name
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


def check_first_line(file: str, rows: Sequence[Row], left_out: Collection[str], line: int) -> None:
    """Raise InputError where the first row of a text file (`rows`, its first rows) does not name the columns below
    it: a title, a row of data, or a header whose first, unnamed column only counts the rows."""
    first = rows[0].cells
    below = [row.cells for row in rows[1:]]
    if not any(map(is_known, first)):
        if header := _header_below(rows):
            number = line + header.line - rows[0].line
            problem, fix = "A title, not the names of the columns", f"Remove what is above the names in line {number}"
            details = {"n": str(number)}
            raise refuse(file, "title_line", problem, fix, line=line, value=_excerpt(first), details=details)
        if _is_data(first, below):
            problem = "No header line: this row is one of data"
            fix = "Write the names of the columns above it, or give them (--header TABLE=NAME,NAME)"
            raise refuse(file, "headerless", problem, fix, line=line, value=_excerpt(first))
    if "" not in left_out and not first[0].strip() and _counts([row[0] for row in below]):
        problem = "The first column has no name and only counts the rows"
        fix = 'Write the file without it (pandas: index=False), or leave it out (map "" to "")'
        raise refuse(file, "index_column", problem, fix, line=line)


def _header_below(first: Sequence[Row]) -> Row | None:
    """The row that is the header, where the first is a title."""
    width, _ = usual_width([row for row in first if len(row.cells) > 1])
    filled = [cell for cell in first[0].cells if cell.strip()]
    title = len(filled) == 1 and not VALUE.fullmatch(filled[0].strip())
    for row in first[1:]:
        if len(row.cells) > 1 and sum(map(is_known, row.cells)) >= 2:
            return row
        if title and 1 < width == len(row.cells):
            return row
    return None


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


def _excerpt(row: Sequence[str]) -> str:
    return ",".join(row)[:80]
