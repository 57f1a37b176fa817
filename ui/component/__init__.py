"""Our small components: metric cards, the ranked list, a chart's download, a view's link, what is typed into a box.

They show text only and take the theme's colours.
"""

from pathlib import Path
from typing import Any

import streamlit as st

from ui.text.words import t

_HERE = Path(__file__).parent


def _declare(name: str) -> Any:
    css, js = (
        "".join((_HERE / f"{file}.{kind}").read_text("utf-8") for file in ("base", name)) for kind in ("css", "js")
    )
    html = f'<div class="root">\n<div class="{name}-root"></div>\n</div>'
    return st.components.v2.component(f"evenshelf_{name}", html=html, css=css, js=js)


_CARDS, _LIST, _PICTURE, _COPY, _TYPED = map(_declare, ("cards", "list", "picture", "copy", "typed"))


def cards(key: str, entries: list[dict[str, Any]], least: int | None = None, plain: bool = False) -> None:
    """A row of metric cards of equal height that wraps where the page is narrow.

    Each entry: key, label, help, note, and blocks of {title, value, unit, change, tone, from, spark}; `tone` is good,
    bad or empty; `spark` is {values, at, apart, low, high, label}, `at` the position of the present
    point, `apart` whether it stands off the line.
    """
    _CARDS(key=key, data={"cards": entries, "least": least, "plain": plain})


def ranked_list(key: str, label: str, heads: list[str], rows: list[dict[str, Any]]) -> None:
    """Each row: id, rank, move, tone, title, under, price, share (0–100), value, why [{text, strong}]."""
    _LIST(key=key, data={"label": label, "heads": heads, "rows": rows})


def picture_buttons(box: str, name: str) -> None:
    """Buttons that save the chart in the container keyed `box` as NAME.png and NAME.svg."""
    kinds = {"png": t("picture.png"), "svg": t("picture.svg")}
    data = {"box": box, "name": name, "buttons": kinds, "failed": t("picture.failed")}
    _PICTURE(key=f"picture_{box}", data=data)


def keep_typed(box: str) -> None:
    """What is typed into the select box keyed `box` counts when the mouse leaves it, as after Enter. Draws nothing."""
    with st.container(key=f"typed_{box}"):  # takes no room: `page.css`
        _TYPED(key=f"keep_typed_{box}", data={"box": box})


def copy_link(key: str) -> None:
    """A button that copies the address of the view."""
    _COPY(key=key, data={name: t(f"link.{name}") for name in ("copy", "copied", "by_hand")}, width="content")
