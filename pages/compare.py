"""Compare: what changes between these two (or three) lists, item by item, and why?"""

import streamlit as st

from engine.bench.bench import Bench
from engine.slates.shopper_sweep import shopper_slate
from engine.strategy.strategy import Strategy
from ui.compare.agreement import agreement
from ui.compare.all_shoppers import all_shoppers
from ui.compare.categories import categories
from ui.compare.joined_lists import joined_lists
from ui.compare.one_shopper import one_shopper_figures
from ui.compare.reasons import reasons
from ui.compare.settings import settings
from ui.explain import rule_costs
from ui.shell import navigation, page
from ui.text.shoppers import Who
from ui.text.words import t
from ui.widgets import controls, downloads


def one_shopper(bench: Bench, who: Who, chosen: list[Strategy]) -> None:
    """The lists of one shopper under each setting."""
    assert who.row is not None
    lists = [shopper_slate(bench, strategy, who.row).items for strategy in chosen]
    agreement(lists[0], lists[-1], chosen[0].k)
    counted = bench.evidence(page.scope()).main_facet is not None
    if not counted:
        left = below = st.container()
    elif len(chosen) == 2:
        left, right = page.split("compare", [2.1, 1])
        below = st.container()
    else:  # three lists need the whole width
        left = st.container()
        right, below = page.split("compare", [1, 1.7])
    with left:
        joined_lists(bench, who.row, chosen, lists)
    if counted:
        with right:
            categories(bench, chosen, lists)
    with below:
        one_shopper_figures(bench, who, who.row, chosen)
    reasons(bench, who.row, chosen, lists)
    rule_costs.card(bench, chosen[-1], who)


@page.guarded()
def main() -> None:
    bench = page.bench_or_wait("compare")
    if bench is None:
        return
    with st.sidebar:
        controls.surface()
        who = controls.who(bench, groups=False)
        controls.list_settings(bench)
    page.header("compare", t("compare.sentence"), [page.whose(bench, who.label)])
    page.lacking(bench)
    chosen = settings(bench)
    one_shopper(bench, who, chosen)
    all_shoppers(bench, chosen)
    downloads.lists(bench, who, chosen)


navigation.enter("compare")
main()
