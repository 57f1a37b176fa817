"""Overview: how alike are our lists today, and what should I do next?"""

import streamlit as st

from engine.bench.bench import Bench
from ui import state
from ui.background import curves, preparation
from ui.overview.attention import attention
from ui.overview.header import header
from ui.overview.history_comparison import history_comparison
from ui.overview.next_steps import next_steps
from ui.overview.sameness import sameness
from ui.overview.shop_numbers import shop_numbers
from ui.shell import navigation, page, preparation_panel
from ui.strategy_editor import in_use
from ui.text.words import t
from ui.widgets import controls


def waiting(work: preparation.Preparation) -> None:
    """What is known of the shop before its lists can be made."""
    page.header("overview", t("overview.sentence"))
    if work.data is not None:
        shop_numbers(work.data)
    preparation_panel.progress_panel(work)


def view(bench: Bench) -> None:
    """The page of a shop that is ready."""
    strategies = {surface: in_use.in_use(bench, surface=surface) for surface in bench.surfaces}
    header(bench, strategies)
    shop_numbers(bench.data)
    with st.spinner(t("tune.sweeping")):
        shown = {surface: curves.curve(bench, strategy) for surface, strategy in strategies.items()}
    sameness(bench, shown, strategies)
    if bench.evidence(page.scope()).broad_facet is None:  # a single card takes the whole width
        next_steps(bench, shown, strategies)
    else:
        left, right = page.split("overview", [1.35, 1])
        with left:
            attention(bench, shown[state.view().surface], strategies[state.view().surface])
        with right:
            next_steps(bench, shown, strategies)
    history_comparison(bench, shown, strategies)


@page.guarded()
def main() -> None:
    work = preparation.preparation()
    bench = work.bench  # read once: it may come at any moment
    if bench is None:
        waiting(work)
        return
    state.fit(bench)
    with st.sidebar:
        controls.lists(bench)
    view(bench)


navigation.enter("overview")
main()
