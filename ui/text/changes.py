"""Paired changes of figures, each with the interval of its difference: as lines of a table, or of text."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.evaluation.rows import Change
from ui.text import figures
from ui.text.words import t


def table_line(rows: Sequence[Change], letters: str = "BC") -> dict[str, str]:
    """One figure as a row of a table: under the first lists (A), then under each other list with its change from A and
    the interval of that. rows: one for each of the `letters`.
    """
    first = rows[0]
    key = first.metric
    line = {t("compare.figure"): _name(key), "A": figures.with_unit(key, first.before)}
    for letter, row in zip(letters, rows, strict=False):
        line[letter] = figures.with_unit(key, row.after)
        line[f"{letter} - A"] = _change(row)
        line[t("compare.interval", list=letter)] = figures.span(key, row.low, row.high)
    return line | {t("compare.counted"): f"{first.n_users:,}"}


def paragraphs(rows: Iterable[Change]) -> str:
    """Gains and losses as markdown, one paragraph for each figure."""
    return "\n\n".join(map(_paragraph, rows))


def _paragraph(row: Change) -> str:
    key = row.metric
    step = f"{figures.text(key, row.before)} → **{figures.with_unit(key, row.after)}**"
    interval = f":gray[({figures.span(key, row.low, row.high)})]"
    return f":gray[:small[{_name(key)}]]  \n:small[{step} {_change(row)} {interval}]"


def _name(key: str) -> str:
    return t(f"measure.{key.partition(':')[0]}")


def _change(row: Change) -> str:
    """The change, coloured if it is significant; otherwise the words for no measurable change."""
    key, low, high = row.metric, row.low, row.high
    change, _ = figures.change(key, row.after, row.before)
    if not np.isfinite([low, high]).all():
        return f":gray[{change or '–'}]"
    tone = figures.sure_tone(key, row.difference, low, high)
    return f":gray[{t('figure.none')}]" if tone is None else f":{figures.TONES[tone]}[{change}]"
