"""Whether the rules of a version beat the algorithm, evaluated with later purchases."""

import numpy as np
import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError
from engine.evaluation.hindsight import Effect, Hindsight, rows
from engine.strategy.strategy import Strategy
from ui.background import results
from ui.background.strategy_store import refused
from ui.shell import page
from ui.text import figures, kept_words
from ui.text.rule_words import rule_words
from ui.text.words import joined, plain, t
from ui.widgets import downloads

ASKED = "_hindsight"  # of the session: the strategy whose rules were judged
TONES = {"better": "green", "worse": "orange", "unclear": "gray", "same": "gray", "too_few": "gray"}
ICONS = {
    "better": "trending_up", "worse": "trending_down", "unclear": "drag_handle", "same": "remove", "too_few": "group",
}  # fmt: skip


def view(bench: Bench, strategy: Strategy) -> None:
    """The card, for a strategy that has rules."""
    if not strategy.all_entries:
        return
    with page.card(t("hindsight.title"), t("hindsight.note")):
        if bench.future is None:
            st.markdown(f":gray[{t('hindsight.no_future')}]")
            return
        if st.button(t("hindsight.judge"), key="hindsight", icon=":material/balance:"):
            st.session_state[ASKED] = strategy
        if st.session_state.get(ASKED) != strategy:
            return
        try:
            with st.spinner(t("hindsight.judging", n=len(strategy.all_entries))):
                verdicts = results.hindsight(bench, strategy)
        except InputError as error:
            st.warning(refused(error), icon=":material/rule:")
            return
        _result(bench, strategy, verdicts)


def _result(bench: Bench, strategy: Strategy, verdicts: list[Hindsight]) -> None:
    if not verdicts:
        st.info(t("hindsight.none_today"), icon=":material/event_busy:")
        return
    names = {verdict.numbers: _name(bench, strategy, verdict) for verdict in verdicts}
    for verdict in verdicts:
        outcome = verdict.says("ndcg")
        words = joined(_verdict(verdict, plain(names[verdict.numbers])), _bought(verdict))
        st.markdown(f":{TONES[outcome]}[:material/{ICONS[outcome]}:] {words}")
    for shares in verdicts[0].kept.values():
        st.markdown(f":gray[:material/rule:] {kept_words.sentence(shares, ruling=True)}")
    table = [
        _line(names[verdict.numbers], verdict, key, effect)
        for verdict in verdicts
        for key, effect in verdict.effects.items()
    ]
    st.table(pd.DataFrame(table), border="horizontal", hide_index=True)
    st.markdown(f":gray[:small[{t('hindsight.intervals', day=f'{bench.today}')}]]")
    downloads.table(lambda: pd.DataFrame(rows(verdicts)), "hindsight")


def _name(bench: Bench, strategy: Strategy, verdict: Hindsight) -> str:
    """The name of what was left out: one rule, or all active rules."""
    if len(verdict.numbers) > 1:
        return t("hindsight.all", n=len(verdict.numbers))
    return rule_words(strategy.all_entries[verdict.numbers[0]], bench)


def _verdict(verdict: Hindsight, name: str) -> str:
    effect = verdict.effects["ndcg"]
    known = np.isfinite(effect.share)
    size = f"{100 * abs(effect.share):.1f}%" if known else figures.text("ndcg", abs(effect.gain.difference))
    return t(
        f"hindsight.says.{verdict.says('ndcg')}", rule=name, size=size, n=verdict.changed, judged=f"{verdict.judged:,}"
    )


def _bought(verdict: Hindsight) -> str:
    pin = verdict.pinned
    if pin is None:
        return ""
    return t("hindsight.bought", shown=f"{pin.shown:,}", bought=f"{pin.bought:,}", missed=f"{pin.missed:,}")


def _line(name: str, verdict: Hindsight, key: str, effect: Effect) -> dict[str, str]:
    gain, outcome = effect.gain, verdict.says(key)
    return {
        t("hindsight.rule"): plain(name),
        t("compare.figure"): t(f"measure.{key}"),
        t("hindsight.without"): figures.with_unit(key, effect.without),
        t("hindsight.with"): figures.with_unit(key, effect.without + gain.difference),
        t("hindsight.change"): figures.difference(key, gain.difference),
        t("hindsight.interval"): figures.span(key, gain.low, gain.high),
        t("hindsight.verdict"): f":{TONES[outcome]}[{t(f'hindsight.short.{outcome}')}]",
        t("compare.counted"): f"{gain.n_users:,}",
    }
