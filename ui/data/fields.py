"""Fields of the upload: select boxes in rows, each showing a value that the upload holds."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.state import options

ACROSS = 4  # fields beside each other


def field(name: str, label: str, labels: dict[str, str], value: str, chosen: Callable[[str], None]) -> None:
    """A select box that shows a value of the upload and passes the user's choice to it."""
    widget = options.tied(name, labels, value)
    st.selectbox(label, on_change=lambda: chosen(st.session_state[widget["key"]]), **widget)


def field_places(number: int) -> list[DeltaGenerator]:
    """Places for fields, row by row: also where a narrow screen or a keyboard takes them one after the other."""
    rows = [st.columns(ACROSS) for _ in range(0, number, ACROSS)]
    return [place for row in rows for place in row]
