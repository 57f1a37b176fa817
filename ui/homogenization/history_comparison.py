"""Each list compared with its shopper's own history, over all shoppers."""

import numpy as np
import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.history_comparison import Personalization
from engine.diagnosis.homogenization import Column, Homogenization
from engine.strategy.strategy import Strategy
from ui import charts
from ui.background import results
from ui.component import cards
from ui.homogenization import charts as shapes
from ui.shell import page
from ui.text.shoppers import Who
from ui.text.words import clauses, labelled, t
from ui.widgets import history_cards

MEASURES = ("facet_narrowing", "narrowing", "history_similarity", "calibration_js", "calibration_kl", "repeat_share")


def history_comparison(bench: Bench, result: Homogenization, who: Who, strategy: Strategy) -> None:
    """Draws nothing if no shopper has enough history."""
    with st.spinner(t("tune.against_reading")):
        lists = np.stack([result.lists["before"], result.lists["now"]])
        comparison = results.against_history(bench, strategy, who, lists)
    narrower = comparison.narrower()
    if narrower is None:
        return
    before, now = narrower
    page.head(t("homogenization.bubble"), t("homogenization.bubble_note"))
    left, right = page.split("bubble", [1, 1])
    with left:
        st.markdown(f"**{t('homogenization.narrower', now=f'{100 * now:.1f}', before=f'{100 * before:.1f}')}**")
        cards("against_cards", history_cards.entries({"": comparison}, MEASURES, result.k), least=148)
    with right:
        _spread(comparison)


def _spread(comparison: Personalization) -> None:
    """The chart of how much narrower lists are than histories, over shoppers."""
    key = comparison.key("facet_narrowing")
    assert key is not None
    ratios: dict[Column, np.ndarray] = {"before": comparison.before.per_user[key], "now": comparison.now.per_user[key]}
    if np.array_equal(ratios["before"], ratios["now"], equal_nan=True):
        del ratios["before"]
    n = f"{comparison.now.value(key)[1]:,}"
    with page.card(t("homogenization.spread"), t("homogenization.spread_note", n=n)):
        means = (f"{t('chart.' + column)} {100 * np.nanmean(ratio):.0f}%" for column, ratio in ratios.items())
        charts.show(shapes.narrowing(ratios), "narrowing", labelled(t("measure.facet_narrowing"), clauses(means)))
