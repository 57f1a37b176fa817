"""How audits are called and written, in any language: figures, groups, numbers with their units, intervals."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np

from engine.audit.values import SIZE
from engine.bench.segments import HISTORY, THIRDS
from engine.fairness import CROSS, OTHERS, UNKNOWN
from engine.words import Say, shared

SURE = 0.05  # the false discovery rate at which a gap stands


class Grouped(Protocol):
    """What is of one group, by one way of telling shoppers or products apart."""

    @property
    def by(self) -> str: ...
    @property
    def group(self) -> str: ...


OfGroup = TypeVar("OfGroup", bound=Grouped)


@dataclass(frozen=True)
class Form:
    """scale and digits of a printed figure, and its unit."""

    scale: float = 1.0
    digits: int = 3
    suffix: str = ""


FORMS = {
    "recall": Form(100, 1, "%"), "facet_entropy": Form(1, 2, "bits"), "novelty": Form(1, 2, "bits"),
    "calibration_kl": Form(1, 2, "bits"), "popularity_lift": Form(1, 2, "bits"), "price_lift": Form(1, 2, "bits"),
    "price": Form(1, 2), "exposure": Form(100, 1, "%"),
    "item_coverage": Form(100, 1, "%"), "coverage": Form(100, 1, "%"), "largest": Form(100, 1, "%"),
}  # fmt: skip


def base(metric: str) -> str:
    """The name of a figure without its facet, or the position model of attention."""
    return metric.partition(":")[0].removesuffix("_rbp")


def form(metric: str) -> Form:
    return FORMS.get(base(metric), Form())


def known(*values: object) -> bool:
    """Whether all are numbers to be printed."""
    return all(isinstance(v, int | float) and np.isfinite(v) for v in values)


def significant(q: Any) -> bool:
    """Whether a gap stands after the correction for the whole family."""
    return known(q) and q <= SURE


def in_order(rows: Iterable[OfGroup]) -> list[OfGroup]:
    """Groups as people count: by the first number in their names ("Under 15K" before "15-24K"), the unknown last."""

    def place(row: Grouped) -> tuple[bool, float, bool, str]:
        group = row.group
        if row.by == HISTORY and group in THIRDS:
            return False, float(THIRDS.index(group)), False, group
        number = re.search(r"\d+(\.\d+)?", group)
        return group == UNKNOWN, float(number[0]) if number else np.inf, group[:1].isdigit(), group

    return sorted(rows, key=place)


def number(metric: str, value: Any, signed: bool = False) -> str:
    """The printed figure without its unit; an en dash where there is none."""
    if not known(value):
        return "–"
    row = form(metric)
    text = f"{value * row.scale:{'+' if signed else ''},.{row.digits}f}"
    return text.replace("-", "−") if text.strip("+-0.,") else text.lstrip("+-")


def span(metric: str, low: Any, high: Any, signed: bool = True) -> str:
    """The ends of an interval."""
    if not known(low, high):
        return "–"
    return f"{number(metric, low, signed)} … {number(metric, high, signed)}"


def with_interval(metric: str, value: Any, low: Any, high: Any, signed: bool = True) -> str:
    """The printed figure, and its interval in brackets."""
    return f"{number(metric, value, signed)} ({span(metric, low, high, signed)})"


@dataclass(frozen=True)
class Names:
    """Names in the language of `say`, which is asked for keys of `engine.words`."""

    say: Say

    def column(self, column: str) -> str:
        """A column of the shop's data; columns that we do not know keep their name."""
        return self.say(f"column.{column}") if f"column.{column}" in shared() else column.replace("_", " ").capitalize()

    def figure(self, metric: str) -> str:
        """A figure; attention by the second position model says so."""
        words = self.say(f"fairness.figure.{base(metric)}")
        return self.say("fairness.rbp", figure=words) if metric.endswith("_rbp") else words

    def means(self, metric: str) -> str:
        """What a figure of shoppers means, in one sentence."""
        return self.say(f"fairness.means.{base(metric)}")

    def way(self, by: str, side: str = "shoppers") -> str:
        """A way of telling shoppers or products apart."""
        if side == "shoppers":
            return " × ".join(self.column(column) for column in by.split(CROSS))
        if by in ("tail", "new"):
            return self.say(f"fairness.way.{by}")
        if by.endswith(SIZE):
            return self.say("fairness.way.size", facet=self.column(by.removesuffix(SIZE)))
        return self.column(by)

    def group(self, row: Grouped, side: str) -> str:
        """A group of shoppers, or those who make products; unescaped."""
        by, group = row.by, row.group
        if side == "shoppers":
            parts = group.split(f" {CROSS} ") if CROSS in by else [group]
            return " · ".join(self._value(column, value) for column, value in zip(by.split(CROSS), parts, strict=True))
        if by in ("tail", "new") and f"fairness.part.{group}" in shared():
            return self.say(f"fairness.part.{group}")
        if by.endswith(SIZE):
            facet = by.removesuffix(SIZE)
            own = f"fairness.part.{facet}_{group}"
            return self.say(own) if own in shared() else self.say(f"fairness.part.{group}", facet=self.column(facet))
        special = {UNKNOWN: "unknown", OTHERS: "others"}
        return self.say(f"fairness.part.{special[group]}") if group in special else group

    def _value(self, column: str, value: str) -> str:
        if column == HISTORY and value in THIRDS:
            return self.say(f"fairness.third.{value}")
        return self.say("who.unsaid") if value == UNKNOWN else value

    def unit(self, metric: str, change: bool = False) -> str:
        """The unit of a figure, or of its change: percentages change by points."""
        suffix = form(metric).suffix
        if suffix == "%":
            return self.say("unit.points") if change else "%"
        return self.say(f"unit.{suffix}") if suffix else ""

    def with_unit(self, metric: str, value: Any, change: bool = False) -> str:
        """A figure or its change with its unit."""
        words, suffix = number(metric, value, signed=change), self.unit(metric, change)
        return words if not suffix or words == "–" else f"{words}%" if suffix == "%" else f"{words} {suffix}"
