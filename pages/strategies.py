"""Strategies: which lists does the shop show, and who decided so?"""

import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError
from ui.background.strategy_store import Shelf, refused
from ui.shell import navigation, page
from ui.strategies import adopt, compare, hindsight, live, saved, steps, version
from ui.text.words import t


def shelf_or_problem(bench: Bench) -> Shelf | None:
    """All that is saved; None where the database cannot be used, and the page says why."""
    try:
        return Shelf.read(bench.surfaces)
    except InputError as error:
        page.header("strategies", t("strategies.sentence"))
        st.error(refused(error), icon=":material/database:")
        st.button(t("strategies.try_again"), key="read_again", icon=":material/refresh:")
        return None


def empty() -> None:
    """Nothing saved yet: where to begin."""
    with page.card(t("strategies.empty"), t("strategies.empty_note")):
        navigation.link("tune", t("strategies.empty_do"))


def main() -> None:
    bench = page.bench_or_wait("strategies")
    if bench is None:
        return
    shelf = shelf_or_problem(bench)
    if shelf is None:
        return
    badges = [("radio_button_checked", t("strategies.badge_live", n=len(shelf.live)), "green")] if shelf.live else []
    page.header("strategies", t("strategies.sentence"), badges)
    adopt.offer(shelf.unadopted)
    if not shelf.versions:
        empty()
        return
    steps.pending(shelf)
    live.cards(bench, shelf)
    shown = saved.chosen(shelf)
    saved.rows(shelf, shown)
    strategy = version.view(bench, shelf, shown)
    if strategy is not None:
        hindsight.view(bench, strategy)
        compare.view(bench, shelf, shown, strategy)


navigation.enter("strategies")
main()
