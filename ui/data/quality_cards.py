"""A shop's numbers, the quality of its data at a glance, and what it lacks."""

import os

import pandas as pd
import streamlit as st

from engine.bench.memo import Memo
from engine.data import Dataset
from engine.data.missing_data import missing_data
from engine.data.quality import Prices, Quality, quality
from engine.data.reading.columns import MONEY
from ui.component import cards
from ui.shell import page
from ui.text import products
from ui.text.shoppers import column_name
from ui.text.words import joined, t
from ui.text.words import table as words
from ui.widgets import downloads

PREVIEWED = 50  # rows
OUTLIERS = 8
GAPS = 12  # rows before the table scrolls
_made = Memo(limit=4)


def quality_of(data: Dataset) -> Quality:
    """The quality of a shop's data, computed once."""
    return _made.get(data.hash, lambda: quality(data))


def numbers(data: Dataset, quality: Quality) -> None:
    """The numbers of products, shoppers and interactions, and the days that the log covers."""
    counts = [("products", data.n_items), ("shoppers", data.n_users), ("interactions", len(data.interactions))]
    if data.anonymous is not None:
        counts.append(("anonymous", len(data.anonymous)))
    entries = [
        {"key": name, "label": t(f"overview.number.{name}"), "blocks": [{"value": f"{count:,}"}]}
        for name, count in counts
    ]
    if quality.span is not None:
        days = {"value": f"{quality.span.days:,}", "unit": t("data.days")}
        when = t("data.from_to", first=f"{quality.span.first:%Y-%m-%d}", last=f"{quality.span.last:%Y-%m-%d}")
        entries.append({"key": "days", "label": t("data.time"), "blocks": [days], "note": when})
    with st.container(border=True):
        cards("numbers", entries, least=150, plain=True)


def glance(data: Dataset, quality: Quality) -> None:
    """Nine cards at most: what is missing, unusual or duplicated, and what each costs the lists."""
    st.subheader(t("data.quality"), anchor=False)
    items, users = data.n_items, data.n_users
    gaps = sum(map(len, quality.missing.values()))
    columns = sum(len(table.columns) for table in (data.items, data.users, data.interactions))
    entries = [_card("missing", gaps, columns), _card("uncategorised", quality.uncategorised, items)]
    if quality.prices is not None:
        zero = quality.prices.zero
        free = t("quality.free", n=zero, count=f"{zero:,}") if zero else ""
        entries.append(_card("outliers", len(quality.prices.outliers), quality.prices.judged, free))
    entries.append(_card("collisions", quality.collisions.items, items))
    if quality.span is not None:
        entries.append(_card("never", quality.never_wanted, items))
        entries.append(_card("once", quality.once_only, users))
        entries.append(_card("duplicates", quality.duplicate_lines, len(data.interactions)))
        entries.append(_card("doubled", quality.doubled, users))
        entries.append(_card("silent", quality.span.silent, quality.span.days))
    cards("quality", entries, least=215)


def _card(name: str, count: int, of: int, more: str = "") -> dict[str, object]:
    """One finding: its number, and what it costs the lists. more: a further sentence."""
    share = f"{100 * count / max(of, 1):.1f}"
    cost = t(f"quality.{name}_cost", n=count, count=f"{count:,}", share=share) if count else t("quality.fine")
    return {
        "key": f"quality_{name}",
        "label": t(f"quality.{name}"),
        "help": t(f"quality.{name}_help"),
        "note": joined(*filter(None, (cost, more))),
        "blocks": [{"value": f"{count:,}", "unit": t("data.of", count=f"{of:,}")}],
    }


def missing(data: Dataset) -> None:
    """The questions that the shop's data cannot answer, one sentence each."""
    codes = missing_data(data)
    if os.environ.get("EVENSHELF_ENCODER"):  # an encoder of the user's own choice
        codes = [code for code in codes if code != "chinese"]
    with page.card(t("lack.title"), t("lack.note")):
        if not codes:
            st.markdown(f":green[:material/check_circle:] {t('lack.nothing')}")
        for code in codes:
            icon = (
                ":orange[:material/priority_high:]"
                if code in ("interactions", "wanted")
                else ":gray[:material/remove:]"
            )
            st.markdown(f"{icon} {t(f'lack.{code}')}")


def details(data: Dataset, quality: Quality) -> None:
    """What the shop lacks; the columns with gaps, the most duplicated texts and the unusual prices as tables."""
    missing(data)
    shared = bool(quality.collisions.largest)
    left, *right = page.split("quality", [1, 1]) if shared else [st.container()]
    with left:
        _gaps(quality)
    if shared:
        with (
            right[0],
            page.card(t("quality.collisions"), t("data.collisions_note", groups=f"{quality.collisions.groups:,}")),
        ):
            rows = [(text or t("data.no_text"), count) for text, count in quality.collisions.largest]
            same = pd.DataFrame(rows, columns=[t("data.text"), t("overview.number.products")])
            st.dataframe(same, hide_index=True, key="collisions", height="content")
            downloads.table(lambda: same, "same-texts")
    if quality.prices is not None and len(quality.prices.outliers):
        _outliers(data, quality.prices)


def _gaps(quality: Quality) -> None:
    rows = [
        (t(f"data.table.{table}"), _column_label(column), 100 * share)
        for table, shares in quality.missing.items()
        for column, share in shares.items()
    ]
    with page.card(t("quality.missing"), t("data.gaps_note")):
        if not rows:
            st.markdown(f":green[:material/check_circle:] {t('data.no_gaps')}")
            return
        rows.sort(key=lambda row: -row[2])
        heads = [t("data.table_head"), t("problem.head.column"), t("data.share")]
        gaps = pd.DataFrame(rows, columns=heads)
        st.dataframe(
            gaps, hide_index=True, key="gaps", height="content" if len(rows) <= GAPS else 38 + 35 * GAPS,
            column_config={heads[2]: st.column_config.ProgressColumn(format="%.1f%%", min_value=0, max_value=100)},
        )  # fmt: skip
        downloads.table(lambda: gaps, "gaps")


def _column_label(column: str) -> str:
    return t(f"field.{column}") if f"field.{column}" in words() else column_name(column)


def _outliers(data: Dataset, prices: Prices) -> None:
    names = [name for name in ("item_id", "title", "category", "brand") if name in data.items]

    def table() -> pd.DataFrame:
        odd = data.items.iloc[prices.outliers]
        columns = {t(f"field.{name}"): odd[name].fillna("").to_numpy() for name in names}
        columns |= {t("field.price"): odd["price"].to_numpy(), t("data.usual"): prices.usual.round(2)}
        return pd.DataFrame(columns | {t("data.factor"): (odd["price"].to_numpy() / prices.usual).round(3)})

    with page.card(t("quality.outliers"), t("data.outliers_note", n=f"{len(prices.outliers):,}")):
        money = st.column_config.NumberColumn(format=products.price_format(data))
        st.dataframe(
            table().head(OUTLIERS), hide_index=True, key="outliers", height="content",
            column_config={t("field.price"): money, t("data.usual"): money},
        )  # fmt: skip
        downloads.table(table, "odd-prices")


def preview(data: Dataset) -> None:
    """The first rows of each table, as they were read."""
    log = data.interactions.head(PREVIEWED)
    users, items = data.users["user_id"].to_numpy(), data.items["item_id"].to_numpy()
    named = log.drop(columns=["user", "item"])
    named.insert(0, "user_id", users[log["user"].to_numpy()])
    named.insert(1, "item_id", [items[row] if row >= 0 else "" for row in log["item"]])
    tables = {"items": data.items.head(PREVIEWED), "interactions": named, "users": data.users.head(PREVIEWED)}
    tables = {name: table for name, table in tables.items() if len(table)}
    with page.card(t("data.preview"), t("data.preview_note", n=PREVIEWED)):
        labels = [t(f"data.table.{name}") for name in tables]
        money = st.column_config.NumberColumn(format=products.price_format(data))
        for tab, (name, table) in zip(st.tabs(labels), tables.items(), strict=True):
            tab.dataframe(
                table, hide_index=True, key=f"preview_{name}", height=min(38 + 35 * len(table), 320),
                column_config={column: money for column in MONEY if column in table},
            )  # fmt: skip
