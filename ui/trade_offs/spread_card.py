"""The card with the cost of spread: nDCG kept, products reached and products shared over σ, at the λ in view."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.data import Progress
from engine.evaluation.pairs.plane import FINE
from engine.evaluation.pairs.spread_curve import SpreadCurve, SpreadPoint, spread_curve
from engine.evaluation.recommended import DEFAULT_FLOOR
from engine.strategy.strategy import Against, Strategy
from ui import charts
from ui.charts.over_spread import over_spread
from ui.shell import job_panel, page
from ui.text import figures
from ui.text.weights import weights
from ui.text.words import clauses, joined, labelled, t
from ui.widgets import downloads

USUAL: tuple[float, Against] = (DEFAULT_FLOOR.keep, DEFAULT_FLOOR.against)
FIGURES = ("ndcg_kept", "coverage", "shared_products")


def spread_card(bench: Bench, strategy: Strategy) -> None:
    """Computed when asked for. Nothing is drawn where raw scores leave σ without a scale."""
    if strategy.normalize == "none":
        return
    used, floor = strategy.at(floor=None), strategy.floor
    keep, against = (floor.keep, floor.against) if floor and floor.metric == "ndcg" else USUAL
    note = t("over_spread.note", n=f"{len(bench.users):,}", diversity=f"{used.diversity:.2f}")
    with page.card(t("over_spread.title"), note, key="over_spread"):
        if used.diversity == 1 and used.overrides is None:
            st.markdown(f":gray[{t('over_spread.no_effect')}]")
            return

        def work(report: Progress) -> SpreadCurve:
            return spread_curve(bench, used, FINE, against, report)

        curve: SpreadCurve | None = job_panel.on_request(bench, "over_spread", (used, against, bench.today), work)
        if curve is not None:
            _draw(curve, strategy, keep, against)


def _draw(curve: SpreadCurve, strategy: Strategy, keep: float, against: Against) -> None:
    known = [name for name in FIGURES if np.isfinite([_value(point, name) for point in curve.points]).any()]
    for column, name in zip(page.split("over_spread", [1] * len(known)), known, strict=True):
        with column:
            row = figures.figure(name)
            unit = t("figure.of", n=strategy.k) if name == "shared_products" else row.suffix
            means = t(f"over_spread.against_{against}" if name == "ndcg_kept" else f"over_spread.{name}_means")
            st.markdown(f"**{t(f'measure.{name}')}** :gray[:small[{unit}]]  \n:gray[:small[{means}]]")
            _chart(curve, name, 100 * keep if name == "ndcg_kept" else None)
    st.markdown(_sentence(curve, keep) if "ndcg_kept" in known else t("over_spread.unjudged"))
    legend = [t("over_spread.legend", weights=weights(strategy), keep=f"{100 * keep:g}")]
    legend += [t("over_spread.apart")] if strategy.exposure is not None else []
    st.markdown(f":gray[:small[{joined(*legend)}]]")
    downloads.table(lambda: _table(curve), "over-spread")


def _chart(curve: SpreadCurve, name: str, floor: float | None) -> None:
    row = figures.figure(name)
    values = [row.scale * _value(point, name) for point in curve.points]
    spreads = [point.spread for point in curve.points]
    band = None
    if name == "ndcg_kept":
        kept = [point.ndcg_kept for point in curve.points]
        band = [row.scale * share.low for share in kept], [row.scale * share.high for share in kept]
    now = curve.now.spread, row.scale * _value(curve.now, name)
    chart = over_spread(spreads, values, now, f".{row.digits}f", row.suffix, t("control.spread"), band, floor)
    spoken = (labelled(f"σ {point.spread:.1f}", figures.with_unit(name, _value(point, name))) for point in curve.points)
    charts.show(chart, f"over_spread_{name}", labelled(t(f"measure.{name}"), clauses(spoken)))


def _value(point: SpreadPoint, name: str) -> float:
    return point.ndcg_kept.value if name == "ndcg_kept" else float(getattr(point, name))


def _sentence(curve: SpreadCurve, keep: float) -> str:
    """The largest σ that keeps the floor by the estimate, beside σ 0 of the same λ."""
    zero, best = curve.points[0], curve.widest(keep)
    if best is None:
        kept_at_zero = figures.with_unit("ndcg_kept", zero.ndcg_kept.value)
        return t("over_spread.none", keep=f"{100 * keep:g}", kept=kept_at_zero)
    kept = best.ndcg_kept
    return t(
        "over_spread.widest", keep=f"{100 * keep:g}", spread=f"{best.spread:.1f}",
        kept=f"{figures.with_unit('ndcg_kept', kept.value)}", span=_ends([kept.low, kept.high]),
        reach=figures.with_unit("coverage", best.coverage), before=figures.with_unit("coverage", zero.coverage),
        shared=figures.text("shared_products", best.shared_products),
        shared_before=figures.text("shared_products", zero.shared_products),
    )  # fmt: skip


def _ends(ends: Sequence[float]) -> str:
    low, high = (figures.text("ndcg_kept", end) for end in ends)
    return t("over_spread.span", low=low, high=high)


def _table(curve: SpreadCurve) -> pd.DataFrame:
    """One row a σ, then the settings in use; shares from 0 to 1."""
    rows = [("line", point) for point in curve.points] + [("in use", curve.now)]
    return pd.DataFrame(
        {"row": kind, "spread": point.spread, "ndcg_kept": point.ndcg_kept.value, "ndcg_kept_low": point.ndcg_kept.low,
         "ndcg_kept_high": point.ndcg_kept.high, "coverage": point.coverage, "shared_products": point.shared_products}
        for kind, point in rows
    )  # fmt: skip
