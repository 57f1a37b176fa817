"""Which clusters get slots, and which get more or fewer than their purchases."""

import numpy as np
import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.clusters import TEXTS
from engine.diagnosis.homogenization import Column, Homogenization
from ui import charts
from ui.homogenization import charts as shapes
from ui.shell import page
from ui.text import products
from ui.text.shoppers import column_name
from ui.text.words import clauses, plain, t
from ui.widgets import downloads

ROWS = 6  # clusters shown more, and less
Shares = dict[Column, np.ndarray]  # percent of the slots, float [n_clusters]


def clusters(result: Homogenization, bench: Bench) -> None:
    """The card with the chart; beside purchases where they are known, else beside λ 0."""
    name = next(iter(result.parts), None)  # the main facet, or clusters of texts in a shop without one
    if name is None:
        return
    names = result.parts[name].names
    if name == TEXTS:  # words, that a chart begins with a capital, as the map does
        names = [words[:1].upper() + words[1:] for words in names]
    base: Column = "bought" if result.purchased is not None else "before"
    title = t("homogenization.clusters" if base == "bought" else "homogenization.clusters_before")
    with page.card(title, _legend(name, base)):
        shares = {column: 100 * result.compared[column].parts[name] for column in result.columns}
        rows = [_row(bench, names[at], shares, base, at) for at in _most_changed(shares["now"] - shares[base])]
        if rows:
            alt = clauses(f"{label} {words}" for label, _, words in rows)
            charts.show(shapes.clusters(rows), "clusters", alt.replace("<b>", "").replace("</b>", ""))
        st.markdown("  \n".join(_occupied(result, facet, base) for facet in result.parts))
        downloads.table(lambda: pd.DataFrame({name: names} | shares), "clusters")


def _legend(name: str, base: Column) -> str:
    note = t("homogenization.clusters_note", facet=plain(column_name(name).lower()))
    bought = f" :blue[◆ {t('chart.bought')}]" if base == "bought" else ""
    return f"{note} · ○ {t('chart.before')} :green[● {t('chart.now')}]{bought}"


def _most_changed(gap: np.ndarray) -> np.ndarray:
    """Positions of the clusters whose share of the slots rises or falls most, the largest rise first."""
    order = np.argsort(-gap, kind="stable")
    more, fewer = order[:ROWS], order[-ROWS:]
    return order[np.isin(order, [*more[gap[more] > 0], *fewer[gap[fewer] < 0]])]


def _row(bench: Bench, name: str, shares: Shares, base: Column, at: int) -> tuple[str, dict[Column, float], str]:
    values = {column: float(share[at]) for column, share in shares.items()}
    return products.of_data(bench, name), values, f"{values[base]:.1f} → <b>{values['now']:.1f}</b>"


def _occupied(result: Homogenization, name: str, base: Column) -> str:
    """How many values of a facet get at least one slot."""
    counts = {column: f"{int((result.compared[column].parts[name] > 0).sum()):,}" for column in result.columns}
    key = "clusters_got_bought" if base == "bought" else "clusters_got"
    return t(f"homogenization.{key}", all=f"{len(result.parts[name].names):,}", what=plain(column_name(name)), **counts)
