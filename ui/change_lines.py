"""What a change buys or costs, one figure a line: before, after, and the interval of the difference."""

from collections.abc import Iterable, Mapping
from typing import Any

from ui import figures
from ui.words import t


def told(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows {metric, before, after, low, high} as markdown."""
    return "\n\n".join(map(_line, rows))


def _line(row: Mapping[str, Any]) -> str:
    key = str(row["metric"])
    form = figures.figure(key)
    before, after, low, high = (float(row[name]) for name in ("before", "after", "low", "high"))
    moved, tone = figures.change(key, after, before)
    colour = {"good": "green", "bad": "orange"}.get(tone, "gray") if low > 0 or high < 0 else "gray"
    between = f"{low * form.scale:+.{form.digits}f} … {high * form.scale:+.{form.digits}f}"
    name = t(f"measure.{key.partition(':')[0]}")
    then = f"{figures.text(key, before)} → **{figures.with_unit(key, after)}**"
    return f":gray[:small[{name}]]  \n:small[{then} :{colour}[{moved}] :gray[({between})]]"
