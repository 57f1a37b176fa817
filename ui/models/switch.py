"""Switching to another model: confirmed in a dialog, recorded with author and reason, and undone by one click."""

from datetime import datetime

import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError
from engine.training import registry
from engine.training.history import Change, history
from ui.background import preparation
from ui.background.strategy_store import ME, StrategySnapshot, refused, remember, signature
from ui.models.work import Roster
from ui.strategy_editor import strategy_words
from ui.text import problems
from ui.text.times import local
from ui.text.words import joined, labelled, plain, t

ASKED, PROBLEM = "_use_model", "_model_problem"  # of the session: the model asked about; why the last click did nothing
SHOWN = 10  # changes, the last first


def ask(name: str) -> None:
    st.session_state[ASKED] = name


def pending(roster: Roster) -> None:
    """Ask about the model that somebody is about to choose; say why the last click did nothing."""
    problem = st.session_state.pop(PROBLEM, None)
    if problem:
        st.error(problem, icon=":material/error:")
    name = st.session_state.get(ASKED)
    if name and name != roster.active and roster.fresh(name):
        _dialog(roster, name)


def past(roster: Roster) -> None:
    """Who changed the model, when and why; and the way back from the last choice."""
    changes = history(roster.folder)
    if not changes:
        return
    last = registry.last_switch(roster.folder)
    with st.expander(t("models.history", n=len(changes)), icon=":material/history:", expanded=last is not None):
        st.markdown("\n".join(f"- {_change_text(change)}" for change in reversed(changes[-SHOWN:])))
        if last is not None:
            st.button(
                t("models.undo", model=t(f"model.{last.before}")), key="undo_model", icon=":material/undo:",
                on_click=_undo, args=(roster,),
            )  # fmt: skip


def _forget() -> None:
    st.session_state.pop(ASKED, None)


def _dialog(roster: Roster, name: str) -> None:
    @st.dialog(t("models.use_title", model=t(f"model.{name}")), on_dismiss=_forget)
    def content() -> None:
        st.markdown(_consequence(roster, name))
        author, comment = signature("use_model")
        with st.container(horizontal=True):
            yes = st.button(t("models.use_yes"), key="use_model_yes", type="primary")
            if st.button(t("models.use_no"), key="use_model_no", on_click=_forget):
                st.rerun()
        if yes:
            _use(roster, name, author, comment)

    content()


def _consequence(roster: Roster, name: str) -> str:
    """The consequences of the switch for the surfaces and the live strategies."""
    surfaces = (roster.bench or Bench).surfaces
    surface_names = t("models.between").join(t(f"surface.{surface}") for surface in surfaces)
    first = t("models.use_lists", surfaces=surface_names, model=t(f"model.{name}"), used=t(f"model.{roster.active}"))
    try:
        live = StrategySnapshot.read(surfaces).live
    except InputError as error:
        return f"{first}\n\n{refused(error)}"
    lines = [
        labelled(f"- {t(f'surface.{surface}')}", strategy_words.titled(version)) for surface, version in live.items()
    ]
    if not lines:
        return "\n\n".join([first, joined(t("models.use_none_live"), t("models.use_serve"))])
    return "\n\n".join([first, t("models.use_live"), "\n".join(lines), t("models.use_serve")])


def _use(roster: Roster, name: str, author: str, comment: str) -> None:
    """Switch the model. If that fails, show the reason and keep what was typed."""
    if not author.strip():
        st.error(t("models.use_who"), icon=":material/error:")
        return
    with problems.refusals_shown():  # a disk may refuse
        try:
            registry.activate(roster.folder, name, author, comment)
        except InputError as error:
            st.error(refused(error), icon=":material/error:")
            return
        remember(author)
        _forget()
        preparation.preparations().forget(roster.shop)  # the shop is prepared anew with it
        st.rerun()


def _undo(roster: Roster) -> None:
    with problems.refusals_shown():
        try:
            registry.undo(roster.folder, st.session_state.get(ME) or t("models.undo_author"))
        except InputError as error:
            st.session_state[PROBLEM] = refused(error)
            return
        preparation.preparations().forget(roster.shop)


def _change_text(change: Change) -> str:
    names = {"model": t(f"model.{change.model}"), "before": t(f"model.{change.before}")}
    words = t(f"models.did.{change.kind}", by=plain(change.by), at=local(datetime.fromisoformat(change.at)), **names)
    return f"{words}  \n  :gray[:small[{plain(change.why)}]]" if change.why else words
