"""The rules in view, each a plain sentence with a switch and a button that removes it."""

from dataclasses import replace

import streamlit as st

from engine.bench.bench import Bench
from engine.strategy.strategy import Strategy
from ui import state
from ui.background import curves
from ui.state import rule_text
from ui.state.rule_text import RuleSwitch
from ui.text.rule_words import rule_words
from ui.text.shoppers import Who
from ui.text.words import plain, t


def show(bench: Bench) -> None:
    """One line for each rule, in the order of the strategy."""
    rules, strategy = state.view().rules, state.strategy()
    st.markdown(f"**{t('rules.present')}**  \n:gray[:small[{t('rules.note')}]]")
    if not rules:
        st.markdown(f":gray[{t('rules.none')}]")
    with st.container(gap="xsmall", key="rule_list"):
        for number, rule in enumerate(rules):
            _line(bench, strategy, number, rule)


def _line(bench: Bench, strategy: Strategy, number: int, switched: RuleSwitch) -> None:
    switch, words, remove = st.columns([0.6, 8, 0.7], vertical_alignment="center")
    sentence = plain(rule_words(switched.entry, bench))
    key = f"rule_on_{number}"
    if st.session_state.get(key) != switched.on:  # another rule stands in this line now
        st.session_state[key] = switched.on
    switch.toggle(
        t("rules.on", rule=sentence), key=key, label_visibility="collapsed", on_change=_switch, args=(number, key)
    )  # fmt: skip
    name = f"**{plain(switched.entry.name)}** · " if switched.entry.name else ""
    idle = inactive_words(bench, strategy, switched)
    note = f"  \n:orange[:small[{idle}]]" if idle else ""
    words.markdown((f"{name}{sentence}" if switched.on else f":gray[{name}{sentence}]") + note)
    remove.button(
        "", icon=":material/close:", type="tertiary", key=f"rule_remove_{number}", help=t("rules.remove"),
        on_click=_remove, args=(number,),
    )  # fmt: skip


def inactive_words(bench: Bench, strategy: Strategy, switched: RuleSwitch) -> str:
    """Why a rule that is on does not apply to the lists in view; "" if it applies."""
    if not switched.on:
        return ""
    why = rule_text.inapplicable(switched.entry, strategy)
    if why is not None:
        return t(f"rules.unfit.{why}", k=strategy.k)
    if not switched.entry.holds(strategy.surface, bench.today):
        away = switched.entry.surfaces and strategy.surface not in switched.entry.surfaces
        return t("rules.other_list") if away else t("rules.other_day", day=bench.today)
    return ""


def broken(bench: Bench, strategy: Strategy, who: Who) -> None:
    """Which rules some of the lists in view cannot keep, and how many."""
    if not strategy.entries(bench.today):
        return
    counts = curves.broken(bench, strategy, who)
    for number, entry in strategy.entries(bench.today).items():
        if n := int(counts[number]):
            note = t("rules.broken", n=f"{n:,}", all=f"{len(who.rows):,}", rule=plain(rule_words(entry, bench)))
            st.markdown(f":orange[:material/rule:] :small[{note}]")


def _switch(number: int, key: str) -> None:
    rules = list(state.view().rules)
    rules[number] = replace(rules[number], on=bool(st.session_state[key]))
    state.put_rules(rules)


def _remove(number: int) -> None:
    state.put_rules(rule for at, rule in enumerate(state.view().rules) if at != number)
