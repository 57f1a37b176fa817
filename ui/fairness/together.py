"""All makers together: how many are shown at all, and how attention is shared out among them, before and now."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from engine.audit.results import Audit
from engine.bench.bench import Bench
from engine.fairness import ProvidersTogether
from ui.component import cards
from ui.fairness.question import FEWEST_MAKERS
from ui.fairness.terms import known, number, span, unit, way_name
from ui.shell import page
from ui.text.words import joined, plain, t, unbroken
from ui.widgets import downloads, measure_cards

FIGURES = ("coverage", "largest", "gini")  # those that need no explanation beyond one sentence
BETTER = {"coverage": 1, "largest": -1, "gini": -1}


def together(bench: Bench, content: Audit) -> None:
    """A row of cards for each way of telling makers apart; none for classes by size, tail and new products."""
    rows = [row for row in content.together if row.metric in FIGURES and row.by in bench.history.facets()]
    for by in dict.fromkeys(row.by for row in rows):
        offered = _offered(bench, by)
        if offered < FEWEST_MAKERS:  # their shares are drawn below
            continue
        own = sorted((row for row in rows if row.by == by), key=lambda row: FIGURES.index(row.metric))
        title = t("fairness.together", way=plain(way_name(by, "providers").lower()))
        page.head(title, t("fairness.together_note", n=f"{own[0].n:,}"))
        cards(f"together_{by}", [_card(row, offered) for row in own], least=215)
        downloads.table(partial(_table, own), f"together-{by}")


def _offered(bench: Bench, by: str) -> int:
    """How many values have a product that lists may show; products without a value count as one more."""
    return len(np.unique(bench.history.codes(by)[0][bench.history.eligible()]))


def _table(rows: list[ProvidersTogether]) -> pd.DataFrame:
    return pd.DataFrame([row.plain() for row in rows])


def _card(row: ProvidersTogether, offered: int) -> dict[str, Any]:
    """A figure now, its change where lists are compared, and both intervals."""
    metric, mark = row.metric, unit(row.metric)
    block = {"value": number(metric, row.value), "unit": mark, "change": "", "from": "", "tone": ""}
    sure = t("fairness.sure", span=unbroken(span(metric, row.low, row.high, False)))
    if known(row.change):
        size = number(metric, row.change, True).replace("−", "-")  # the pill takes an ASCII minus
        changed = bool(size.strip("+-0.,"))
        block |= {"change": f"{size} {unit(metric, True)}".strip() if changed else t("figure.same"), "tone": _tone(row)}
        block["from"] = t("figure.from", value=f"{number(metric, row.before)}{mark}")
        sure = joined(sure, t("fairness.change_sure", span=unbroken(span(metric, row.change_low, row.change_high))))
    counts = {"n": f"{round(row.value * offered):,}", "all": f"{offered:,}"} if metric == "coverage" else {}
    return measure_cards.entry(metric, [block], sure, words="fairness.whole", **counts)


def _tone(row: ProvidersTogether) -> str:
    """Good where makers surely share more evenly, bad where less."""
    sure = row.change_low > 0 or row.change_high < 0
    return "" if not sure else "good" if row.change * BETTER[row.metric] > 0 else "bad"
