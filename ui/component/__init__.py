"""Our two small components: metric cards and the ranked list. They show text only and take the theme's colours."""

from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


def _declare(name: str) -> Any:
    css, js = (
        "".join((_HERE / f"{part}.{kind}").read_text("utf-8") for part in ("base", name)) for kind in ("css", "js")
    )
    html = f'<div class="root">\n<div class="{name}-root"></div>\n</div>'
    return st.components.v2.component(f"evenshelf_{name}", html=html, css=css, js=js)


_CARDS, _LIST = _declare("cards"), _declare("list")


def cards(key: str, entries: list[dict[str, Any]], least: int | None = None, plain: bool = False) -> None:
    """A row of metric cards of equal height that wraps where the page is narrow.

    Each entry: key, label, help, note, and blocks of {title, value, unit, change, tone, from, spark}; `tone` is good,
    bad or empty; `spark` is {values, at, low, high, label}, `at` the position of the present point.
    """
    _CARDS(key=key, data={"cards": entries, "least": least, "plain": plain})


def ranked_list(key: str, label: str, heads: list[str], rows: list[dict[str, Any]]) -> None:
    """Each row: id, rank, move, tone, title, under, price, share (0–100), value, why [{text, strong}]."""
    _LIST(key=key, data={"label": label, "heads": heads, "rows": rows})
