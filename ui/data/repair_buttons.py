"""Buttons that mend what can be mended of a shop in use: the mended shop is stored beside it, and opened."""

from functools import partial

import streamlit as st

from engine.data import Dataset, save_shop
from engine.data.quality import Quality
from engine.data.repairs import REPAIRS
from ui.background import shop_in_use
from ui.text import problems
from ui.text.words import t


def repair_buttons(data: Dataset, quality: Quality) -> None:
    """One button for each finding that can be mended; nothing where there is none."""
    counts = {"duplicates": quality.duplicate_lines, "doubled": quality.doubled}
    found = {name: count for name, count in counts.items() if count}
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, count in found.items():
            st.button(
                t(f"quality.{name}_mend", n=count, count=f"{count:,}"), key=f"mend_{name}", icon=":material/build:",
                on_click=partial(_mend, data, name), help=t("quality.mend_help"),
            )  # fmt: skip


def _mend(data: Dataset, name: str) -> None:
    """Store the mended shop under a name of its own, and open it."""
    with problems.refusals_shown():
        slug = save_shop(REPAIRS[name](data), t(f"quality.{name}_mended", shop=data.name))
        shop_in_use.switch(slug)
