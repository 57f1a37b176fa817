"""The page of a shop without a log, from which no model can be trained."""

import streamlit as st

from ui.shell import navigation
from ui.text.words import t


def no_log() -> None:
    """Explain how lists are made without a model, and link to the page that adds a log."""
    st.info(t("models.catalogue"), icon=":material/info:")
    navigation.link("data", t("models.add_log"), data="add")
