"""Strategies: which lists does the shop show, and who decided so?"""

import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError
from ui import (
    navigation,
    page,
    state,
    strategy_adopt,
    strategy_compare,
    strategy_hindsight,
    strategy_list,
    strategy_live,
    strategy_steps,
    strategy_version,
)
from ui.strategy_store import Shelf, refused
from ui.words import t


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
        st.page_link(
            "pages/tune.py", label=t("strategies.empty_do"), icon=":material/arrow_forward:", icon_position="right",
            width="content", query_params=state.link(),
        )  # fmt: skip


def main() -> None:
    bench = page.bench_or_wait("strategies")
    if bench is None:
        return
    shelf = shelf_or_problem(bench)
    if shelf is None:
        return
    badges = [("radio_button_checked", t("strategies.badge_live", n=len(shelf.live)), "green")] if shelf.live else []
    page.header("strategies", t("strategies.sentence"), badges)
    strategy_adopt.offer(shelf.unadopted)
    if not shelf.versions:
        empty()
        return
    strategy_steps.pending(shelf)
    strategy_live.cards(bench, shelf)
    shown = strategy_list.chosen(shelf)
    strategy_list.rows(shelf, shown)
    strategy = strategy_version.view(bench, shelf, shown)
    if strategy is not None:
        strategy_hindsight.view(bench, strategy)
        strategy_compare.view(bench, shelf, shown, strategy)


navigation.enter("strategies")
main()
