"""Tables of a report: rows of cells, which its templates set."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Marked:
    """Words that are set in a style of their own: "stands" or "hidden"."""

    words: str
    kind: str


Cell = str | Marked | Sequence[str]  # several texts are lines


@dataclass(frozen=True)
class Table:
    """The last `numbers` columns are set as numbers. A row of one cell is a heading of the rows below it."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numbers: int = 0
