"""The card with the cost of diversity: relevance kept and three measures of variety over all λ."""

import numpy as np
import streamlit as st

from engine.bench.bench import Bench
from engine.evaluation.curve import Curve
from engine.evaluation.knee import knee
from engine.strategy.strategy import Against, Strategy
from ui import charts, state
from ui.background import curves
from ui.charts.trade_off import Panel, trade_off
from ui.shell import page
from ui.strategy_editor import recommended
from ui.text import figures, kept_words
from ui.text.shoppers import Who
from ui.text.weights import weights
from ui.text.words import clauses, plain, t

PANELS = ("ild", "facet_entropy", "coverage")


def cost_chart(bench: Bench, strategy: Strategy, who: Who) -> None:
    """The trade-off over all λ: of the group, or of everyone where one shopper is looked at."""
    group = who if who.row is None else None
    label = who.label if group else t("who.everyone", n=f"{len(bench.users):,}")
    with page.card(t("tune.cost"), t("tune.cost_note", who=plain(label))), st.spinner(t("tune.sweeping")):
        curve = curves.curve(bench, strategy, group)
        bend = _bend(bench, strategy, group, curve)
        reference = strategy.floor.against if strategy.floor else "plain"
        key = _cost_key(curve, reference)
        sentence = _kept_sentence(curve, strategy, key)
        _chart(curve, strategy, reference, bend, sentence)
        if np.isfinite(curve.values(key)[curve.at(strategy.diversity)]):
            st.markdown(f":green[**{t('chart.now')} · λ {weights(strategy)}**] {sentence}")
        if strategy.exposure is not None:
            st.markdown(f":gray[:small[{t('makers.curve')}]]")
        if bend is not None:
            st.markdown(f":gray[:small[{t('tune.bend', diversity=f'{curve.diversities[bend]:.2f}')}]]")
        recommended.line(bench, state.strategy())


def _chart(curve: Curve, strategy: Strategy, reference: Against, bend: int | None, sentence: str) -> None:
    key = _cost_key(curve, reference)
    now = curve.at(strategy.diversity)
    panels = [panel for name in PANELS if (panel := _panel(curve, name))]
    spoken = clauses([sentence, *(f"{title}: {values[now]:{form}}" for title, values, form in panels)])
    title = t("measure.ndcg_kept") + (f" · {t(f'floor.against_{reference}')}" if curve.plain is not None else "")
    floor, apart = _floor_percent(curve, strategy), strategy.is_shared
    figure = trade_off(curve.values(key) * 100, curve.diversities, panels, now, floor, bend, title, apart)
    charts.show(figure, "trade_off", spoken)


def _bend(bench: Bench, strategy: Strategy, group: Who | None, curve: Curve) -> int | None:
    """The position of the λ at the knee of the curve, for lists without an exposure floor."""
    diversity = knee(curves.curve(bench, strategy.list_by_list, group))
    return None if diversity is None else curve.at(diversity)


def _floor_percent(curve: Curve, strategy: Strategy) -> float | None:
    """The share of nDCG that the floor requires, in percent; None for a floor of another metric."""
    floor = strategy.floor if curve.kept_shares(curve.at(strategy.diversity)) else None
    return 100 * floor.keep if floor and floor.metric == "ndcg" else None


def _kept_sentence(curve: Curve, strategy: Strategy, key: str) -> str:
    """The relevance that the lists at the strategy's λ keep."""
    now = curve.at(strategy.diversity)
    shares = curve.kept_shares(now)
    if shares:
        return kept_words.sentence(shares, ruling=curve.plain is not None)
    return t("tune.kept", kept=figures.with_unit(key, curve.values(key)[now]))


def _cost_key(curve: Curve, reference: Against) -> str:
    """The values of the axis: nDCG kept of the reference, or the score kept without later purchases."""
    plain = reference == "plain"
    names = ("ndcg_kept_plain", "score_kept_plain") if plain else ("ndcg_kept", "score_kept")
    return next((key for name in names if (key := curve.key(name))), names[0])


def _panel(curve: Curve, name: str) -> Panel | None:
    """One panel of the trade-off; None if the measure is not known."""
    key = curve.key(name)
    if key is None:
        return None
    row = figures.figure(key)
    unit = "%" if row.suffix == "%" else t("unit." + row.suffix) if row.suffix else ""
    title = t(f"measure.{name}") + (f", {unit}" if unit else "")
    return Panel(title, curve.values(key) * row.scale, f".{row.digits}f")
