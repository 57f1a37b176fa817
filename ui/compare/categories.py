"""How many slots each category has in the first and in the last list of one shopper."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import streamlit as st

from engine.bench.bench import Bench
from engine.strategy.strategy import Strategy
from ui import charts
from ui.compare.settings import last_letter
from ui.shell import page
from ui.text import products
from ui.text.words import clauses, t

MOST = 11  # categories in the chart


def categories(bench: Bench, strategies: list[Strategy], lists: Sequence[np.ndarray]) -> None:
    """lists: int64 [1, k] for each strategy chosen, -1 where a list is short."""
    note = page.dots(t("compare.by_category_note", k=strategies[0].k), "A", last_letter(strategies))
    with page.card(t("compare.by_category"), note):
        before, now = _slots(bench, lists[0][0]), _slots(bench, lists[-1][0])
        order = sorted({*before, *now}, key=lambda v: (-abs(now[v] - before[v]), -now[v]))[:MOST]
        if not order:
            st.markdown(f":gray[{t('compare.no_category')}]")
            return
        rows = [(products.of_data(bench, v), before[v], now[v], _step(before[v], now[v])) for v in order]
        charts.show(charts.dumbbells(rows), "by_category", clauses(f"{label} {a} → {b}" for label, a, b, _ in rows))


def _slots(bench: Bench, items: np.ndarray) -> Counter[str]:
    facet = bench.evidence(page.scope()).main_facet
    if facet is None:
        return Counter()
    codes, values = bench.history.codes(facet)
    return Counter(values[codes[item]] for item in items if item >= 0 and codes[item] >= 0)


def _step(before: int, now: int) -> str:
    return f"{before} → <b>{now}</b>" if before != now else f"{now}"
