"""Who pays: what each group's lists keep of the nDCG that they had before, from figures that the audit released."""

from collections.abc import Iterator

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

MOST = 20  # groups drawn of each way of grouping; the table has all


def kept(content: Audit, names: tuple[str, str]) -> None:
    """Nothing is drawn where no group's nDCG was released both before and now."""
    rows = [row for row in content.shoppers if row.metric == "ndcg" and known(row.before) and row.before > 0]
    if not rows:
        return
    with page.card(t("fairness.kept"), t("fairness.kept_note", before=plain(names[0])), key="fair_kept"):
        st.markdown(_sentence(rows))
        spoken = (labelled(plain(_named(row)), figures.with_unit("ndcg_kept", share(row).value)) for row in rows)
        charts.show(kept_chart(list(_lines(rows))), "ndcg_kept_by_group", clauses(spoken))
        downloads.table(lambda: _table(rows), "ndcg-kept")


def _sentence(rows: list[ShopperGap]) -> str:
    """How many groups keep less, and which one least: of those whose interval says so, where there are any."""
    sure = [row for row in rows if share(row).high < 1]
    least = min(sure or rows, key=lambda row: share(row).value)
    value, low, high = (figures.text("ndcg_kept", end) for end in share(least))
    said = {"group": plain(_named(least)), "value": value, "low": low, "high": high, "size": f"{least.n:,}"}
    return t("fairness.kept_less" if sure else "fairness.kept_chance", n=len(sure), all=len(rows), **said)


def _lines(rows: list[ShopperGap]) -> Iterator[tuple[str, Estimate | None]]:
    """The rows of the chart: the groups of each way of grouping in their order, under a heading."""
    for by in dict.fromkeys(row.by for row in rows):
        yield cut(way_name(by), 30), None
        for row in in_order(row for row in rows if row.by == by)[:MOST]:
            yield f"{cut(group_name(row, 'shoppers'), 20)}  n {row.n:,}", share(row)


def _named(row: ShopperGap) -> str:
    return labelled(way_name(row.by), group_name(row, "shoppers"))


def share(row: ShopperGap) -> Estimate:
    """nDCG now ÷ before, 0 or more. The interval is that of the paired change, as a share of what was before."""
    low, high = (max(1 + end / row.before, 0.0) for end in (row.change_low, row.change_high))
    return Estimate(row.value / row.before, low, high)


def _table(rows: list[ShopperGap]) -> pd.DataFrame:
    """One row a group; shares from 0 to 1."""
    return pd.DataFrame(
        {"by": row.by, "group": row.group, "n": row.n, "ndcg_before": row.before, "ndcg_now": row.value}
        | dict(zip(("ndcg_kept", "low", "high"), share(row), strict=True))
        for row in rows
    )
