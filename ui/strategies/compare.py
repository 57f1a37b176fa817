"""The comparison of two versions: the fields in which they differ, and the effect on the lists."""

import pandas as pd
import streamlit as st

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import key_of
from engine.data import InputError
from engine.evaluation.relevance_floor import capped
from engine.strategies import Version
from engine.strategy.strategy import Strategy
from ui.background import results
from ui.background.strategy_store import StrategySnapshot, refused
from ui.shell import page
from ui.state import options
from ui.strategy_editor import strategy_words
from ui.text import changes
from ui.text.words import joined, plain, t
from ui.widgets import downloads

KEYS = ("ndcg", "facet_count", "look_alike_pairs", "ild", "novelty", "coverage", "shared_products", "gini")
OTHER, ASKED = "compare_with", "_compared"  # of the session: the other version; whose effect was asked for


def view(bench: Bench, snapshot: StrategySnapshot, version: Version, strategy: Strategy) -> None:
    """The comparison: the other version is A, the one in view is B."""
    others = {(v.name, v.number): v for v in reversed(snapshot.versions) if v != version}
    if not others:
        return
    with page.card(t("strategies.compare"), t("strategies.compare_note")):
        other = others[_other(list(others), _usual(snapshot, version))]
        try:
            before = other.strategy
        except InputError as error:
            st.warning(joined(t("strategies.unreadable"), refused(error)), icon=":material/warning:")
            return
        st.markdown(f"**A** {strategy_words.titled(other)} → **B** {strategy_words.titled(version)}")
        rows = strategy_words.differences(before, strategy, bench)
        if not rows:
            st.markdown(f":gray[{t('strategies.same')}]")
            return
        heads = [t("strategies.setting"), "A", "B"]
        cells = [[plain(cell) for cell in row] for row in rows]
        st.table(pd.DataFrame(cells, columns=heads), border="horizontal", hide_index=True)
        _effect(bench, before, strategy, (other.name, other.number, version.name, version.number))


def _usual(snapshot: StrategySnapshot, version: Version) -> tuple[str, int]:
    """The default of the comparison: the previous version, else a live one, else any other."""
    if version.number > 1:
        return version.name, version.number - 1
    live = snapshot.live.get(version.surface)
    other = live if live is not None and live != version else next(v for v in snapshot.versions if v != version)
    return other.name, other.number


def _other(offered: list[tuple[str, int]], usual: tuple[str, int]) -> tuple[str, int]:
    labels = {(name, n): t("strategies.titled", name=name, n=n) for name, n in offered}
    other = options.chosen(OTHER)
    picked: tuple[str, int] = st.selectbox(
        t("strategies.with"), **options.tied(OTHER, labels, other if other in labels else usual)
    )
    return picked


def _effect(bench: Bench, before: Strategy, after: Strategy, which: tuple[str, int, str, int]) -> None:
    """The figures of both strategies over all shoppers, computed on request because it takes seconds."""
    if before.surface != after.surface:
        st.markdown(f":gray[:small[{t('strategies.other_surface')}]]")
        return
    if st.button(t("strategies.measure"), key="measure_effect", icon=":material/query_stats:"):
        st.session_state[ASKED] = which
    if st.session_state.get(ASKED) != which:
        return
    evidence = bench.evidence(scope_of(after.surface))
    keys = tuple(key for name in KEYS if (key := key_of(name, evidence)))
    try:
        with st.spinner(t("compare.resampling")):
            effects = results.changes(bench, capped(bench, before), capped(bench, after), keys)
    except InputError as error:
        st.warning(refused(error), icon=":material/rule:")
        return
    st.table(
        pd.DataFrame([changes.table_line([row], "B") for row in effects]), border="horizontal", hide_index=True
    )  # fmt: skip
    st.markdown(f":gray[:small[{t('compare.intervals')}]]")
    downloads.table(lambda: pd.DataFrame(effects), "strategies-compare")
