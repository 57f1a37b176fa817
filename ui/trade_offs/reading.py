"""How to read the page: what a Pareto front is, how certain it is, and what the aims mean."""

import streamlit as st

from ui.text.words import t

POINTS = ("front", "stays", "makers", "gap", "floor", "choice")


def reading() -> None:
    """An expander with one line for each point."""
    with st.expander(t("trade_offs.reads"), icon=":material/help:"):
        st.markdown("\n".join(f"- {t(f'trade_offs.reads_{name}')}" for name in POINTS))
