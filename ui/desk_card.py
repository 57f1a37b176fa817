"""Tune's card of what lists must keep to: the rules on the left, the floor on the right."""

import streamlit as st

from engine.experiments.bench import Bench
from engine.experiments.strategy import Strategy
from ui import desk, floor_card, page, rule_form, rule_list
from ui.words import t


def card(bench: Bench) -> Strategy:
    """Slider's neighbour: shows the card and what the floor did, and returns the strategy in use.

    Raises InputError for rules that this shop cannot keep.
    """
    _box(bench)
    strategy = desk.in_use(bench)
    desk.told(bench, ("", strategy))
    return strategy


def _box(bench: Bench) -> None:
    """Closed until it is asked for. Its label stays the same: another one would close it."""
    box = st.expander(f"**{t('rules.title')}** :gray[· {t('rules.about_all')}]", key="desk", on_change="rerun",
                      icon=":material/rule:")  # fmt: skip
    if not box.open:
        return
    with box:
        left, right = page.split("desk", [2.1, 1])
        with left:
            rule_list.shown(bench)
            rule_form.form(bench)
        with right:
            floor_card.shown(bench)
