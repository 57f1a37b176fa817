"""What a user decided about data that can be read in more than one way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from engine.data.reading.columns import EVENTS
from engine.data.reading.date_forms import DateOrder
from engine.data.reading.number_forms import Decimal

Placeholder = Literal["keep", "missing"]
Dates = Literal["keep", "drop"]
Ids = Literal["exact", "unify"]
Repeated = Literal["merge"]
Variants = Literal["merge", "keep"]
Paths = Literal["split", "keep"]
Colours = Literal["titles", "leave"]
Lines = Literal["drop", "keep"]
ANY = "all"  # the answer for every column that has none of its own
BY_COLUMN: dict[str, tuple[str, ...]] = {  # settings with an answer for each column, and the answers
    "placeholders": get_args(Placeholder), "decimal": get_args(Decimal), "date_order": get_args(DateOrder),
}  # fmt: skip
EVERY_LINE = [event for event in EVENTS if event not in ("search", "rate")]  # those need no further cell


@dataclass(frozen=True)
class Choices:
    """Answers to what a check asks (`questions`); None = not answered, which refuses the load where it matters.

    drop_bad: leave rows with a problem out. empty_bad: first empty those cells that cannot be read and may be missing.
    placeholders: {column, or "all": read NA, NULL and the like as missing, or keep them as values}. every_line: the
    event of every line of a log without an event column. odd_dates: keep or drop lines far from all others in time.
    ids: read ids exactly, or unify those that differ by spaces, case, ".0", zeros in front or Unicode form.
    repeated_ids: merge the rows of one item id into one product. variants: merge rows with the parent that they name,
    or keep them as products. paths: split categories that are paths (A > B), or keep them. colours: take a column of
    them from the titles, or leave it. decimal: {column, or "all": what the comma or point of a column is whose numbers
    leave two readings}. date_order: {column, or "all": the order of day, month and year in a file whose dates leave
    several}. service_lines, free_lines: leave out or keep the lines of orders that seem to be no products (postage,
    fees, vouchers), and those with the price 0. leave_out: the ids whose lines are left out, instead of those that seem
    to be no products. Raises ValueError for any other answer.
    """

    drop_bad: bool = False
    empty_bad: bool = False
    placeholders: Mapping[str, Placeholder] = field(default_factory=dict)
    every_line: str | None = None
    odd_dates: Dates | None = None
    ids: Ids | None = None
    repeated_ids: Repeated | None = None
    variants: Variants | None = None
    paths: Paths | None = None
    colours: Colours | None = None
    decimal: Mapping[str, Decimal] = field(default_factory=dict)
    date_order: Mapping[str, DateOrder] = field(default_factory=dict)
    service_lines: Lines | None = None
    free_lines: Lines | None = None
    leave_out: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        allowed = {
            "every_line": EVERY_LINE, "odd_dates": get_args(Dates), "ids": get_args(Ids),
            "repeated_ids": get_args(Repeated), "variants": get_args(Variants), "paths": get_args(Paths),
            "colours": get_args(Colours), "service_lines": get_args(Lines), "free_lines": get_args(Lines),
        }  # fmt: skip
        for name, values in allowed.items():
            if getattr(self, name) not in (None, *values):
                raise ValueError(f"{name} must be one of {', '.join(values)}, got {getattr(self, name)!r}")
        for setting, answers in BY_COLUMN.items():
            for column, answer in getattr(self, setting).items():
                if answer not in answers:
                    raise ValueError(f"{setting} of {column} must be {' or '.join(answers)}, got {answer!r}")

    def of_column(self, setting: str, column: str) -> str | None:
        """The answer of a setting of `BY_COLUMN` for a column; None where there is none yet."""
        answers: Mapping[str, str] = getattr(self, setting)
        return answers.get(column, answers.get(ANY))

    def placeholder(self, column: str) -> Placeholder | None:
        """What the placeholders of a column mean."""
        return self.placeholders.get(column, self.placeholders.get(ANY))
