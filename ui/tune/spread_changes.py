"""The card that says which products of one shopper's list gave way because many other lists hold them."""

import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.explain.spread_changes import SpreadItem, spread_changes
from engine.strategy.strategy import Strategy
from ui.shell import page
from ui.text import products
from ui.text.words import t


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


def _line(bench: Bench, way: str, item: SpreadItem) -> dict[str, str]:
    return {
        t("spread.what"): t(f"spread.{way}", rank=item.rank),
        t("spread.product"): products.title(bench, item.item),
        t("spread.lists"): f"{100 * item.lists:.1f}%",
        t("spread.price"): f"{100 * item.price:.1f}%",
    }
