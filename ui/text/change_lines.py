"""What a change buys or costs, one figure a line: before, after, and the interval of the difference."""

from collections.abc import Iterable, Mapping
from typing import Any

from ui.text import figures
from ui.text.words import t


def told(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows {metric, before, after, low, high} as markdown."""
    return "\n\n".join(map(_line, rows))


def _line(row: Mapping[str, Any]) -> str:
    key = str(row["metric"])
    before, after, low, high = (float(row[name]) for name in ("before", "after", "low", "high"))
    tone = figures.sure_tone(key, after - before, low, high)
    moved = t("figure.none") if tone is None else figures.change(key, after, before)[0]
    name = t(f"measure.{key.partition(':')[0]}")
    then = f"{figures.text(key, before)} → **{figures.with_unit(key, after)}**"
    between = figures.span(key, low, high)
    return f":gray[:small[{name}]]  \n:small[{then} :{figures.TONES[tone]}[{moved}] :gray[({between})]]"
