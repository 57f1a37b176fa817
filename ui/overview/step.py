"""One recommended next step: what to do, why, and where."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.shell import navigation
from ui.text.words import t


def step(icon: str, words: str, reason: str, page: str = "", **settings: object) -> DeltaGenerator:
    """A row with the words and their reason; on its right a link to a page with some settings, or nothing where `page`
    is empty. Returns the place on the right."""
    left, right = st.columns([2.7, 1], vertical_alignment="center")
    left.markdown(f"{icon} **{words}**  \n:gray[:small[{reason}]]")
    if page:
        with right:
            navigation.link(page, t(f"{page}.title"), **settings)
    return right
