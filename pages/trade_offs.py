"""Trade-offs: what does a little more of one aim cost in the others?"""

import streamlit as st

from ui.shell import navigation, page
from ui.strategy_editor import in_use
from ui.text.words import t
from ui.trade_offs import point
from ui.trade_offs.chart_card import chart_card
from ui.trade_offs.question import ask
from ui.trade_offs.reading import reading
from ui.trade_offs.spread_card import spread_card
from ui.trade_offs.work import answer
from ui.widgets import controls


@page.guarded()
def main() -> None:
    bench = page.bench_or_wait("trade_offs")
    if bench is None:
        return
    with st.sidebar:
        controls.lists(bench)
    page.header("trade_offs", t("trade_offs.sentence"))
    declared = ask(bench)
    if declared is None:
        page.lacking(bench)
        st.info(t("trade_offs.nothing"), icon=":material/info:")
        return
    front = answer(bench, declared)
    if front is not None:
        left, right = page.split("trade", [1.7, 1])
        with left:
            number = chart_card(front, declared.aims)
        with right:
            point.show(bench, front, declared.aims, number)
    spread_card(bench, in_use.in_use(bench))
    if front is not None:
        reading()


navigation.enter("trade_offs")
main()
