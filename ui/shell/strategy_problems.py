"""The parts of a strategy that a shop cannot keep: rules, exceptions or exposure floor, with a button to switch them
off.
"""

from collections.abc import Callable
from dataclasses import replace
from math import floor

import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError, Problem
from engine.data.problems import ENTRIES
from engine.slates.conflicts import entry_text
from ui import state
from ui.background import preparation
from ui.state.rule_text import RuleSwitch
from ui.text.rule_words import rule_words
from ui.text.words import joined, labelled, plain, t, table

SETTINGS = ("overrides", "exposure")


def show(error: InputError) -> bool:
    """Show what is refused, with a button that switches it off. False if the error is not about the strategy."""
    return _show_rules(error) or _show_setting(error)


def _show_rules(error: InputError) -> bool:
    bench = preparation.preparation().bench
    refused = {id(rule): (rule, problem) for problem in error.problems for rule in _meant(problem)}
    if bench is None or not refused:
        return False
    clash = error.problems[0].kind == "clash"
    head = t("rules.clash" if len(refused) > 1 else "rules.impossible") if clash else t("rules.unknown")
    lines = [_rule_line(bench, rule, problem) for rule, problem in refused.values()]
    st.error("\n\n".join([f"**{head}**", "\n".join(lines), t("rules.change")]), icon=":material/rule:")
    with st.container(horizontal=True):
        rules = [rule for rule, _ in refused.values()]
        _off_button(t("rules.switch_off", n=len(rules)), "rules_switch_off", _switch_off, rules)
    return True


def _show_setting(error: InputError) -> bool:
    """Exceptions, or an exposure floor, which may be lowered to what can be reached."""
    problem = error.problems[0]
    setting = _setting(problem)
    if setting is None:
        return False
    st.error(joined(_setting_words(problem, setting), _fix(problem)), icon=":material/rule:")
    with st.container(horizontal=True):
        reached = floor(100 * float(problem.details.get("reached", 0)))
        exposure = state.view().exposure
        if problem.kind == "out_of_reach" and reached and exposure:
            lower = exposure.model_copy(update={"floor": reached / 100})
            words = t("some.problem.take", floor=reached)
            st.button(words, key="some_take", on_click=state.put, kwargs={"exposure": lower})
        _off_button(t(f"some.problem.off_{setting}"), "some_switch_off", state.put_default, setting)
    return True


def _off_button(words: str, key: str, act: Callable[..., None], *given: object) -> None:
    st.button(words, key=key, on_click=act, args=given, icon=":material/toggle_off:")


def _meant(problem: Problem) -> list[RuleSwitch]:
    """The rules in view that a problem is about: those of its numbers that say what it names."""
    if problem.loc[:1] != (ENTRIES,):
        return []
    numbers = [int(problem.loc[1]) + 1, *(int(other) for other in [problem.details.get("other")] if other)]
    on = [rule for rule in state.view().rules if rule.on]
    strategy = state.strategy()
    numbered = dict(enumerate((*strategy.constraints, *strategy.rules), 1))
    matches = [rule for number in numbers for rule in on if rule.entry == numbered.get(number)]
    value = problem.value or ""
    if any(value in entry_text(rule.entry) for rule in matches):
        return matches
    return [rule for rule in on if value in entry_text(rule.entry)][:1]  # a list of another method numbers them anew


def _rule_line(bench: Bench, rule: RuleSwitch, problem: Problem) -> str:
    line = f"- {plain(rule_words(rule.entry, bench))}"
    key = f"rules.problem.{problem.kind}"
    return labelled(line, t(key, value=plain(problem.value or ""))) if key in table() else line


def _switch_off(rules: list[RuleSwitch]) -> None:
    state.put_rules(replace(rule, on=False) if rule in rules else rule for rule in state.view().rules)


def _setting(problem: Problem) -> str | None:
    """The setting that a problem is about: overrides or exposure. None if it is neither."""
    if problem.file != "strategy":
        return None
    if problem.kind == "no_purchases":
        return "exposure"
    return next((name for name in SETTINGS if problem.loc[:1] == (name,)), None)


def _setting_words(problem: Problem, setting: str) -> str:
    key = f"some.problem.{problem.kind}"
    if key not in table():
        return t(f"some.problem.{setting}", value=plain(problem.value or ""))
    reached = f"{100 * float(problem.details.get('reached', 0)):.0f}"
    exposure = state.view().exposure
    share = f"{100 * exposure.floor:g}" if exposure and exposure.floor != "max-min" else ""
    return t(key, asked=share, reached=reached)


def _fix(problem: Problem) -> str:
    return t("some.problem.larger_pool" if problem.kind == "out_of_reach" else "some.problem.drop")
