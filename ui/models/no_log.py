"""What the page says of a shop that knows products alone, from which no model can learn."""

import streamlit as st

from ui.shell import navigation
from ui.text.words import t


def no_log() -> None:
    """What makes its lists instead, and the way to add a log."""
    st.info(t("models.catalogue"), icon=":material/info:")
    navigation.link("data", t("models.add_log"), data="add")
