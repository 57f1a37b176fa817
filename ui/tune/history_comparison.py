"""The list, or the group's lists, beside what the shoppers bought before."""

import streamlit as st

from engine.bench.bench import Bench
from engine.evaluation.curve import Curve
from engine.strategy.strategy import Strategy
from ui.background import results
from ui.component import cards
from ui.shell import page
from ui.text.shoppers import Who
from ui.text.words import t
from ui.widgets import history_cards

MEASURES = ("facet_narrowing", "history_similarity", "calibration_js", "repeat_share", "novelty", "serendipity")


def history_comparison(bench: Bench, strategy: Strategy, who: Who, curve: Curve) -> None:
    """Draws nothing if the shoppers have no history."""
    if not bench.evidence(page.scope()).has_history:
        return
    with st.spinner(t("tune.against_reading")):
        lists = curve.items[[0, curve.at(strategy.diversity)]]
        comparison = results.against_history(bench, strategy, who, lists)
    one_shopper = who.row is not None
    page.head(t("tune.against_one" if one_shopper else "tune.against_many"), t("tune.against_note"))
    cards("tune_against", history_cards.entries({"": comparison}, MEASURES, strategy.k, one_shopper), least=160)
