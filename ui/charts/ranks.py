"""The place of one product at every λ, as steps: 1 on top, "not listed" at the bottom."""

import numpy as np
import plotly.graph_objects as go

from ui.charts.base import blank
from ui.charts.theme import palette
from ui.text.words import t

Array = np.ndarray
TICKS = 5  # places that are named, at most


def steps(diversities: Array, places: Array, now: int, k: int) -> go.Figure:
    """diversities float [L], rising; places int [L], 1 … k, 0 = not in the list; `now` is the λ in use."""
    colours = palette()
    bottom = k + max(1.0, 0.2 * k)  # clear of the last place's label
    height = np.where(places > 0, places, bottom)
    told = [t("moved.chart_place", place=place) if place else t("moved.chart_out") for place in places.tolist()]
    chart = blank(206)
    chart.add_scatter(
        x=diversities, y=height, mode="lines+markers", text=told, hovertemplate="λ %{x:.2f}: %{text}<extra></extra>",
        line={"color": colours.before, "width": 2, "shape": "hvh"},
        marker={
            "size": np.where(places > 0, 5, 7), "color": [colours.before if p else colours.warn for p in places],
            "symbol": ["circle" if place else "x-thin" for place in places],
            "line": {"width": np.where(places > 0, 0, 1.6), "color": colours.warn},
        },
    )  # fmt: skip
    chart.add_scatter(
        x=[diversities[now]], y=[height[now]], mode="markers", text=[told[now]],
        hovertemplate="λ %{x:.2f}: %{text}<extra></extra>",
        marker={"size": 12, "color": colours.now, "line": {"color": colours.background, "width": 2}},
    )  # fmt: skip
    chart.add_shape(  # the label stands above the steps, so that it hides none
        type="line", x0=diversities[now], x1=diversities[now], y0=1, y1=height[now], yref="y", layer="below",
        line={"color": colours.now, "width": 1, "dash": "dot"},
    )  # fmt: skip
    chart.add_annotation(
        x=diversities[now], y=1, yref="paper", yanchor="bottom", text=f"<b>{t('chart.now')} · {told[now]}</b>",
        xanchor="left" if diversities[now] < 0.15 else "right" if diversities[now] > 0.85 else "center",
        showarrow=False, font={"color": colours.now, "size": 12.5},
    )  # fmt: skip
    named = sorted({1, *np.linspace(1, k, min(TICKS, k)).round().astype(int).tolist()})
    chart.update_yaxes(
        range=[bottom + 0.06 * k, 1 - 0.04 * k], tickvals=[*named, bottom], automargin=True,
        ticktext=[*map(str, named), t("moved.chart_out")],
    )  # fmt: skip
    chart.update_xaxes(
        range=[-0.03, 1.03], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat="~g", showgrid=False,
        title={"text": "λ", "font": {"size": 12.5, "color": colours.muted}, "standoff": 4},
    )  # fmt: skip
    chart.update_layout(margin={"l": 0, "r": 10, "t": 24, "b": 40})
    return chart
