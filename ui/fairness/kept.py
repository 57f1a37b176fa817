"""Who pays: what each group's lists keep of the nDCG that they had before, from figures that the audit released."""

import pandas as pd
import streamlit as st

from engine.audit.results import Audit
from engine.fairness import ShopperGap
from engine.metrics import Estimate
from ui import charts
from ui.charts import cut
from ui.charts.kept import kept_chart
from ui.fairness.terms import group_name, in_order, known, way_name
from ui.shell import page
from ui.text import figures
from ui.text.words import clauses, labelled, plain, t
from ui.widgets import downloads

MOST = 24  # groups drawn; the table has all


def kept(content: Audit, names: tuple[str, str]) -> None:
    """Nothing is drawn where no group's nDCG was released both before and now."""
    rows = [row for row in content.shoppers if row.metric == "ndcg" and known(row.before) and row.before > 0]
    if not rows:
        return
    least = min(rows, key=lambda row: share(row).value)
    note = t("fairness.kept_note", before=plain(names[0]))
    with page.card(t("fairness.kept"), note, key="fair_kept"):
        value, low, high = (figures.text("ndcg_kept", end) for end in share(least))
        group = plain(group_name(least, "shoppers"))
        said = {"group": group, "value": value, "low": low, "high": high, "n": f"{least.n:,}"}
        st.markdown(t("fairness.kept_least" if share(least).value < 1 else "fairness.kept_none", **said))
        lines = [(_label(row), share(row)) for row in _drawn(rows)]
        spoken = (labelled(plain(label), figures.with_unit("ndcg_kept", part.value)) for label, part in lines)
        charts.show(
            kept_chart([(cut(label, 34), part) for label, part in lines]), "ndcg_kept_by_group", clauses(spoken)
        )
        downloads.table(lambda: _table(rows), "ndcg-kept")


def _drawn(rows: list[ShopperGap]) -> list[ShopperGap]:
    """By way of grouping, in the order of each."""
    ways = dict.fromkeys(row.by for row in rows)
    return [row for by in ways for row in in_order(row for row in rows if row.by == by)][:MOST]


def _label(row: ShopperGap) -> str:
    return f"{way_name(row.by)} {group_name(row, 'shoppers')} · n {row.n:,}"


def share(row: ShopperGap) -> Estimate:
    """nDCG now ÷ before. The interval is that of the paired change, as a share of what was before."""
    low, high = (1 + end / row.before for end in (row.change_low, row.change_high))
    return Estimate(row.value / row.before, low, high)


def _table(rows: list[ShopperGap]) -> pd.DataFrame:
    """One row a group; shares from 0 to 1."""
    return pd.DataFrame(
        {"by": row.by, "group": row.group, "n": row.n, "ndcg_before": row.before, "ndcg_now": row.value}
        | dict(zip(("ndcg_kept", "low", "high"), share(row), strict=True))
        for row in rows
    )
