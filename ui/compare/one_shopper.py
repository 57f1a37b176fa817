"""The figures of one shopper's lists under each setting, as a table."""

import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.strategy.strategy import Strategy
from ui.background import curves
from ui.compare.settings import heads
from ui.shell import page
from ui.text import figures
from ui.text.shoppers import Who
from ui.text.words import plain, t
from ui.widgets import downloads

MEASURES = ("score_kept", "facet_count", "facet_entropy", "look_alike_pairs", "ild", "novelty")


def one_shopper_figures(bench: Bench, who: Who, row: int, strategies: list[Strategy]) -> None:
    """Each figure under each setting, and the difference of the last from the first."""
    points = [curves.one_curve(bench, strategy, row) for strategy in strategies]
    ruling = any(strategy.entries(bench.today) for strategy in strategies)
    table, raw = [], []
    for name in ("score_kept_plain", *MEASURES) if ruling else MEASURES:
        key = points[0].key(name)
        if key is None:
            continue
        values = [
            curve.values(key)[curve.at(strategy.diversity)] for curve, strategy in zip(points, strategies, strict=True)
        ]
        label = t("measure.score_kept_ruled" if ruling and name == "score_kept" else f"measure.{name}")
        table.append(_line(key, label, values, heads(strategies)))
        raw.append({"figure": key} | dict(zip("ABC", values, strict=False)))
    with page.card(t("compare.figures", who=plain(who.label)), t("compare.figures_note")):
        st.table(pd.DataFrame(table), border="horizontal", hide_index=True)
        downloads.table(lambda: pd.DataFrame(raw), "compare-one")


def _line(key: str, label: str, values: list[float], names: list[str]) -> dict[str, str]:
    cells = {name: figures.with_unit(key, value, one=True) for name, value in zip(names, values, strict=True)}
    difference, _ = figures.change(key, values[-1], values[0], one=True)
    return {t("compare.figure"): label} | cells | {t("compare.difference"): difference}
