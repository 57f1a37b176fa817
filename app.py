"""Evenshelf's start page: navigation, language, and one page. Run it with `make app`."""

from pathlib import Path

import streamlit as st

from ui import state
from ui.shell import navigation, page
from ui.widgets import controls

navigation.configure()
st.html(Path(__file__).with_name("ui") / "page.css")
st.logo(f"static/logo-{st.context.theme.type or 'light'}.svg", size="large")

state.read_url()
chosen = navigation.navigate()
with page.guarded():
    chosen.run()
with st.sidebar:
    controls.language()
    controls.device()
state.write_url()
