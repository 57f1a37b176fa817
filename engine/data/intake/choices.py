"""What a user decided about data that can be read in more than one way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from engine.data.reading.columns import EVENTS

Placeholder = Literal["keep", "missing"]
Dates = Literal["keep", "drop"]
Ids = Literal["exact", "unify"]
Repeated = Literal["merge"]
ANY = "all"  # the placeholders of every column that has no answer of its own
EVERY_LINE = [event for event in EVENTS if event not in ("search", "rate")]  # those need no further cell


@dataclass(frozen=True)
class Choices:
    """Answers to what a check asks (`questions`); None = not answered, which refuses the load where it matters.

    drop_bad: leave rows with a problem out. empty_bad: first empty those cells that cannot be read and may be missing.
    placeholders: {column, or "all": read NA, NULL and the like as missing, or keep them as values}. every_line: the
    event of every line of a log without an event column. odd_dates: keep or drop lines far from all others in time.
    ids: read ids exactly, or unify those that differ by spaces, case, ".0", zeros in front or Unicode form.
    repeated_ids: merge the rows of one item id into one product. Raises ValueError for any other answer.
    """

    drop_bad: bool = False
    empty_bad: bool = False
    placeholders: Mapping[str, Placeholder] = field(default_factory=dict)
    every_line: str | None = None
    odd_dates: Dates | None = None
    ids: Ids | None = None
    repeated_ids: Repeated | None = None

    def __post_init__(self) -> None:
        allowed = {
            "every_line": EVERY_LINE, "odd_dates": get_args(Dates), "ids": get_args(Ids),
            "repeated_ids": get_args(Repeated),
        }  # fmt: skip
        for name, values in allowed.items():
            if getattr(self, name) not in (None, *values):
                raise ValueError(f"{name} must be one of {', '.join(values)}, got {getattr(self, name)!r}")
        for column, answer in self.placeholders.items():
            if answer not in get_args(Placeholder):
                raise ValueError(f"placeholders of {column} must be keep or missing, got {answer!r}")

    def placeholder(self, column: str) -> Placeholder | None:
        """What the placeholders of a column mean."""
        return self.placeholders.get(column, self.placeholders.get(ANY))
