"""Changes of the overrides, one part at a time, in the setting that a link carries."""

from typing import Any

import streamlit as st

from engine.strategy.overrides import Overrides
from ui import state
from ui.text.words import t

WRONG = "_some_wrong"  # session key of a problem to report: a key of `some`


def put(**parts: Any) -> None:
    """Replace some parts of the overrides. Empty parts are dropped, and so are overrides without parts."""
    now = state.view().overrides
    overrides = {name: value for name, value in ((now.model_dump() if now else {}) | parts).items() if value}
    try:
        state.put_overrides(Overrides.model_validate(overrides) if overrides else None)
    except ValueError:
        st.session_state[WRONG] = "too_long"


def rows(part: str) -> list[dict[str, Any]]:
    """The segments, or the policies, as loose fields."""
    now = state.view().overrides
    return [row.model_dump() for row in getattr(now, part)] if now else []


def change(part: str, number: int, **fields: Any) -> None:
    """Change some fields of one segment or policy; None drops a field."""
    entries = rows(part)
    if number < len(entries):  # a callback may come after it was removed
        entries[number] = {name: field for name, field in (entries[number] | fields).items() if field is not None}
        put(**{part: entries})


def remove(part: str, number: int) -> None:
    put(**{part: [row for at, row in enumerate(rows(part)) if at != number]})


def head(name: str) -> None:
    """The title and the note of one part."""
    st.markdown(f"**{t(f'some.{name}')}**  \n:gray[:small[{t(f'some.{name}_note')}]]")


def wrong() -> None:
    """Report the last change that failed, once."""
    problem = st.session_state.pop(WRONG, None)
    if problem:
        st.warning(t(f"some.{problem}"), icon=":material/edit:")
