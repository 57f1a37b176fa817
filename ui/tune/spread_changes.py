"""The card that says which products of one shopper's list gave way because many other lists hold them."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.explain.spread_changes import SpreadChanges, SpreadItem, spread_changes
from engine.strategy.strategy import Strategy
from ui.shell import page
from ui.text import products
from ui.text.words import t
from ui.widgets import downloads


def spread_card(bench: Bench, strategy: Strategy, row: int) -> None:
    """Draws nothing where no product has a price."""
    changes = spread_changes(bench, strategy, row)
    if changes is None:
        return
    note = t("spread.note", lists=f"{len(bench.users):,}")
    with page.card(t("spread.changes", spread=f"{strategy.spread:.2f}"), note):
        if not changes.out and not changes.brought_in:
            st.markdown(t("spread.unchanged"))
            return
        rows = [_line(bench, "out", item) for item in changes.out]
        rows += [_line(bench, "in", item) for item in changes.brought_in]
        st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)
        downloads.table(lambda: _table(bench, changes), "spread")


def _line(bench: Bench, way: str, item: SpreadItem) -> dict[str, str]:
    return {
        t("spread.what"): t(f"spread.{way}", rank=item.rank),
        t("spread.product"): products.title(bench, item.item),
        t("spread.lists"): f"{100 * item.lists:.1f}%",
        t("spread.price"): f"{100 * item.price:.1f}%",
    }


def _table(bench: Bench, changes: SpreadChanges) -> pd.DataFrame:
    """The same with ids, and shares and prices from 0 to 1."""
    ways = [("out", item) for item in changes.out] + [("in", item) for item in changes.brought_in]
    return pd.DataFrame(
        {"change": way} | asdict(item) | {"item": products.item_id(bench, item.item)} for way, item in ways
    )
