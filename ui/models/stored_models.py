"""Each model that a shop can have: what it is, whether it is trained, and what can be done with it."""

import shlex

import pandas as pd
import streamlit as st

from engine.recommend import RECOMMENDERS
from engine.training import registry
from ui.models import detail, memory, switch
from ui.models.work import Card, Roster, training_queue
from ui.shell import page
from ui.text import problems
from ui.text.times import span
from ui.text.words import joined, t

FROM_A_SHELL = ("hybrid", "trilinear")  # models that take long to train, for which commands are offered


def rows(roster: Roster) -> None:
    """One row for each model."""
    page.head(t("models.all"), t("models.all_note"))
    for name in RECOMMENDERS:
        with st.container(border=True, key=f"model_{name}"):
            left, middle, right = st.columns([2.4, 1.8, 2.1], vertical_alignment="center")
            left.markdown(f"**{t(f'model.{name}')}** :gray[:small[{name}]]  \n:gray[:small[{t(f'model_what.{name}')}]]")
            middle.markdown(f":gray[:small[{_state(roster, name)}]]")
            with right, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
                _buttons(roster, name)
    _elsewhere(roster)
    to_delete = st.session_state.pop("_delete_model", None)
    if to_delete in roster.cards:
        _confirm(roster, roster.cards[to_delete])


def _state(roster: Roster, name: str) -> str:
    """Whether it is trained, and how long that took or will take."""
    if roster.fresh(name):
        card = roster.cards[name]
        return t("models.trained", when=day(card["trained_at"]), time=span(card["seconds"]))
    stopped = _stopped(roster, name)
    if stopped:
        return t("models.goes_on", n=stopped - 1)
    words = "models.stale" if name in roster.cards else "models.not_trained"
    return joined(t(words, time=span(memory.seconds(roster, name))), memory.sentence(roster, name))


def _stopped(roster: Roster, name: str) -> int:
    """The number of finished epochs of a stopped training, counting the untrained model; 0 without a checkpoint."""
    running = training_queue.busy and training_queue.job is not None and training_queue.job.model == name
    return 0 if running or name != "trilinear" else len(registry.epochs(roster.folder, name, roster.until))


def day(moment: str) -> str:
    """A moment of a card, formatted."""
    return f"{pd.Timestamp(moment):%Y-%m-%d %H:%M}"


def _buttons(roster: Roster, name: str) -> None:
    busy = training_queue.busy or roster.bench is None
    if name == roster.active:
        st.badge(t("models.in_use"), icon=":material/check:", color="green")
    elif roster.fresh(name):
        st.button(t("models.use"), key=f"use_{name}", on_click=switch.ask, args=(name,))
    if not roster.fresh(name):
        words = t("models.go_on" if _stopped(roster, name) else "models.train")
        short = not memory.is_enough(roster, name)
        st.button(words, key=f"train_{name}", on_click=_train, args=(roster, name), disabled=busy or short)
    if name in roster.cards:
        if st.button(t("models.card"), key=f"card_{name}", type="tertiary", icon=":material/description:"):
            detail.dialog(roster, roster.cards[name])
        if name != roster.active:
            st.button(
                t("models.delete"), key=f"remove_{name}", icon=":material/delete:", type="tertiary", on_click=_ask,
                args=(name,), disabled=training_queue.busy,
            )  # fmt: skip


def _train(roster: Roster, name: str) -> None:
    training_queue.start(roster, name)


def _ask(name: str) -> None:
    st.session_state["_delete_model"] = name


def _confirm(roster: Roster, card: Card) -> None:
    """Ask for confirmation before deleting."""

    @st.dialog(t("models.delete_title"))
    def dialog() -> None:
        st.markdown(t("models.delete_sure", model=t(f"model.{card['name']}"), time=span(card["seconds"])))
        with st.container(horizontal=True):
            if st.button(
                t("models.delete_yes"), key="delete_model_yes", type="primary", on_click=_delete, args=(roster, card)
            ):
                st.rerun()
            if st.button(t("models.delete_no"), key="delete_model_no"):
                st.rerun()

    dialog()


def _delete(roster: Roster, card: Card) -> None:
    with problems.refusals_shown():
        registry.delete(roster.folder, card)


def _elsewhere(roster: Roster) -> None:
    """The commands that do the same on a faster machine."""
    missing = [name for name in FROM_A_SHELL if not roster.fresh(name)]
    if missing:
        with page.card(t("models.shell"), t("models.shell_note")):
            for name in missing:
                st.code(command(roster, name), language="bash")


def command(roster: Roster, name: str) -> str:
    """What trains a model at the pages' cut-off from a command line."""
    whole = roster.until == roster.until.normalize()
    until = f"{roster.until:%Y-%m-%d}" if whole else roster.until.isoformat()
    return f"python -m engine train --data {shlex.quote(roster.shop)} --model {name} --until {until}"
