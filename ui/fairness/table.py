"""Every figure of an audit in one table, and what a gap is and is not."""

from typing import Any

import pandas as pd
import streamlit as st

from engine.reports.sections import LIMITS
from ui.fairness.terms import Row, figure_name, group_name, known, number, significant, span, unit, way_name
from ui.shell import page
from ui.text.words import t
from ui.widgets import downloads

Content = dict[str, Any]
HEIGHT = 330


def table(content: Content) -> None:
    """Figures, gaps, changes, effect sizes and the smallest gaps that would have been found."""
    rows = [row for row in content["results"] if known(row["difference"])]
    family = content["family_size"]
    standing = sum(significant(row.get(q)) for row in content["results"] for q in ("q", "gap_change_q"))
    with page.card(t("fairness.table"), t("fairness.table_note", n=family, k=standing), key="fair_table"):
        if rows:
            heads = {t("fairness.column.effect"): st.column_config.NumberColumn(format="%.2f")}
            st.dataframe(
                pd.DataFrame([_line(row) for row in rows]), hide_index=True, height=HEIGHT, column_config=heads
            )
        downloads.table(lambda: pd.DataFrame(content["results"]), "fairness")
        st.markdown(f":gray[:small[{t('fairness.method')}]]")


def _line(row: Row) -> dict[str, Any]:
    side, metric = row["side"], row["metric"]
    of_unit = f", {unit(metric)}" if unit(metric) else ""
    line: dict[str, Any] = {
        "by": way_name(row["by"], side), "group": group_name(row, side), "figure": figure_name(metric) + of_unit,
        "n": row["n"], "before": number(metric, row.get("before")), "now": number(metric, row["value"]),
        "change": _with_ends(row, metric, "change"), "gap": _with_ends(row, metric, "difference"),
        "q": f"{row['q']:.3f}" if known(row.get("q")) else "–",
        "effect": round(row["effect"], 2) + 0.0 if known(row.get("effect")) else None,
        "detectable": number(metric, row.get("detectable")),
        "gap_change_q": f"{row['gap_change_q']:.3f}" if known(row.get("gap_change_q")) else "–",
    }  # fmt: skip
    return {t(f"fairness.column.{name}"): value for name, value in line.items()}


def _with_ends(row: Row, metric: str, name: str) -> str:
    if not known(row.get(name)):
        return "–"
    return f"{number(metric, row[name], True)} ({span(metric, row.get(f'{name}_low'), row.get(f'{name}_high'))})"


def what_a_gap_is() -> None:
    """What may be read out of a gap, and what not."""
    with st.expander(t("fairness.gap"), icon=":material/help:"):
        st.markdown("\n".join(f"- {t(f'fairness.gap_{point}')}" for point in LIMITS))
