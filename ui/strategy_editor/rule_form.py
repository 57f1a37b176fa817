"""Adding a rule: ready-made ones, or one of each kind with its fields, its days, lists and shoppers."""

from typing import Any

import numpy as np
import streamlit as st

from engine.bench.bench import Bench
from engine.slates.rule_lookup import ARRIVAL, POPULARITY, facet, facet_names
from engine.strategy.rules import Entry
from ui import state
from ui.state import options, rule_text
from ui.state.rule_text import RuleSwitch
from ui.strategy_editor import rule_fields
from ui.text.rule_words import rule_words
from ui.text.words import plain, t

SCREEN = 5  # ranks that are visible without scrolling


def form(bench: Bench) -> None:
    """Ready-made rules, then the fields of a rule of one kind; what is wrong with it stands below."""
    st.markdown(f"**{t('rules.add')}**")
    present = {rule.entry for rule in state.view().rules}
    with st.container(horizontal=True, gap="xsmall", key="rule_examples"):
        for number, entry in enumerate(examples(bench)):
            st.button(
                plain(rule_words(entry, bench)), key=f"rule_example_{number}", icon=":material/add:",
                disabled=entry in present, on_click=_add_example, args=(entry,),
            )  # fmt: skip
    kind = st.pills(
        t("rules.kind"), label_visibility="collapsed", help=t("rules.kind_help"),
        **options.options("new_kind", {name: t(f"rules.kinds.{name}") for name in rule_fields.kinds(bench)}),
    )  # fmt: skip
    if kind is not None:
        st.markdown(f":gray[:small[{t(f'rules.about.{kind}')}]]")
        rule_fields.draw(bench, kind)
        st.button(t("rules.add_this"), type="primary", key="rule_add", on_click=_add_drawn, args=(kind,))
    wrong = st.session_state.pop("new_wrong", None)
    if wrong:
        st.warning(t(f"rules.wrong.{wrong}"), icon=":material/edit:")


def examples(bench: Bench) -> list[Entry]:
    """Ready-made rules, as far as this shop has the products that they need."""
    maker = next((name for name in ("brand", "provider") if _stocked(bench, name) >= SCREEN), "provider")
    rows: list[tuple[int, dict[str, Any]]] = [  # each with the values, or products, that it needs
        (SCREEN, {"facet": maker, "max": 2, "first": SCREEN}),
        (2 * SCREEN, {"facet": "category", "max": 1, "window": SCREEN, "first": 20}),
        (SCREEN, {"facet": ARRIVAL, "value": "new", "min": 1, "first": SCREEN}),
        (2 * SCREEN, {"facet": POPULARITY, "value": "tail", "min": 3}),
    ]
    return [rule_text.entry(row) for need, row in rows if _stocked(bench, row["facet"], row.get("value")) >= need]


def _stocked(bench: Bench, name: str, value: str | None = None) -> int:
    """How many values of a facet lists can show; with a value, how many of its products. 0 for an unknown facet."""
    if name not in facet_names(bench):
        return 0
    codes, values = facet(bench, name)
    shown = np.bincount(codes[bench.model.items][codes[bench.model.items] >= 0], minlength=len(values))
    return int((shown > 0).sum() if value is None else shown[values.index(value)])


def add(entry: Entry) -> str | None:
    """Add a rule to those in view; what is wrong where it cannot be added: a key of `rules.wrong`."""
    rules = state.view().rules
    wrong = "twice" if entry in {rule.entry for rule in rules} else None
    if wrong is None:
        try:
            state.put_rules([*rules, RuleSwitch(entry)])
        except ValueError:
            wrong = "too_long"
    st.session_state["new_wrong"] = wrong
    return wrong


def _add_example(entry: Entry) -> None:
    add(entry)


def _add_drawn(kind: str) -> None:
    """Add the rule whose fields are drawn; they are read now, for a callback may come with newer ones."""
    wrong = rule_fields.lacking(kind)
    if wrong is None:
        try:
            wrong = add(rule_text.entry(rule_fields.given(kind)))
        except ValueError:
            wrong = "not_a_rule"
    st.session_state["new_wrong"] = wrong
    if wrong is None:
        rule_fields.clear()
