"""Tune: what do I gain and lose when I move λ?"""

from functools import partial

import streamlit as st

from engine.bench.bench import Bench
from ui import state
from ui.background import curves
from ui.explain import rule_costs
from ui.shell import navigation, page
from ui.strategy_editor import editor, in_use, rule_list, save_dialog
from ui.text.shoppers import Who
from ui.text.words import t
from ui.tune.cost_chart import cost_chart
from ui.tune.history_comparison import history_comparison
from ui.tune.lists import lists
from ui.tune.metric_cards import metric_cards
from ui.tune.notice import unchanged_notice
from ui.tune.plane_card import plane_card
from ui.tune.reasons import reasons
from ui.tune.spread_changes import spread_card
from ui.widgets import controls


@st.fragment
@page.guarded()
def view(bench: Bench, who: Who) -> None:
    """Everything that answers a move of λ."""
    top = st.container()
    with page.card():
        controls.weights_with_ends()
    strategy = state.strategy()
    try:
        strategy = editor.card(bench)  # refuses rules that this shop cannot keep
    finally:
        with top:
            badges = [page.whose(bench, who.label), *in_use.badges(strategy)]
            page.header("tune", t("tune.sentence"), badges, partial(save_dialog.button, bench))
            page.lacking(bench)
    curve = curves.curve(bench, strategy, who) if who.row is None else curves.one_curve(bench, strategy, who.row)
    rule_list.broken(bench, strategy, who)
    metric_cards(curve, strategy, who.row is not None)
    unchanged_notice(bench, strategy, who, curve)
    left, right = page.split("tune", [2.45, 1])
    with left:
        slots = lists(bench, curve, strategy, who)
    with right:
        cost_chart(bench, strategy, who)
    if who.row is not None:
        spread_card(bench, strategy, who.row)
        reasons(bench, strategy, slots, who.row)
    plane_card(bench, strategy)
    rule_costs.card(bench, strategy, who)
    history_comparison(bench, strategy, who, curve)
    state.write_url()  # a fragment's own run ends here, not in app.py


def main() -> None:
    bench = page.bench_or_wait("tune")
    if bench is None:
        return
    with st.sidebar:
        controls.surface()
        who = controls.who(bench)
        controls.method(bench)
        controls.list_settings(bench)
    view(bench, who)


navigation.enter("tune")
main()
