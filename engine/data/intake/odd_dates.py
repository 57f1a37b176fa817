"""A few lines of a log that lie years away from all others: a mistyped year, or the zero of a clock."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.dataset import cutoff_of
from engine.data.intake.choices import Choices
from engine.data.intake.questions import Question
from engine.data.reading.findings import Mask, Table

FEW = 0.01  # at most this share of the lines, or one line
FAR = pd.Timedelta(days=182)  # a silence at least as long, and twice the longest one among the other lines,
FAR_OF_FEW = pd.Timedelta(days=5 * 365)  # and this where there are fewer than
ENOUGH = 20  # other lines, whose silences say little


def odd_dates(times: pd.Series) -> Mask:
    """Which times [n] lie far before or after all others; a missing time is not odd."""
    known = times.dropna()
    odd = np.zeros(len(times), dtype=bool)
    if len(known) < 3:
        return odd
    seconds = np.sort(known.to_numpy().astype("datetime64[s]").astype(np.int64))
    first, last = _core(seconds)
    values = times.to_numpy().astype("datetime64[s]").astype(np.int64)
    present = times.notna().to_numpy()
    return np.asarray(present & ((values < seconds[first]) | (values > seconds[last])), dtype=bool)


def _core(seconds: npt.NDArray[np.int64]) -> tuple[int, int]:
    """The first and the last of the sorted times that belong together: ends beyond a far gap are cut off."""
    gaps = np.diff(seconds)
    few = max(1, int(FEW * len(seconds)))
    inner = gaps[few : len(gaps) - few]
    usual = int(inner.max(initial=0))
    least = FAR if len(seconds) - few >= ENOUGH else FAR_OF_FEW
    far = max(int(least.total_seconds()), 2 * usual)
    before = np.flatnonzero(gaps[:few] > far)
    after = np.flatnonzero(gaps[len(gaps) - few :] > far)
    first = int(before[-1]) + 1 if len(before) else 0
    last = len(gaps) - few + int(after[0]) if len(after) else len(seconds) - 1
    return first, last


def question(table: Table, times: pd.Series, odd: Mask, choices: Choices) -> list[Question]:
    """The question on the odd dates of a log; none where there is no odd date."""
    if not odd.any():
        return []
    row = int(np.flatnonzero(odd)[0])
    others = times[~odd].dropna()
    details: dict[str, str | int] = {
        "n": int(odd.sum()), "count": f"{int(odd.sum()):,}", "lines": f"{len(odd):,}",
        "date": f"{times.iloc[row]:%Y-%m-%d}", "first": f"{others.min():%Y-%m-%d}", "last": f"{others.max():%Y-%m-%d}",
        "cutoff_keep": _cutoff(times.dropna()), "cutoff_drop": _cutoff(others),
    }  # fmt: skip
    return [
        Question(
            "odd_dates", table.file, "timestamp", details, "odd_dates", ("drop", "keep"), choices.odd_dates, asked=True,
            line=int(table.lines[row]), value=table.cells["timestamp"].iloc[row],
        )
    ]  # fmt: skip


def _cutoff(times: pd.Series) -> str:
    return f"{cutoff_of(times.min(), times.max()):%Y-%m-%d}"
