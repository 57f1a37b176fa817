"""The notes above an audit: what this shop's data do not allow to ask, and breaks of its ledger."""

from collections.abc import Sequence

import streamlit as st

from engine.bench.bench import Bench
from engine.fairness import Break
from ui import state
from ui.fairness import question
from ui.fairness.question import DeclaredAudit
from ui.shell import navigation, page
from ui.text.weights import weights
from ui.text.words import joined, t


def no_shoppers(bench: Bench) -> None:
    """The page of a shop without a log: there are no shoppers to compare and no sales to compare attention with."""
    page.header("fairness", t("fairness.sentence"))
    page.lacking(bench)
    with page.card(t("fairness.no_shoppers"), key="fair_empty"):
        st.markdown(t("fairness.no_shoppers_note"))
        navigation.link("data", t("fairness.add_data"))


def ledger_breaks(breaks: Sequence[Break]) -> None:
    """A warning for each break of the ledger of earlier audits."""
    for entry in breaks:
        st.warning(t(f"report.ledger_{entry['what']}", at=entry["at"][:10]), icon=":material/history_toggle_off:")


def missing_data(bench: Bench) -> None:
    """The notice of what the shop lacks: columns of shoppers, makers or later purchases."""
    shoppers, products = question.offered(bench)
    known = {
        "columns": any(name in bench.history.users for name in shoppers),
        "makers": bool(question.makers(products)),
        "later": bench.future is not None,
    }
    missing = [t(f"fairness.lacks_{name}") for name, there in known.items() if not there]
    if missing:
        st.info(joined(*missing), icon=":material/info:")


def spread(bench: Bench, declared: DeclaredAudit) -> None:
    """What σ does by itself is asked by a button; nothing is drawn where σ is 0 or that is asked already."""
    if not declared.now.spread:
        return
    words = t("fairness.spread_on", weights=weights(declared.now))
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="fair_spread"):
        if state.view().fair_before == question.UNSPREAD:
            st.markdown(f":material/call_split: {words} {t('fairness.spread_asked')}", width="stretch")
            return
        st.markdown(f":material/call_split: {words}", width="stretch")
        st.button(t("fairness.ask_spread"), key="ask_spread", on_click=question.ask_spread, args=(bench,))


def same_lists() -> None:
    """The notice that the lists are the same as those they would be compared with."""
    st.info(t("fairness.same_lists"), icon=":material/info:")


def all_withheld(threshold: int) -> None:
    """No result may be shown: every group is smaller than `threshold` shoppers, or would reveal one."""
    st.info(t("fairness.nothing_told", n=threshold), icon=":material/visibility_off:")
