"""Products as the pages will show them, before the shop is prepared."""

import pandas as pd
import streamlit as st

from engine.data import Dataset
from ui.data.upload import Upload
from ui.shell import page
from ui.text import products
from ui.text.words import t
from ui.widgets import downloads

SHOWN = 10
COLUMNS = ("title", "category", "subcategory", "brand", "price", "colour", "stock", "item_id")


def ten_products(upload: Upload) -> None:
    """A card with the first products of the checked shop."""
    if upload.verdict is None or upload.verdict.data is None:
        return
    data = upload.verdict.data
    rows = product_rows(data)
    with page.card(t("upload.products"), t("upload.products_note", n=len(rows), count=f"{data.n_items:,}")):
        price, stock = t("field.price"), t("field.stock")
        st.dataframe(
            rows, hide_index=True, key="ten_products", height="content",
            column_config={
                price: st.column_config.NumberColumn(format=products.price_format(data)),
                stock: st.column_config.NumberColumn(format="localized", help=t("upload.stock_help")),
            },
        )  # fmt: skip
        downloads.table(lambda: rows, "first-products")


def product_rows(data: Dataset) -> pd.DataFrame:
    """The first ten products by the columns that pages show, under their names there. A product without a title is
    called by its category."""
    items = data.items.head(SHOWN)
    names = [name for name in COLUMNS if name in items]
    shown = items[names].copy()
    if "title" in shown and "category" in shown:
        shown["title"] = shown["title"].fillna(shown["category"])
    texts = [name for name in names if name not in ("price", "stock")]
    shown[texts] = shown[texts].fillna("")
    return shown.rename(columns={name: t(f"field.{name}") for name in names})
