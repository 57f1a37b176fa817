"""The questions and notes of a check: data that can be read, but may mean something else than they seem to."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.data.intake.choices import BY_COLUMN
from engine.data.problems import Problem
from engine.words import Say, speaker

# kinds for which there is a better way than an answer
MENDED = ("never_match", "event_like", "variants")
HARMLESS = 0.01  # a share of lines or ids below this is told; from here on it is asked


@dataclass(frozen=True)
class ProductLines:
    """A product of a file of orders: how many lines it has, and the lowest and highest price of one piece."""

    item_id: str
    title: str
    lines: int
    low: float
    high: float


@dataclass(frozen=True)
class Question:
    """One thing to decide, or only to know.

    kind: its words are `question.KIND`, those of an answer `question.KIND_ANSWER`; details fill their blanks.
    setting: the field of `Choices` that answers it; "" = nothing to answer. options: the answers, the careful one
    first. answer: what was chosen. asked: the shop is refused until it is answered. products: those that the question
    is about, where some of them can be chosen.
    """

    kind: str
    file: str
    column: str | None
    details: Mapping[str, str | int]
    setting: str = ""
    options: tuple[str, ...] = ()
    answer: str | None = None
    asked: bool = False
    line: int | None = None
    value: str | None = None
    products: tuple[ProductLines, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it still has to be answered."""
        return self.asked and self.answer is None

    def seen(self, say: Say) -> str:
        """What was seen, without a full stop."""
        return say(f"question.{self.kind}", **self._details(say))

    def cost(self, option: str, say: Say) -> str:
        """What an answer means and costs."""
        if self.setting == "every_line":
            return say("question.every_line", event=option)
        return say(f"question.{self.kind}_{option}", **self._details(say))

    def remedy(self, say: Say) -> str:
        """What to do instead of answering; "" where there is nothing."""
        return say(f"question.{self.kind}_fix", **self._details(say)) if self.kind in MENDED else ""

    def flag(self, option: str) -> str:
        """The command line's way to answer."""
        name = self.setting.replace("_", "-")
        return f"--{name} {self.column}={option}" if self.setting in BY_COLUMN else f"--{name} {option}"

    def ways(self) -> str:
        """Every way on with its flag, in English, without a full stop."""
        say = speaker("en")
        if self.setting == "every_line":
            lines = [f"--every-line {'|'.join(self.options)}: every line is that"]
        else:
            lines = [f"{self.flag(option)}: {self.cost(option, say)}" for option in self.options]
        if self.products:
            lines.append("--leave-out ID,ID: only these are no products")
        return "; ".join(filter(None, [self.remedy(say), *lines]))

    def _details(self, say: Say) -> dict[str, object]:
        if "reason" in self.details:
            return {**self.details, "reason": say(f"question.reason.{self.details['reason']}")}
        return dict(self.details)

    def problem(self) -> Problem:
        """The question as a problem whose fix names the flags, for a load that is refused."""
        details = {name: str(value) for name, value in self.details.items()}
        return Problem(
            self.file, self.line, self.column, self.value, self.seen(speaker("en")), self.ways(), self.kind, details
        )
