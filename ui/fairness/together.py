"""All makers together: how many are shown at all, and how attention is shared out among them, before and now."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from engine.audit.results import Audit
from engine.bench.bench import Bench
from engine.fairness import ProvidersTogether
from ui.fairness.terms import known, number, span, unit, way_name
from ui.shell import page
from ui.text.words import plain, t
from ui.widgets import downloads

FIGURES = ("coverage", "largest", "gini")  # those that need no explanation beyond one sentence
FEWEST = 10  # values: figures of all together say nothing of fewer, whose shares are drawn below
BETTER = {"coverage": 1, "largest": -1, "gini": -1}


def together(bench: Bench, content: Audit) -> None:
    """One card for each way of telling makers apart; nothing for classes by size, tail and new products."""
    rows = [row for row in content.together if row.metric in FIGURES and row.by in bench.history.facets()]
    for by in dict.fromkeys(row.by for row in rows):
        offered = _offered(bench, by)
        if offered < FEWEST:
            continue
        own = sorted((row for row in rows if row.by == by), key=lambda row: FIGURES.index(row.metric))
        title = t("fairness.together", way=plain(way_name(by, "providers").lower()))
        with page.card(title, t("fairness.together_note", n=f"{own[0].n:,}"), key=f"together_{by}"):
            st.table(pd.DataFrame([_line(row, offered) for row in own]), border="horizontal", hide_index=True)
            downloads.table(partial(_table, own), f"together-{by}")


def _offered(bench: Bench, by: str) -> int:
    """How many values have a product that lists may show; products without a value count as one more."""
    return len(np.unique(bench.history.codes(by)[0][bench.history.eligible()]))


def _table(rows: list[ProvidersTogether]) -> pd.DataFrame:
    return pd.DataFrame([row.plain() for row in rows])


def _line(row: ProvidersTogether, offered: int) -> dict[str, str]:
    """A figure now, and beside lists to compare with what it was and by how much it changed, with intervals."""
    metric, mark = row.metric, "%" if unit(row.metric) == "%" else ""
    cells = {"figure": t(f"fairness.whole.{metric}")}
    now = f"{number(metric, row.value)}{mark} {_ends(metric, row.low, row.high, False)}"
    if known(row.change):
        change = number(metric, row.change, True) + (f" {unit(metric, True)}" if mark else "")
        cells |= {"before": f"{number(metric, row.before)}{mark}", "now": now}
        cells |= {"change": f":{_colour(row)}[{change}] {_ends(metric, row.change_low, row.change_high, True)}"}
    else:
        cells["now"] = now
    counts = {"n": f"{round(row.value * offered):,}", "all": f"{offered:,}"} if metric == "coverage" else {}
    cells["means"] = f":gray[:small[{t(f'fairness.whole_means.{metric}', **counts)}]]"
    return {t(f"fairness.column.{name}"): words for name, words in cells.items()}


def _ends(metric: str, low: float, high: float, signed: bool) -> str:
    return f":gray[:small[({span(metric, low, high, signed)})]]"


def _colour(row: ProvidersTogether) -> str:
    """Green where makers surely share more evenly, orange where less, else grey."""
    sure = row.change_low > 0 or row.change_high < 0
    return "gray" if not sure else "green" if row.change * BETTER[row.metric] > 0 else "orange"
