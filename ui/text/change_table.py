"""Paired changes as lines of a table: a figure under the first lists, then under each other with its interval."""

from collections.abc import Sequence

import numpy as np

from engine.evaluation.evaluate import Row
from ui.text import figures
from ui.text.words import t


def line(rows: Sequence[Row], letters: str = "BC") -> dict[str, str]:
    """One figure: under A, then under each other list (`letters`) with its change from A and the interval of that."""
    key = rows[0]["metric"]
    told = {t("compare.figure"): t(f"measure.{key.partition(':')[0]}"), "A": figures.with_unit(key, rows[0]["before"])}
    for letter, found in zip(letters, rows, strict=False):
        told[letter] = figures.with_unit(key, found["after"])
        told[f"{letter} - A"] = _change(key, found)
        told[t("compare.interval", list=letter)] = figures.span(key, found["low"], found["high"])
    return told | {t("compare.counted"): f"{rows[0]['n_users']:,}"}


def _change(key: str, found: Row) -> str:
    """The change, coloured where it is measurable, and called none where it is not."""
    moved, _ = figures.change(key, found["after"], found["before"])
    if not np.isfinite([found["low"], found["high"]]).all():
        return f":gray[{moved or '–'}]"
    tone = figures.sure_tone(key, found["difference"], found["low"], found["high"])
    return f":gray[{t('figure.none')}]" if tone is None else f":{figures.TONES[tone]}[{moved}]"
