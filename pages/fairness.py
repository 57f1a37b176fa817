"""Fairness: who gains and who pays when lists become more varied?"""

import streamlit as st

from engine.bench.bench import Bench
from ui import state
from ui.fairness import groups, question, table
from ui.fairness.signing import sign_off
from ui.fairness.verdict import verdict
from ui.fairness.work import answer, breaks
from ui.shell import navigation, page
from ui.strategy_editor import in_use
from ui.text.words import joined, plain, t
from ui.widgets import controls


def empty(bench: Bench) -> None:
    """A shop that knows products alone: nobody to compare, no sales to hold attention against."""
    page.header("fairness", t("fairness.sentence"))
    page.lacking(bench)
    with page.card(t("fairness.no_shoppers"), key="fair_empty"):
        st.markdown(t("fairness.no_shoppers_note"))
        navigation.link("data", t("fairness.add_data"))
    table.what_a_gap_is()


def lacks(bench: Bench) -> None:
    """What this shop's data do not allow to ask."""
    shoppers, products = question.offered(bench)
    facets = [name for name in products if name in ("provider", "brand")]
    missing = [
        name
        for name, there in (("columns", shoppers), ("makers", facets), ("later", bench.future is not None))
        if not there
    ]
    if missing:
        st.info(joined(*(t(f"fairness.lacks_{name}") for name in missing)), icon=":material/info:")


@page.guarded()
def main() -> None:
    bench = page.bench_or_wait("fairness")
    if bench is None:
        return
    if bench.kind != "shoppers":
        empty(bench)
        return
    with st.sidebar:
        controls.lists(bench)
    top = st.container()
    broken = breaks()
    for each in broken:
        st.warning(t(f"report.ledger_{each['what']}", at=each["at"][:10]), icon=":material/history_toggle_off:")
    lacks(bench)
    declared = question.ask(bench)
    with top:
        badges = [("groups", t("fairness.shoppers", n=f"{len(bench.users):,}"), "gray")]
        badges += [("tune", plain(declared.names[1]), "green"), *in_use.badges(declared.now)[1:]] if declared else []
        page.header("fairness", t("fairness.sentence"), badges)
        if declared and state.get("fair_now") == question.USE:
            in_use.told(bench, ("", declared.now))
    if declared is None:
        return
    if declared.before is None:
        st.info(t("fairness.same_lists"), icon=":material/info:")
    content = answer(bench, declared, broken)
    if content is None:
        return
    verdict(content)
    if not content["results"]:
        st.info(t("fairness.nothing_told", n=content["setting"]["threshold"]), icon=":material/visibility_off:")
    groups.shoppers(content, declared.names)
    groups.makers(content)
    table.table(content)
    table.what_a_gap_is()
    sign_off(content, declared)


navigation.enter("fairness")
main()
