"""Paired changes as lines of a table: a figure under the first lists, then under each other with its interval."""

from collections.abc import Sequence

import numpy as np

from engine.experiments.evaluation import Row
from ui import figures
from ui.words import t


def line(rows: Sequence[Row], letters: str = "BC") -> dict[str, str]:
    """One figure: under A, then under each other list (`letters`) with its change from A and the interval of that."""
    key = rows[0]["metric"]
    row = figures.figure(key)
    told = {t("compare.figure"): t(f"measure.{key.partition(':')[0]}"), "A": figures.with_unit(key, rows[0]["before"])}
    for letter, found in zip(letters, rows, strict=False):
        told[letter] = figures.with_unit(key, found["after"])
        told[f"{letter} - A"] = _change(key, found)
        known = np.isfinite([found["low"], found["high"]]).all()
        low, high = (f"{found[end] * row.scale:+.{row.digits}f}" for end in ("low", "high"))
        told[t("compare.interval", list=letter)] = f"{low} … {high}" if known else "–"
    return told | {t("compare.counted"): f"{rows[0]['n_users']:,}"}


def _change(key: str, found: Row) -> str:
    """The change, coloured where its interval leaves out 0, called chance where it does not."""
    moved, tone = figures.change(key, found["after"], found["before"])
    if not np.isfinite([found["low"], found["high"]]).all() or found["difference"] == 0:
        return f":gray[{moved or '–'}]"
    sure = found["low"] > 0 or found["high"] < 0
    colour = {"good": "green", "bad": "orange"}.get(tone, "gray") if sure else "gray"
    return f":{colour}[{moved}]" + ("" if sure else f" :gray[({t('compare.unsure')})]")
