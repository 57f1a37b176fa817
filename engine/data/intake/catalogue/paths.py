"""Categories written as paths: "Garden > Seats > Benches", "Garden|Seats", ["Garden", "Seats"]."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

LIST = "[]"
SURE = (LIST, ">", "»", "›", "→", "|")  # marks that mean nothing else
PERHAPS = ("/", ".")  # "Men/Women" and "No. 7" have them as well
SHARE = 0.2  # of the different values, from which a column is one of paths
QUOTED = re.compile(r"""(["'])((?:\\.|(?!\1)[^\\])*)\1""")
COMMA = re.compile(r"(?<!\\),")

Levels = tuple[str, ...]


@dataclass(frozen=True)
class PathForm:
    """How a column writes its paths. mark: what is between two levels, `LIST` for lists of quoted names. several: a
    comma begins another path; else commas are within names. root: levels that all paths begin with, which say nothing
    of a product."""

    mark: str
    several: bool = False
    root: Levels = ()

    def levels(self, cell: str) -> Levels:
        """The levels of a cell's deepest path (the first of several), without the root."""
        path = max(self.paths(cell), key=len, default=())
        return path[len(self.root) :] if path[: len(self.root)] == self.root else path

    def paths(self, cell: str) -> list[Levels]:
        """Every path that a cell holds, with its root."""
        if self.mark == LIST:
            return [tuple(match[2].strip() for match in QUOTED.finditer(part)) for part in cell.split("]")]
        pieces = COMMA.split(cell) if self.several else [cell]
        return [split_path(piece.replace("\\,", ","), self.mark) for piece in pieces]


def split_path(text: str, mark: str) -> Levels:
    """The levels of one path."""
    return tuple(level.strip() for level in text.split(mark) if level.strip())


def find_form(values: Sequence[str]) -> PathForm | None:
    """How a column's different values write paths; None where they write none."""
    filled = [value.strip() for value in values if value.strip()]
    for mark in (*SURE, *PERHAPS):
        if sum(_has(value, mark) for value in filled) > SHARE * len(filled):
            return _with_root(mark, filled)
    return None


def _has(value: str, mark: str) -> bool:
    """Whether a value has two levels or more by a mark. Points are within names, unless the value has no space."""
    if mark == LIST:
        return value.startswith("[") and value.endswith("]") and bool(QUOTED.search(value))
    if mark == "." and re.search(r"\s", value):
        return False
    return len(split_path(value, mark)) > 1


def _with_root(mark: str, filled: Sequence[str]) -> PathForm:
    """A form with what the cells say of it: whether one holds several paths, and what all paths share."""
    form = PathForm(mark, mark != LIST and _several(mark, filled))
    paths = {path for value in filled for path in form.paths(value) if path}
    longest, shared = max(paths, key=len, default=()), 0
    while len({path[: shared + 1] for path in paths}) == 1 and len(longest) > shared + 1:
        shared += 1
    return replace(form, root=longest[:shared]) if len(paths) > 1 else form


def _several(mark: str, filled: Sequence[str]) -> bool:
    """Whether what follows a comma begins a path elsewhere: "Food, Beverages & Tobacco > Snacks" is one path, unless
    another begins with "Beverages & Tobacco"."""
    begins = {
        path[0] for value in filled for each in (value, COMMA.split(value)[0]) if (path := split_path(each, mark))
    }
    follow = (split_path(piece, mark)[:1] for value in filled for piece in COMMA.split(value)[1:])
    return any(first and first[0] in begins for first in follow)


def columns_of(cells: pd.Series, form: PathForm) -> pd.DataFrame:
    """The first and second level of each cell, and whether there were more."""
    levels = {cell: form.levels(cell) for cell in cells.unique()}
    rows = [(*(*each, "", "")[:2], len(each) > 2) for each in levels.values()]
    table = pd.DataFrame(rows, columns=["category", "subcategory", "deeper"], index=pd.Index(levels))
    return table.loc[cells].set_axis(cells.index)
