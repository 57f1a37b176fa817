"""Fairness: who gains and who pays when lists become more varied?"""

import streamlit as st

from engine.bench.bench import Bench
from ui.fairness import groups, notices, question, table
from ui.fairness.header import header
from ui.fairness.kept import kept
from ui.fairness.signing import sign_off
from ui.fairness.together import together
from ui.fairness.verdict import verdict
from ui.fairness.work import answer, breaks
from ui.shell import navigation, page
from ui.widgets import controls


def view(bench: Bench) -> None:
    """The question, and its answer once the audit is done."""
    top = st.container()
    ledger_breaks = breaks()
    notices.ledger_breaks(ledger_breaks)
    notices.missing_data(bench)
    declared = question.ask(bench)
    with top:
        header(bench, declared)
    if declared is None:
        return
    notices.spread(bench, declared)
    if declared.before is None:
        notices.same_lists()
    content = answer(bench, declared, ledger_breaks)
    if content is None:
        return
    verdict(content)
    together(bench, content)
    kept(content, declared.names)
    if not content.results:
        notices.all_withheld(content.setting.threshold)
    groups.shoppers(content, declared.names)
    groups.makers(content)
    table.table(content)
    table.what_a_gap_is()
    sign_off(content, declared)


@page.guarded()
def main() -> None:
    bench = page.bench_or_wait("fairness")
    if bench is None:
        return
    if not bench.context.has_history:
        notices.no_shoppers(bench)
        table.what_a_gap_is()
        return
    with st.sidebar:
        controls.lists(bench)
    view(bench)


navigation.enter("fairness")
main()
