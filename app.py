"""Evenshelf's door: navigation, language, and one page. Run it with `make app`."""

from pathlib import Path

import streamlit as st

from ui import controls, state
from ui.words import t

st.set_page_config(page_title="Evenshelf", page_icon="static/icon.svg", layout="wide", initial_sidebar_state=262)
st.html(Path(__file__).with_name("ui") / "page.css")
st.logo(f"static/logo-{st.context.theme.type or 'light'}.svg", size="large")

PAGES = {
    "start": [("overview", "dashboard")],
    "explore": [("tune", "tune"), ("compare", "compare_arrows")],
}
state.read_url()
page = st.navigation(
    {
        t(f"section.{section}"): [
            st.Page(f"pages/{name}.py", title=t(f"{name}.title"), icon=f":material/{icon}:", url_path=name, default=name == "overview")
            for name, icon in entries
        ]
        for section, entries in PAGES.items()
    }
)
page.run()
with st.sidebar:
    controls.language()
state.write_url()
