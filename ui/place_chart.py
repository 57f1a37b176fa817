"""The place of one product at every λ, as steps: 1 on top, "not listed" at the bottom."""

import numpy as np
import plotly.graph_objects as go

from ui.charts import blank
from ui.theme import palette
from ui.words import t

Array = np.ndarray
TICKS = 5  # places that are named, at most


def steps(diversities: Array, places: Array, now: int, k: int) -> go.Figure:
    """diversities float [L], rising; places int [L], 1 … k, 0 = not in the list; `now` is the λ in use."""
    colours = palette()
    bottom = k + max(1.0, 0.2 * k)  # clear of the last place's label
    height = np.where(places > 0, places, bottom)
    told = [t("moved.chart_place", place=place) if place else t("moved.chart_out") for place in places.tolist()]
    chart = blank(190)
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
    right = diversities[now] > 0.6
    chart.add_annotation(
        x=diversities[now], y=height[now], text=f"<b>{t('chart.now')} · {told[now]}</b>", showarrow=False,
        xanchor="right" if right else "left", xshift=-8 if right else 8, yshift=12,
        font={"color": colours.now, "size": 12.5}, bgcolor=colours.background, borderpad=1,
    )  # fmt: skip
    named = sorted({1, *np.linspace(1, k, min(TICKS, k)).round().astype(int).tolist()})
    chart.update_yaxes(
        range=[bottom + 0.06 * k, 1 - 0.12 * k], tickvals=[*named, bottom], automargin=True,
        ticktext=[*map(str, named), t("moved.chart_out")],
    )  # fmt: skip
    chart.update_xaxes(
        range=[-0.03, 1.03], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat="~g", showgrid=False,
        title={"text": "λ", "font": {"size": 12.5, "color": colours.muted}, "standoff": 4},
    )  # fmt: skip
    chart.update_layout(margin={"l": 0, "r": 10, "t": 8, "b": 40})
    return chart
