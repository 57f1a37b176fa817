"""The figures of one shopper's lists under each setting, as a table."""

import numpy as np
import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.evaluation.curve import Curve, trade_off
from engine.slates.shopper_sweep import shopper_sweep
from engine.strategy.strategy import Strategy
from ui.compare.settings import heads
from ui.shell import page
from ui.text import figures
from ui.text.shoppers import Who
from ui.text.words import plain, t
from ui.widgets import downloads

MEASURES = ("score_kept", "facet_count", "facet_entropy", "look_alike_pairs", "ild", "novelty")


def one_shopper_figures(bench: Bench, who: Who, row: int, strategies: list[Strategy]) -> None:
    """Each figure under each setting, and the difference of the last from the first."""
    curves = [_curve(bench, strategy, row) for strategy in strategies]
    ruling = any(strategy.entries(bench.today) for strategy in strategies)
    table, raw = [], []
    for name in ("score_kept_plain", *MEASURES) if ruling else MEASURES:
        key = curves[0].key(name)
        if key is None:
            continue
        values = [
            curve.values(key)[curve.at(strategy.diversity)] for curve, strategy in zip(curves, strategies, strict=True)
        ]
        label = t("measure.score_kept_ruled" if ruling and name == "score_kept" else f"measure.{name}")
        table.append(_line(key, label, values, heads(strategies)))
        raw.append({"figure": key} | dict(zip("ABC", values, strict=False)))
    with page.card(t("compare.figures", who=plain(who.label)), t("compare.figures_note")):
        st.table(pd.DataFrame(table), border="horizontal", hide_index=True)
        downloads.table(lambda: pd.DataFrame(raw), "compare-one")


def _curve(bench: Bench, strategy: Strategy, row: int) -> Curve:
    """The shopper's list at λ = 0 and at the strategy's own λ, out of their sweep."""
    levels = (0.0, strategy.diversity)
    lists = shopper_sweep(bench, strategy, row).items(*levels)
    return trade_off(bench, strategy, levels, np.array([row]), lists=lists)


def _line(key: str, label: str, values: list[float], names: list[str]) -> dict[str, str]:
    cells = {name: figures.with_unit(key, value, one=True) for name, value in zip(names, values, strict=True)}
    difference, _ = figures.change(key, values[-1], values[0], one=True)
    return {t("compare.figure"): label} | cells | {t("compare.difference"): difference}
