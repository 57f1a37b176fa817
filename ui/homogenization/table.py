"""The table of homogenization: every figure like for like, with the interval of its difference."""

import numpy as np
import pandas as pd
import streamlit as st

from engine.diagnosis.homogenization import LEAST, Homogenization
from engine.metrics import Estimate
from ui import state
from ui.shell import page
from ui.text import figures
from ui.text.shoppers import column_name
from ui.text.words import joined, plain, t
from ui.widgets import downloads

TABLE = (
    "shared_products", "jaccard_overlap", "dice_overlap", "coverage", "gini", "shannon_entropy", "top_share",
    "tail_share", "occupancy", "shelf_evenness", "shelf_hhi", "hhi",
)  # fmt: skip


def table(result: Homogenization) -> None:
    """The card with every figure, compared like for like, and the intervals of the differences."""
    bought = result.purchased is not None
    note = ""
    if bought:
        new = t("homogenization.bought_new" if state.view().surface == "new" else "homogenization.bought_any")
        counts = {"n": f"{result.n_compared:,}", "all": f"{result.n_shoppers:,}", "least": LEAST}
        note = t("homogenization.table_note", new=new, **counts)
    with page.card(t("homogenization.table"), note):
        known = [key for key in result.moves if np.isfinite(result.compared["now"].figures[key].value)]
        rows = [_row(result, key) for key in sorted(known, key=lambda key: TABLE.index(key.partition(":")[0]))]
        st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)
        st.markdown(f":gray[:small[{joined(_period(result), t('homogenization.intervals'))}]]")
        downloads.table(lambda: _raw(result), "homogenization")


def _row(result: Homogenization, key: str) -> dict[str, str]:
    line = {t("homogenization.figure"): _label(key)}
    for column in result.columns:
        line[t(f"homogenization.{column}")] = figures.with_unit(key, result.compared[column].figures[key].value)
    line[t("homogenization.moves")] = _difference(key, result.moves[key])
    if result.gaps:
        line[t("homogenization.gaps")] = _difference(key, result.gaps[key])
    return line


def _label(key: str) -> str:
    name, _, facet = key.partition(":")
    label = t(f"measure.{name}")
    return t("homogenization.by", figure=label, facet=plain(column_name(facet).lower())) if facet else label


def _difference(key: str, change: Estimate) -> str:
    """A difference and its interval: orange where lists are surely more alike, green where less, else grey."""
    colour = figures.TONES[figures.sure_tone(key, *change)]
    span = figures.span(key, change.low, change.high)
    return f":{colour}[{figures.difference(key, change.value)}] :gray[:small[{span}]]"


def _period(result: Homogenization) -> str:
    bought = result.purchased
    if bought is None:
        return ""
    return t(
        f"homogenization.period_{bought.period}", since=f"{bought.since:%Y-%m-%d}", until=f"{bought.until:%Y-%m-%d}",
        left=f"{bought.left_out:,}", pairs=f"{bought.pairs:,}",
    )  # fmt: skip


def _raw(result: Homogenization) -> pd.DataFrame:
    """The table with full numbers, one row a figure and column."""
    sets: dict[str, dict[str, Estimate]] = {column: estimate.figures for column, estimate in result.compared.items()}
    sets |= {"now - before": result.moves} | ({"now - bought": result.gaps} if result.gaps else {})
    return pd.DataFrame(
        {"list": name, "metric": key, **estimate._asdict(), "n_users": result.n_compared}
        for name, parts in sets.items()
        for key, estimate in parts.items()
    )
