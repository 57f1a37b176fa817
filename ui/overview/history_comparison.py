"""The lists beside their shoppers' own histories, both surfaces side by side."""

from collections.abc import Mapping

import streamlit as st

from engine.bench.bench import Bench
from engine.evaluation.curve import Curve
from engine.strategy.strategy import Strategy
from ui import state
from ui.background import results
from ui.component import cards
from ui.shell import page
from ui.text.shoppers import EVERYONE, resolve
from ui.text.words import t
from ui.widgets import history_cards

MEASURES = ("facet_narrowing", "history_similarity", "repeat_share", "novelty")


def history_comparison(bench: Bench, curves: dict[str, Curve], strategies: Mapping[str, Strategy]) -> None:
    """Nothing where the shop has no histories. curves, strategies: of each surface."""
    everyone = resolve(EVERYONE, bench)
    if everyone is None or not bench.evidence("all").has_history:
        return
    comparisons = {}
    with st.spinner(t("tune.against_reading")):
        for surface, curve in curves.items():
            lists = curve.items[[0, curve.at(strategies[surface].diversity)]]
            comparison = results.against_history(bench, strategies[surface], everyone, lists)
            comparisons[t(f"surface.{surface}")] = comparison
    page.head(t("overview.bubble"), t("overview.bubble_note"))
    cards("bubble", history_cards.entries(comparisons, MEASURES, state.view().k))
