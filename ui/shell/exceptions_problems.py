"""Exceptions and exposure floors that a shop cannot keep, said plainly, with a way out."""

from math import floor

import streamlit as st

from engine.data import InputError, Problem
from ui import state
from ui.state import exceptions_text
from ui.text.words import joined, plain, t, table

SETTINGS = ("overrides", "exposure")


def told(error: InputError) -> bool:
    """Say what is refused, with a button that switches it off; False if the error is about neither."""
    problem = error.problems[0]
    setting = _setting(problem)
    if setting is None:
        return False
    st.error(joined(_words(problem, setting), _fix(problem)), icon=":material/rule:")
    with st.container(horizontal=True):
        lower = floor(100 * float(problem.details.get("reached", 0)))
        asked = state.exposure()
        if problem.kind == "out_of_reach" and lower and asked:
            less = exceptions_text.exposure_text(asked.model_copy(update={"floor": lower / 100}))
            st.button(t("some.problem.take", floor=lower), key="some_take", on_click=state.put, args=("exposure", less))
        st.button(
            t(f"some.problem.off_{setting}"), key="some_switch_off", on_click=state.put, args=(setting, ""),
            icon=":material/toggle_off:",
        )  # fmt: skip
    return True


def _setting(problem: Problem) -> str | None:
    """Which of the two a problem is about."""
    if problem.file != "strategy":
        return None
    if problem.kind == "no_purchases":
        return "exposure"
    return next((name for name in SETTINGS if (problem.column or "").partition(".")[0] == name), None)


def _words(problem: Problem, setting: str) -> str:
    key = f"some.problem.{problem.kind}"
    if key not in table():
        return t(f"some.problem.{setting}", value=plain(problem.value or ""))
    reached = f"{100 * float(problem.details.get('reached', 0)):.0f}"
    asked = state.exposure()
    share = f"{100 * asked.floor:g}" if asked and asked.floor != "max-min" else ""
    return t(key, asked=share, reached=reached)


def _fix(problem: Problem) -> str:
    return t("some.problem.larger_pool" if problem.kind == "out_of_reach" else "some.problem.drop")
