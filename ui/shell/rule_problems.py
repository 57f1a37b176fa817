"""Rules that a shop cannot keep, said plainly: which they are, and what to change."""

from dataclasses import replace

import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError, Problem
from engine.slates.conflicts import told_as
from ui import state
from ui.background import preparation
from ui.state.rule_text import Kept
from ui.text.rule_words import rule_words
from ui.text.words import plain, t, table


def told(error: InputError) -> bool:
    """Say which rules are refused, with a button that switches them off; False if the error is about none of them."""
    bench = preparation.preparation().bench
    guilty = {id(each): (each, problem) for problem in error.problems for each in _meant(problem)}
    if bench is None or not guilty:
        return False
    clash = error.problems[0].kind == "clash"
    head = t("rules.clash" if len(guilty) > 1 else "rules.impossible") if clash else t("rules.unknown")
    lines = [_line(bench, each, problem) for each, problem in guilty.values()]
    st.error("\n\n".join([f"**{head}**", "\n".join(lines), t("rules.change")]), icon=":material/rule:")
    with st.container(horizontal=True):
        off = [each for each, _ in guilty.values()]
        st.button(
            t("rules.switch_off", n=len(off)), key="rules_switch_off", on_click=_switch_off, args=(off,),
            icon=":material/toggle_off:",
        )  # fmt: skip
    return True


def _meant(problem: Problem) -> list[Kept]:
    """The rules in view that a problem is about: those of its numbers that say what it names."""
    if problem.file != "strategy" or not (problem.column or "").startswith("entry "):
        return []
    numbers = [str(problem.column).removeprefix("entry "), *filter(None, [problem.details.get("other")])]
    on = [each for each in state.rules() if each.on]
    strategy = state.strategy()
    numbered = dict(enumerate((*strategy.constraints, *strategy.rules), 1))
    found = [each for number in numbers for each in on if each.entry == numbered.get(int(number))]
    told = problem.value or ""
    if any(told in told_as(each.entry) for each in found):
        return found
    return [each for each in on if told in told_as(each.entry)][:1]  # a list of another method numbers them anew


def _line(bench: Bench, each: Kept, problem: Problem) -> str:
    said = f"- {plain(rule_words(each.entry, bench))}"
    key = f"rules.problem.{problem.kind}"
    return f"{said}: {t(key, value=plain(problem.value or ''))}" if key in table() else said


def _switch_off(off: list[Kept]) -> None:
    state.put_rules(replace(each, on=False) if each in off else each for each in state.rules())
