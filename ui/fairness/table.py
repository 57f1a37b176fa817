"""Every figure of an audit in one table, and what a gap is and is not."""

from typing import Any

import pandas as pd
import streamlit as st

from engine.audit.results import Audit
from engine.fairness import Gap
from engine.reports.sections import LIMITS
from ui.fairness.terms import figure_name, group_name, known, number, significant, span, unit, way_name
from ui.shell import page
from ui.text.words import t
from ui.widgets import downloads

HEIGHT = 330


def table(content: Audit) -> None:
    """Figures, gaps, changes, effect sizes and the smallest gaps that would have been found; nothing where all are
    hidden."""
    rows = [row for row in content.gaps if known(row.difference)]
    if not rows:
        return
    family = content.family_size
    standing = sum(map(significant, content.every_q))
    with page.card(t("fairness.table"), t("fairness.table_note", n=family, k=standing), key="fair_table"):
        heads = {t("fairness.column.effect"): st.column_config.NumberColumn(format="%.2f")}
        lines = pd.DataFrame([_line(row) for row in rows])
        st.dataframe(lines, hide_index=True, height=min(38 + 35 * len(lines), HEIGHT), column_config=heads)
        downloads.table(lambda: pd.DataFrame([row.plain() for row in content.results]), "fairness")
        st.markdown(f":gray[:small[{t('fairness.method')}]]")


def _line(row: Gap) -> dict[str, Any]:
    side, metric = row.side, row.metric
    of_unit = f", {unit(metric)}" if unit(metric) else ""
    line: dict[str, Any] = {
        "by": way_name(row.by, side), "group": group_name(row, side), "figure": figure_name(metric) + of_unit,
        "n": row.n, "before": number(metric, row.before), "now": number(metric, row.value),
        "change": _with_ends(metric, row.change, row.change_low, row.change_high),
        "gap": _with_ends(metric, row.difference, row.difference_low, row.difference_high),
        "q": f"{row.q:.3f}" if known(row.q) else "–",
        "effect": round(row.effect, 2) + 0.0 if known(row.effect) else None,
        "detectable": number(metric, row.detectable),
        "gap_change_q": f"{row.gap_change_q:.3f}" if known(row.gap_change_q) else "–",
    }  # fmt: skip
    return {t(f"fairness.column.{name}"): value for name, value in line.items()}


def _with_ends(metric: str, value: float, low: float, high: float) -> str:
    return f"{number(metric, value, True)} ({span(metric, low, high)})" if known(value) else "–"


def what_a_gap_is() -> None:
    """What a gap means, and what it does not mean."""
    with st.expander(t("fairness.gap"), icon=":material/help:"):
        st.markdown("\n".join(f"- {t(f'fairness.gap_{point}')}" for point in LIMITS))
