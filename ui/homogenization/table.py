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


def table(found: Homogenization) -> None:
    """Every figure like for like, with the interval of its difference."""
    bought = found.purchased is not None
    note = ""
    if bought:
        new = t("homogenization.bought_new" if state.view().surface == "new" else "homogenization.bought_any")
        counts = {"n": f"{found.n_compared:,}", "all": f"{found.n_shoppers:,}", "least": LEAST}
        note = t("homogenization.table_note", new=new, **counts)
    with page.card(t("homogenization.table"), note):
        known = [key for key in found.moves if np.isfinite(found.compared["now"].figures[key].value)]
        rows = [_row(found, key) for key in sorted(known, key=lambda key: TABLE.index(key.partition(":")[0]))]
        st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)
        st.markdown(f":gray[:small[{joined(_period(found), t('homogenization.intervals'))}]]")
        downloads.table(lambda: _raw(found), "homogenization")


def _row(found: Homogenization, key: str) -> dict[str, str]:
    line = {t("homogenization.figure"): _label(key)}
    for column in found.columns:
        line[t(f"homogenization.{column}")] = figures.with_unit(key, found.compared[column].figures[key].value)
    line[t("homogenization.moves")] = _difference(key, found.moves[key])
    if found.gaps:
        line[t("homogenization.gaps")] = _difference(key, found.gaps[key])
    return line


def _label(key: str) -> str:
    name, _, facet = key.partition(":")
    label = t(f"measure.{name}")
    return t("homogenization.by", figure=label, facet=plain(column_name(facet).lower())) if facet else label


def _difference(key: str, part: Estimate) -> str:
    """A difference and its interval: orange where lists are surely more alike, green where less, else grey."""
    colour = figures.TONES[figures.sure_tone(key, *part)]
    return f":{colour}[{figures.difference(key, part.value)}] :gray[:small[{figures.span(key, part.low, part.high)}]]"


def _period(found: Homogenization) -> str:
    yard = found.purchased
    if yard is None:
        return ""
    return t(
        f"homogenization.period_{yard.period}", since=f"{yard.since:%Y-%m-%d}", until=f"{yard.until:%Y-%m-%d}",
        left=f"{yard.left_out:,}", pairs=f"{yard.pairs:,}",
    )  # fmt: skip


def _raw(found: Homogenization) -> pd.DataFrame:
    """The table with full numbers, one row a figure and column."""
    sets: dict[str, dict[str, Estimate]] = {column: part.figures for column, part in found.compared.items()}
    sets |= {"now - before": found.moves} | ({"now - bought": found.gaps} if found.gaps else {})
    return pd.DataFrame(
        {"list": name, "metric": key, **part._asdict(), "n_users": found.n_compared}
        for name, parts in sets.items()
        for key, part in parts.items()
    )
