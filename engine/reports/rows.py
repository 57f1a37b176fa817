"""Cells that tables of shoppers and of makers share: the gap to the rest, its q, its effect."""

from typing import Any

from engine.fairness import Gap
from engine.reports.names import known, number, significant, with_interval
from engine.reports.tables import Cell, Marked


def gap(metric: str, row: Gap) -> Cell:
    """The gap with its interval, marked where it stands after correction."""
    words = with_interval(metric, row.difference, row.difference_low, row.difference_high)
    return Marked(words, "stands") if significant(row.q) else words


def small(q: Any) -> str:
    """A q with three digits."""
    return "–" if not known(q) else "< 0.001" if q < 0.001 else f"{q:.3f}"


def effect(row: Gap) -> str:
    return number("effect", row.effect, signed=True)
