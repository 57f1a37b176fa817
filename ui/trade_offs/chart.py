"""The chart of strategies by two aims. The Pareto front is joined; the settings in use and the choice are marked."""

import numpy as np
import plotly.graph_objects as go

from engine.evaluation.pareto import ParetoPoint
from engine.strategy.strategy import Strategy
from ui.charts import blank, cut
from ui.charts.theme import palette
from ui.text.words import t
from ui.trade_offs.aims import Aim
from ui.trade_offs.point import label
from ui.trade_offs.work import Front


def scatter(front: Front, across: Aim, up: Aim, aims: tuple[Aim, ...], chosen: int) -> go.Figure:
    """Right and up are better. Points carry their number, so that a click can be read back."""
    colours, points = palette(), front.points
    x, y = (np.array([aim.scaled(point.figures[aim.key]) for point in points]) for aim in (across, up))
    chart = blank(440)
    order = _front(x, y, [point.front for point in points], (across, up))
    chart.add_scatter(
        x=x[order], y=y[order], mode="lines", hoverinfo="skip",
        line={"color": colours.before, "width": 2},
    )  # fmt: skip
    hovers = [_hover(point, aims) for point in points]
    on = np.array([point.front for point in points])
    symbols = np.array([_symbol(point.strategy) for point in points])
    for group, colour, size, opacity in ((~on, colours.before, 9, 0.55), (on, colours.text, 11, 1.0)):
        at = np.flatnonzero(group)
        chart.add_scatter(
            x=x[at], y=y[at], mode="markers", customdata=at.reshape(-1, 1), text=[hovers[i] for i in at],
            hovertemplate="%{text}<extra></extra>",
            marker={"size": size, "color": colour, "opacity": opacity,
                    "symbol": symbols[at].tolist()},
        )  # fmt: skip
    if chosen:
        _mark(chart, x[chosen], y[chosen], colours.warn, 20, label(points[chosen].strategy))
    _mark(chart, x[0], y[0], colours.now, 16, t("trade_offs.now"))
    for aim, axis in ((across, chart.update_xaxes), (up, chart.update_yaxes)):
        reversed_ = "reversed" if aim.form[0] < 0 else True
        axis(title={"text": aim.axis, "font": {"size": 13, "color": colours.muted}}, nticks=6, autorange=reversed_)
    chart.update_layout(margin={"l": 60, "r": 16, "t": 16, "b": 48}, clickmode="event+select")
    return chart


def _symbol(strategy: Strategy) -> str:
    return "diamond" if strategy.exposure is not None else "square" if strategy.spread else "circle"


def _front(x: np.ndarray, y: np.ndarray, on: list[bool], axes: tuple[Aim, Aim]) -> np.ndarray:
    """The points that are not dominated in these two aims alone, from left to right."""
    signs = [1.0 if aim.form[0] > 0 else -1.0 for aim in axes]
    a, b = x * signs[0], y * signs[1]
    best = [i for i in range(len(x)) if on[i] and not ((a >= a[i]) & (b >= b[i]) & ((a > a[i]) | (b > b[i]))).any()]
    return np.array(sorted(best, key=lambda i: (x[i], -y[i])), dtype=int)


def _hover(point: ParetoPoint, aims: tuple[Aim, ...]) -> str:
    lines = [f"<b>{label(point.strategy)}</b>"]
    for aim in aims:
        ends = sorted(aim.scaled(end) for end in (point.low[aim.key], point.high[aim.key]))
        digits = aim.form[1]
        lines.append(
            f"{cut(aim.label, 40)} {aim.number(point.figures[aim.key])} ({ends[0]:.{digits}f} … {ends[1]:.{digits}f})"
        )
    return "<br>".join(lines)


def _mark(chart: go.Figure, x: float, y: float, colour: str, size: int, words: str) -> None:
    chart.add_scatter(
        x=[x], y=[y], mode="markers+text" if words else "markers", text=[f"<b>{words}</b>"] if words else None,
        textposition="top center", textfont={"color": colour, "size": 13}, hoverinfo="skip",
        marker={"size": size, "color": "rgba(0,0,0,0)", "line": {"color": colour, "width": 3}},
    )  # fmt: skip
