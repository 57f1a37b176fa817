"""Products of an order file that are perhaps none (postage, fees, vouchers): which of them to leave out."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from engine.data.intake.questions import ProductLines, Question
from ui.data.upload import Upload
from ui.text.words import t
from ui.widgets import downloads

SHOWN = 12  # rows before the table scrolls


def choose(upload: Upload, question: Question) -> None:
    """A table with a check box for each product, and a button for each way to go on."""
    heads = {name: t(f"service.{name}") for name in ("out", "item_id", "title", "lines", "low", "high")}
    ticked = _ticked(upload, question)
    rows = [(product.item_id in ticked, *_cells(product)) for product in question.products]
    price = st.column_config.NumberColumn(format="localized")
    table = pd.DataFrame(rows, columns=list(heads.values()))
    edited = st.data_editor(
        table, hide_index=True, key=f"service_{len(rows)}", disabled=list(heads.values())[1:],
        height="content" if len(rows) <= SHOWN else 38 + 35 * SHOWN,
        column_config={heads["lines"]: st.column_config.NumberColumn(format="localized"), heads["low"]: price,
                       heads["high"]: price},
    )  # fmt: skip
    chosen = tuple(edited.loc[edited[heads["out"]], heads["item_id"]])
    with st.container(horizontal=True):
        st.button(
            t("service.leave_out", n=len(chosen), count=f"{len(chosen):,}"), key="leave_services",
            on_click=leave_out, args=(upload, chosen), disabled=not chosen, icon=":material/playlist_remove:",
            type="secondary" if upload.choices.service_lines else "primary",
        )  # fmt: skip
        st.button(t("service.keep"), key="keep_services", on_click=leave_out, args=(upload, ()))
    downloads.table(lambda: table, "service-lines")


def leave_out(upload: Upload, ids: tuple[str, ...]) -> None:
    """Leave out the lines of these ids, or of none, and check again."""
    change = {"service_lines": "drop", "leave_out": ids} if ids else {"service_lines": "keep", "leave_out": None}
    upload.decide(replace(upload.choices, **change))


def _ticked(upload: Upload, question: Question) -> set[str]:
    if upload.choices.leave_out is not None:
        return set(upload.choices.leave_out)
    return set() if upload.choices.service_lines == "keep" else {product.item_id for product in question.products}


def _cells(product: ProductLines) -> tuple[str, str, int, float, float]:
    return product.item_id, product.title, product.lines, product.low, product.high
