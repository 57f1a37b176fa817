"""The texts of each product on the map: title, line below, price, and the text that search looks in."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.bench.bench import Bench
from ui.charts import cut
from ui.text import products
from ui.text.words import language

UNDER = ("category", "brand", "provider")


@dataclass(frozen=True)
class ProductTexts:
    """Texts of the products drawn, in order: str [m]; `price` float [m], NaN unknown; search looks in `found`."""

    titles: list[str]
    under: list[str]
    price: np.ndarray
    hover: list[str]
    found: list[str]


def product_texts(bench: Bench, rows: np.ndarray) -> ProductTexts:
    """The texts in the language in use, made once for each language."""
    return bench.memo("texts", 4).get((language(), rows.tobytes()), lambda: _product_texts(bench, rows))


def _product_texts(bench: Bench, rows: np.ndarray) -> ProductTexts:
    items = bench.data.items.iloc[rows]
    titles = _titles(bench, items)
    columns = [_column(bench, items, name) for name in UNDER if name in items]
    under = [" · ".join(value for value in parts if value) for parts in zip(*columns, strict=True)] or [""] * len(items)
    price = items["price"].to_numpy(float) if "price" in items else np.full(len(items), np.nan)
    more = [_column(bench, items, name) for name in ("subcategory", "colour") if name in items]
    ids = items["item_id"].astype(str)
    searched = [
        " ".join(parts).casefold() for parts in zip(titles, under, ids, items_text(items, "title"), *more, strict=True)
    ]
    prices = products.prices(bench, price)
    lines = zip(titles, under, prices, strict=True)
    hover = [f"<b>{cut(title, 46)}</b><br>{cut(line, 60)}{cost and f' · {cost}'}" for title, line, cost in lines]
    return ProductTexts(titles, under, price, hover, searched)


def items_text(items: pd.DataFrame, column: str) -> list[str]:
    """A column as text, "" where it is missing."""
    return items[column].fillna("").astype(str).tolist() if column in items else [""] * len(items)


def search(query: str, texts: ProductTexts) -> np.ndarray:
    """bool [m]: the products whose texts hold every word."""
    wanted = query.casefold().split()
    return np.array([bool(wanted) and all(word in text for word in wanted) for text in texts.found], bool)


def _titles(bench: Bench, items: pd.DataFrame) -> list[str]:
    """As `products.title`: the title, else the category, else the id."""
    names = items_text(items, "title")
    parts = [name.partition(", ") for name in names]
    shown = {name: products.of_data(bench, name) for name in {head for head, _, _ in parts}}
    category, ids = _column(bench, items, "category"), items["item_id"].astype(str)
    rows = zip(parts, category, ids, strict=True)
    return [shown[head] + comma + size if head else kind or item for (head, comma, size), kind, item in rows]


def _column(bench: Bench, items: pd.DataFrame, column: str) -> list[str]:
    values = items_text(items, column)
    shown = {value: products.of_data(bench, value) if value else "" for value in set(values)}
    return [shown[value] for value in values]
