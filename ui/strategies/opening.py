"""The page when the database cannot be read or nothing is saved yet."""

import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError
from ui.background.strategy_store import StrategySnapshot, refused
from ui.shell import navigation, page
from ui.text.words import t


def shelf_or_problem(bench: Bench) -> StrategySnapshot | None:
    """The saved strategies. None if the database cannot be used, and the page then shows the reason."""
    try:
        return StrategySnapshot.read(bench.surfaces)
    except InputError as error:
        page.header("strategies", t("strategies.sentence"))
        st.error(refused(error), icon=":material/database:")
        st.button(t("strategies.try_again"), key="read_again", icon=":material/refresh:")
        return None


def header(snapshot: StrategySnapshot) -> None:
    """The page's title, with the number of strategies that are live."""
    badges = (
        [("radio_button_checked", t("strategies.badge_live", n=len(snapshot.live)), "green")] if snapshot.live else []
    )
    page.header("strategies", t("strategies.sentence"), badges)


def nothing_saved() -> None:
    """Explain how to save the first strategy."""
    with page.card(t("strategies.empty"), t("strategies.empty_note")):
        navigation.link("tune", t("strategies.empty_do"))
