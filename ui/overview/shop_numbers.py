"""The shop in numbers: products, shoppers, baskets and the values of its facets."""

import streamlit as st

from engine.data import Dataset
from ui.component import cards
from ui.text.words import t

MOST = 6  # cards


def shop_numbers(data: Dataset) -> None:
    """A row of cards. Without a log, it counts brands and colours in place of shoppers."""
    with st.container(border=True):
        entries = [
            {"key": name, "label": t(f"overview.number.{name}"), "blocks": [{"value": f"{count:,}"}]}
            for name, count in _counts(data)[:MOST]
        ]
        cards("shop", entries, least=120, plain=True)


def _counts(data: Dataset) -> list[tuple[str, int]]:
    log = data.interactions
    counts = [("products", data.n_items)]
    if len(log):
        counts.append(("shoppers", data.n_users))
    if "basket_id" in log:
        counts.append(("baskets", log["basket_id"].nunique()))
    if len(log):
        counts.append(("interactions", len(log)))
    columns = ["provider", "department", "category"] + ([] if len(log) else ["brand", "colour"])
    return counts + [(name, data.items[name].nunique()) for name in columns if name in data.items]
