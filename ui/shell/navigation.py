"""The pages by section, and links to them."""

from typing import Any

import streamlit as st
from streamlit.navigation.page import Page

from ui import state
from ui.text.words import t

SECTIONS = {
    "start": {"overview": "dashboard", "stories": "auto_stories"},
    "explore": {"tune": "tune", "compare": "compare_arrows", "map": "bubble_chart"},
    "diagnose": {"homogenization": "join_inner", "fairness": "balance", "trade_offs": "ssid_chart"},
    "manage": {"strategies": "inventory", "models": "model_training", "data": "database"},
}
_OPENED = "_opened_by_app"


def configure() -> None:
    """Title and icon of the browser's tab. Before any navigation: without an icon of ours the browser would ask
    Google's font host for the page's."""
    st.set_page_config(page_title="Evenshelf", page_icon="static/icon.svg", layout="wide", initial_sidebar_state=262)


def navigate() -> Page:
    """Show the navigation and return the page that the user asked for."""
    st.session_state[_OPENED] = True
    return st.navigation(
        {t(f"section.{section}"): [_page(*entry) for entry in pages.items()] for section, pages in SECTIONS.items()}
    )


def enter(page: str) -> None:
    """What every page does first. Goes through app.py if Streamlit ran the page's file by itself.

    Where a folder `pages/` exists, the very first visit of a server's life runs pages/NAME.py alone if it is a deep
    link: only st.navigation tells Streamlit that app.py leads. So call it, and start over.
    """
    if _OPENED not in st.session_state:
        configure()
        navigate()
        st.rerun()
    state.arrive(page)


def link(page: str, label: str, **changes: Any) -> None:
    """A link to a page for the present view, with some settings changed."""
    st.page_link(
        f"pages/{page}.py", label=label, icon=":material/arrow_forward:", icon_position="right", width="content",
        query_params=state.link(**changes),
    )  # fmt: skip


def _page(name: str, icon: str) -> Page:
    return st.Page(
        f"pages/{name}.py",
        title=t(f"{name}.title"),
        icon=f":material/{icon}:",
        url_path=name,
        default=name == "overview",
    )
