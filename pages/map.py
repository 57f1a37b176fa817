"""Map: where in the catalogue are the products of our lists, and which products are never shown?"""

import streamlit as st

from engine.bench.bench import Bench
from ui import state
from ui.background import results
from ui.background.map_layout import work
from ui.map import tables
from ui.map.choices import choices
from ui.map.legend import legend
from ui.map.map_card import map_card
from ui.map.metric_cards import metric_cards
from ui.map.spread_card import spread_card
from ui.shell import navigation, page
from ui.strategy_editor import in_use
from ui.text.shoppers import Who
from ui.text.words import t
from ui.widgets import controls


@st.fragment
@page.guarded()
def view(bench: Bench, who: Who) -> None:
    """Everything that answers a choice on the page itself."""
    strategy = in_use.in_use(bench)
    page.header("map", t("map.sentence"), [page.whose(bench, who.label), *in_use.badges(strategy)])
    in_use.floor_notes(bench, ("", strategy))
    in_use.spread_note(strategy)
    page.lacking(bench)
    with st.spinner(t("tune.sweeping")):
        exposure = results.map_exposure(bench, strategy, who)
    choices(bench, who)
    map_work = work(bench, state.view().map_by)
    if not len(map_work.rows):
        st.info(t("map.empty"), icon=":material/info:")
        state.write_url()
        return
    left, right = page.split("map", [2.75, 1])
    with left:
        event = map_card(bench, who, exposure, map_work)
    with right:
        metric_cards(bench, who, exposure, map_work)
        legend(bench, who, exposure, map_work)
    spread_card(bench, strategy, exposure, map_work)
    tables.chosen(bench, exposure, map_work, event)
    tables.parts(bench, exposure, map_work)
    state.write_url()  # a fragment's own run ends here, not in app.py


def main() -> None:
    bench = page.bench_or_wait("map")
    if bench is None:
        return
    with st.sidebar:
        controls.surface()
        who = controls.who(bench)
        controls.method(bench)
        controls.weights()
        controls.list_settings(bench)
    view(bench, who)


navigation.enter("map")
main()
