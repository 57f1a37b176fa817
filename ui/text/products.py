"""Products in words: title, facets, price, change of rank, and the reason why they are in a list."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from engine.bench.bench import Bench
from engine.data import Dataset
from engine.data.sample import NAME as SAMPLE
from engine.data.sample import sample_chinese
from engine.explain.slots import Slot
from engine.words.numbers import amount, amount_pattern
from ui.text.words import language, t

_UNDER = ("category", "brand", "provider")


def item_id(bench: Bench, item: int) -> str:
    return str(bench.data.items["item_id"].iat[item])


def by_id(bench: Bench, name: str) -> int | None:
    """The catalogue row of a product's id, or None where the shop lacks it."""
    ids = bench.cached("item_ids", lambda: pd.Index(bench.history.items["item_id"]))
    place = int(ids.get_indexer(pd.Index([name], dtype=object))[0])
    return place if place >= 0 else None


def title(bench: Bench, item: int) -> str:
    """The product's title; its category where it has none."""
    named = _cell(bench, "title", item)
    if not named:
        return _cell(bench, "category", item) or item_id(bench, item)
    name, comma, size = named.partition(", ")
    return of_data(bench, name) + comma + size


def label(bench: Bench, item: int) -> str:
    """The label of a product in a choice, unique even where titles repeat: title, maker, price, sales and id."""
    counts = bench.evidence("all").counts
    sold = int(counts[item]) if len(counts) else 0
    maker = next((value for column in ("provider", "brand") if (value := _cell(bench, column, item))), "")
    sales = t("product.sold", n=f"{sold:,}") if sold else ""
    parts = (title(bench, item), of_data(bench, maker), price(bench, item), sales, item_id(bench, item))
    return " · ".join(filter(None, parts))


def of_data(bench: Bench, value: str) -> str:
    """A value of the shop's data in the language in use, where the bundled sample has words for it."""
    if language() == "en" or bench.data.name != SAMPLE:
        return value
    maker = re.fullmatch(r"Manufacturer (\d+)", value)
    return t("why.maker", number=maker[1]) if maker else _chinese().get(value, value)


@cache
def _chinese() -> dict[str, str]:
    return sample_chinese()


def under(bench: Bench, item: int) -> str:
    """Category, brand and provider, where the shop knows them."""
    return " · ".join(of_data(bench, value) for column in _UNDER if (value := _cell(bench, column, item)))


def price(bench: Bench, item: int) -> str:
    """The price with two decimals and its currency; empty where it is not known."""
    items = bench.data.items
    return prices(bench, [float(items["price"].to_numpy(float)[item]) if "price" in items else np.nan])[0]


def prices(bench: Bench, values: Iterable[float]) -> list[str]:
    """Prices as text; NaN is empty."""
    currency = currency_of(bench.data)
    return ["" if pd.isna(value) else amount(value, currency) for value in values]


def currency_of(data: Dataset) -> str:
    """The sign or code of a shop's amounts, "" where its files do not say it."""
    return data.currency or ("$" if data.name == SAMPLE else "")


def price_format(data: Dataset) -> str:
    """How a table's column of prices is written, in the way of printf."""
    return amount_pattern(currency_of(data)).format("%.2f")


def share(value: float) -> str:
    """A relevance from 0 to 1 as an integer from 0 to 100. A rule may add a product below 0 or without a score."""
    return "–" if np.isnan(value) else "< 0" if value < 0 else f"{100 * value:.0f}"


def rank_change(rank: int, base_rank: int, shown: bool) -> tuple[str, str]:
    """How far an item moved since λ = 0, and its tone; "new" where it was not shown then."""
    if not shown:
        return t("move.new"), "new"
    if rank == base_rank:
        return "–", ""
    return (f"↑ {base_rank - rank}", "good") if rank < base_rank else (f"↓ {rank - base_rank}", "bad")


def why(bench: Bench, slot: Slot) -> list[dict[str, object]]:
    """Why an item is in the list: the shopper's purchases of it, and the most similar item above it."""
    if bench.context.has_history:
        reason = t("why.bought", n=slot.bought) if slot.bought else t("why.never")
    else:
        reason = t("why.similar", alike=f"{100 * slot.score:.0f}")
    near = _nearness(bench, slot)
    return [{"text": reason, "strong": True}] + ([{"text": near, "strong": False}] if near else [])


def _nearness(bench: Bench, slot: Slot) -> str:
    if slot.rank == 1:
        return t("why.first") if slot.base_rank == 1 else ""  # a rule, or a method, put another item first
    if slot.nearest < 0:
        return t("why.unlike")
    alike = f"{100 * slot.similarity:.0f}"
    if slot.ties:
        return t("why.tied", title=title(bench, slot.nearest), alike=alike, n=slot.ties)
    return t("why.nearest", title=title(bench, slot.nearest), alike=alike)


def _cell(bench: Bench, column: str, item: int) -> str:
    items = bench.data.items
    value: Any = items[column].iat[item] if column in items else None
    return "" if value is None or pd.isna(value) else str(value)
