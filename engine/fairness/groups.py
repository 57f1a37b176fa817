"""Groups of shoppers: every value of a column, every pair of values of two columns, and "unknown" as one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.data.labels import UNKNOWN, of_shop
from engine.data.problems import refuse

Array = np.ndarray
CROSS = "+"  # age+income: every age with every income
MOST_GROUPS = 2_000


@dataclass(frozen=True)
class Groups:
    """One way of grouping shoppers.

    by     the column's name, or several joined by "+"
    names  what each group is called; a group may be empty, so that a name says nothing about who is there
    codes  int64 [U], each shopper's group
    """

    by: str
    names: tuple[str, ...]
    codes: Array

    def members(self, group: int) -> Array:
        """Who is in the group, bool [U]."""
        members: Array = self.codes == group
        return members


def group_by(by: str, columns: Mapping[str, Sequence[object] | Array]) -> Groups:
    """The groups of a column [U], or of several crossed (`age+income`); None, NaN and "" are the group "unknown".

    A value that the shop itself calls so is another group (`labels.of_shop`). Raises InputError for a column that does
    not exist, one named twice, or more than 2,000 groups.
    """
    parts = by.split(CROSS)
    for name in parts:
        if name not in columns:
            fix = f"take one of {', '.join(columns)}, or several joined by {CROSS}"
            raise refuse("command line", "unknown_column", "shoppers have no such column", fix, value=name)
    if len(set(parts)) < len(parts):
        raise refuse("command line", "twice", "a column is crossed with itself", "name every column once", value=by)
    names, codes = _column(columns[parts[0]])
    for name in parts[1:]:
        more, inner = _column(columns[name])
        names = [f"{left} {CROSS} {right}" for left in names for right in more]
        codes = codes * len(more) + inner
    if len(names) > MOST_GROUPS:
        raise refuse("command line", "too_many", f"{len(names):,} groups", f"{MOST_GROUPS:,} at most", value=by)
    return Groups(by, tuple(names), codes)


def _column(values: Sequence[object] | Array) -> tuple[list[str], Array]:
    texts = [UNKNOWN if v is None or v != v or v == "" else of_shop(str(v)) for v in values]
    names = sorted(set(texts), key=lambda name: (name == UNKNOWN, name))
    place = {name: number for number, name in enumerate(names)}
    return names, np.array([place[text] for text in texts], dtype=np.int64)
