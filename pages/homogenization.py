"""Homogenization: are shoppers, brands and categories melting together?"""

import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.baselines import BASELINES
from ui.background import results
from ui.homogenization.clusters import clusters
from ui.homogenization.distributions import distributions
from ui.homogenization.groups import groups
from ui.homogenization.history_comparison import history_comparison
from ui.homogenization.metric_cards import metric_cards
from ui.homogenization.table import table
from ui.homogenization.verdict import verdict
from ui.shell import navigation, page
from ui.strategy_editor import in_use
from ui.text.shoppers import Who
from ui.text.words import t
from ui.widgets import controls
from ui.widgets.baseline_choice import compared_with


def view(bench: Bench, who: Who) -> None:
    """The lists of everyone or of a group."""
    strategy = in_use.in_use(bench)
    badges = [page.whose(bench, who.label, "groups"), *in_use.badges(strategy)]
    page.header("homogenization", t("homogenization.sentence"), badges)
    in_use.floor_notes(bench, ("", strategy))
    in_use.spread_note(strategy)
    page.lacking(bench)
    baseline = compared_with(strategy)
    if len(who.rows) < 2:
        st.info(t("homogenization.too_few"), icon=":material/info:")
        return
    with st.spinner(t("homogenization.measuring")):
        result = results.sameness(bench, strategy, who, baseline)
    verdict(result, strategy, baseline)
    metric_cards(result)
    distributions(result)
    left, right = page.split("occupancy", [1, 1.25])
    with left:
        clusters(result, bench)
    with right:
        groups(bench, who, strategy, BASELINES[baseline](strategy))
    table(result)
    history_comparison(bench, result, who, strategy)


@page.guarded()
def main() -> None:
    bench = page.bench_or_wait("homogenization")
    if bench is None:
        return
    with st.sidebar:
        controls.surface()
        who = controls.group(bench)
        controls.method(bench)
        controls.weights()
        controls.list_settings(bench)
    view(bench, who)


navigation.enter("homogenization")
main()
