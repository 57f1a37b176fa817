"""Problems of an input: what is wrong, where, and how to correct it. And how long work reports its progress."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

LISTED = 1_000
SHARES = 1_000  # steps of a share of work
Progress = Callable[[str, int, int], None]
ReadProgress: TypeAlias = Callable[[int, int], None]  # bytes and rows of one file that were read so far
ROWS_READ = "data.rows"  # the step of a `Progress` that only says how many rows were read
Loc: TypeAlias = tuple[str | int, ...]  # a place in the input by names and numbers from 0, as Pydantic's `loc`
ENTRIES = "entries"  # of a strategy: its constraints, then its rules


class Cancelled(Exception):  # noqa: N818  (a wish, no error)
    """Raised by a `Progress` to stop a long step."""


def silent(step: str, done: int, total: int) -> None:
    """A `Progress` that does nothing."""


def sub_progress(report: Progress, step: str, start: float, end: float) -> Progress:
    """A `Progress` for work that is a part of `step`: its own steps become a share of `step` between start and end."""

    def within(_: str, done: int, total: int) -> None:
        share = min(done / total, 1.0) if total else 1.0
        report(step, round(SHARES * (start + (end - start) * share)), SHARES)

    return within


@dataclass(frozen=True)
class Problem:
    """One problem, located. `line` counts from 1 with the header as line 1 (Parquet: the row number, from 1);
    `kind` is a stable code for translation, `details` are the numbers and names that its words need; `loc` is the
    place for programs, where it is a field of a strategy, a setting or a request."""

    file: str
    line: int | None
    column: str | None
    value: str | None
    problem: str
    fix: str
    kind: str
    details: Mapping[str, str] = field(default_factory=dict, hash=False)
    loc: Loc = ()

    def __str__(self) -> str:
        place = self.file + (f", line {self.line}" if self.line else "")
        cell = f", {self.column}" if self.column else ""
        value = f" ({self.value!r})" if self.value is not None else ""
        return f"{place}{cell}: {self.problem}{value}. {self.fix}."

    def as_json(self) -> dict[str, Any]:
        """The fields, `loc` only where there is one."""
        content = asdict(self)
        return content if self.loc else {name: value for name, value in content.items() if name != "loc"}


def path_of(loc: Loc) -> str | None:
    """A place in words: "entry 3" for a rule, else the names with dots between; None for no place."""
    if loc[:1] == (ENTRIES,):
        return f"entry {int(loc[1]) + 1}"
    return ".".join(str(step) for step in loc) or None


def reason_of(detail: Mapping[str, object]) -> str:
    """What Pydantic found wrong with a field, by one of its `errors()`; a check of ours in that check's own words."""
    context: Any = detail.get("ctx")
    return str(context["error"] if detail["type"] == "value_error" else detail["msg"])


class InputError(ValueError):
    """The input was refused. `problems` lists at most 1,000 of the `total` problems."""

    def __init__(self, problems: list[Problem], total: int | None = None):
        self.problems = problems[:LISTED]
        self.total = len(problems) if total is None else total
        shown = [str(problem) for problem in self.problems[:3]]
        more = self.total - len(shown)
        super().__init__("\n".join(shown + ([f"... and {more:,} more problems."] if more else [])))


def refuse(
    file: str,
    kind: str,
    problem: str,
    fix: str,
    *,
    line: int | None = None,
    column: str | None = None,
    value: str | None = None,
    details: Mapping[str, str] | None = None,
    loc: Loc = (),
) -> InputError:
    """An `InputError` with one problem. Where no column is named it is the place in words."""
    named = path_of(loc) if column is None else column
    return InputError([Problem(file, line, named, value, problem, fix, kind, details or {}, loc)])
