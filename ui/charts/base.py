"""Plotly figures in our own type and colours: labelled directly, no legend, no mode bar."""

import html
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from ui.charts.theme import FONT, palette
from ui.component import picture_buttons
from ui.text.words import t

QUIET = {"scrollZoom": False, "doubleClick": False, "displayNotifier": False}
# The mode bar is hidden by `page.css`; its one button is what our own download buttons ask for the picture.
LETTER = 7.2  # pixels of a letter of 13 pixels
CONFIG = {**QUIET, "displayModeBar": True, "modeBarButtons": [["toImage"]]}


def show(chart: go.Figure, key: str, alt: str, config: dict[str, Any] | None = None, **options: Any) -> Any:
    """Draw a chart with buttons that save it as PNG and SVG; `alt` tells its content to those who cannot see it.

    A chart with a mode bar of its own passes its `config`, which must hold the button "toImage"; further options
    and the result are those of `st.plotly_chart`.
    """
    box = re.sub(r"[^A-Za-z0-9_-]", "-", f"{'chart' if config is None else 'tool'}_{key}")
    with st.container(key=box, gap=None):
        event = st.plotly_chart(chart, key=key, theme=None, config=config or CONFIG, alt=alt, **options)
        picture_buttons(box, f"evenshelf-{key}")
    return event


def blank(height: int, **layout: Any) -> go.Figure:
    """An empty figure with our type, colours and margins."""
    return dress(go.Figure(), height, **layout)


def dress(chart: go.Figure, height: int, **layout: Any) -> go.Figure:
    """Give a figure our type, colours and margins."""
    colours = palette()
    chart.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 6, "b": 6},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13, "color": colours.text},
        hoverlabel={
            "font": {"family": FONT, "size": 13, "color": colours.text},  # else Plotly takes the border's
            "bgcolor": colours.background,
            "bordercolor": colours.border,
        },
        showlegend=False,
        dragmode=False,
        **layout,
    )
    axis = {
        "gridcolor": colours.border,
        "zeroline": False,
        "linecolor": colours.border,
        "tickfont": {"color": colours.muted},
    }
    chart.update_xaxes(**axis)
    chart.update_yaxes(**axis)
    return chart


def trade_off(
    kept: np.ndarray,
    diversities: tuple[float, ...],
    panels: list[tuple[str, np.ndarray, str]],
    now: int,
    floor: float | None = None,
    bend: int | None = None,
    title: str = "",
) -> go.Figure:
    """What variety costs: one small panel per figure of variety, all against the relevance kept (per cent).

    panels: (title, values [L], format such as ".1f"); `now` is the position of the λ in use. Where nothing was held
    out to judge relevance on, the axis is λ itself. `floor`: the relevance that must be kept, per cent; `bend`: the
    position where the curve bends, a mark and no advice; `title`: of the axis of relevance.
    """
    colours = palette()
    judged = bool(np.isfinite(kept).any())
    cost = (title or t("measure.ndcg_kept")) if judged else t("control.diversity")
    kept = kept if judged else np.array(diversities)
    chart = make_subplots(rows=len(panels), cols=1, shared_xaxes=True, vertical_spacing=0.09)
    for number, (title, values, form) in enumerate(panels, 1):
        share = f"{cost} %{{x:.1f}}%<br>" if judged else ""
        hover = f"λ %{{customdata:.2f}}<br>{share}{title} %{{y:{form}}}<extra></extra>"
        chart.add_scatter(
            x=kept, y=values, customdata=diversities, mode="lines+markers", row=number, col=1,
            line={"color": colours.before, "width": 2}, marker={"size": 5, "color": colours.before},
            hovertemplate=hover,
        )  # fmt: skip
        chart.add_annotation(
            text=title, row=number, col=1, xref="x domain", yref="y domain", x=0, y=1.16, xanchor="left",
            showarrow=False, font={"size": 12.5, "color": colours.muted},
        )  # fmt: skip
        chart.update_yaxes(row=number, col=1, nticks=3, rangemode="normal", automargin=True)
        if bend is not None:
            chart.add_scatter(
                x=[kept[bend]], y=[values[bend]], customdata=[diversities[bend]], mode="markers", row=number, col=1,
                marker={"size": 10, "symbol": "diamond-open", "color": colours.muted, "line": {"width": 1.5}},
                hovertemplate=hover,
            )  # fmt: skip
        chart.add_scatter(
            x=[kept[now]], y=[values[now]], customdata=[diversities[now]], mode="markers", row=number, col=1,
            marker={"size": 12, "color": colours.now, "line": {"color": colours.background, "width": 2}},
            hovertemplate=hover,
        )  # fmt: skip
        if not np.isfinite([kept[now], values[now]]).all():
            continue  # nothing to judge at this λ
        rises = bool(values[min(now + 1, len(values) - 1)] > values[now])  # the label keeps clear of the line
        chart.add_annotation(
            x=kept[now], y=values[now], row=number, col=1, text=f"<b>{values[now]:{form}}</b>", showarrow=False,
            xanchor="left", xshift=9, yshift=-9 if rises else 9, font={"color": colours.now, "size": 13},
        )  # fmt: skip
    if judged and floor is not None:
        _floor_line(chart, floor, [values for _, values, _ in panels])
    chart.update_xaxes(
        autorange="reversed" if judged else True,
        ticksuffix="%" if judged else "",
        nticks=5,
        automargin=False,
        row=len(panels),
        col=1,
        title={"text": cost, "font": {"size": 12.5, "color": colours.muted}},
    )
    dress(chart, 114 * len(panels) + 62)
    chart.update_layout(margin={"l": 0, "r": 10, "t": 22, "b": 44})
    return chart


def _floor_line(chart: go.Figure, floor: float, panels: list[np.ndarray]) -> None:
    """A dashed line in every panel where relevance must stay left of, named in the last."""
    colours = palette()
    line = {"color": colours.warn, "width": 1.5, "dash": "dash"}
    for number, values in enumerate(panels, 1):
        chart.add_shape(type="line", x0=floor, x1=floor, y0=0, y1=1, yref="y domain", line=line, layer="below",
                        row=number, col=1)  # fmt: skip
        chart.add_scatter(x=[floor], y=[values[0]], mode="markers", marker={"opacity": 0}, hoverinfo="skip",
                          row=number, col=1)  # the axis reaches as far as the line  # fmt: skip
    chart.add_annotation(
        text=t("floor.badge", keep=f"{floor:g}"), x=floor, y=0, yref="y domain", row=len(panels), col=1,
        showarrow=False, xanchor="left", xshift=4, yanchor="bottom", font={"size": 12, "color": colours.warn},
    )  # fmt: skip


def dumbbells(rows: Sequence[tuple[str, float, float, str]], suffix: str = "") -> go.Figure:
    """Before (grey) and now (green) on one line per row: (label, before, now, text at the right)."""
    colours = palette()
    labels = [label for label, *_ in rows]
    places = list(range(len(rows)))[::-1]
    chart = blank(29 * len(rows) + 34)
    for place, (_, before, now, _) in zip(places, rows, strict=True):
        chart.add_scatter(
            x=[before, now],
            y=[place] * 2,
            mode="lines",
            line={"color": colours.border, "width": 4},
            hoverinfo="skip",
        )
    hover = "%{text}<extra></extra>"
    told = [f"{html.escape(label, quote=False)}: {words}" for label, _, _, words in rows]
    for values, colour, size in ((1, colours.before, 9), (2, colours.now, 10)):
        chart.add_scatter(
            x=[row[values] for row in rows], y=places, mode="markers", marker={"color": colour, "size": size},
            text=told, hovertemplate=hover,
        )  # fmt: skip
    high = max(max(row[1], row[2]) for row in rows) or 1
    chart.update_layout(margin={"l": 0, "r": 0, "t": 6, "b": 26})
    beside(chart, [(place, words) for place, (*_, words) in zip(places, rows, strict=True)])
    chart.update_xaxes(
        range=[-0.03 * high, high * 1.06],
        ticksuffix=suffix,
        **({"nticks": 5} if suffix else {"dtick": max(1, round(high / 4))}),
    )
    chart.update_yaxes(
        tickvals=places,
        ticktext=[cut(label, 22) for label in labels],
        range=[-0.6, len(rows) - 0.4],
        showgrid=False,
        automargin=True,
        tickfont={"color": colours.text},
    )
    return chart


def beside(chart: go.Figure, texts: list[tuple[float, str]]) -> None:
    """Texts at the right, each at its place on the y axis, in a margin of their own: a share of the width would be too
    little for them where the chart is narrow."""
    room = 16 + round(LETTER * max((len(re.sub("<[^>]*>", "", words)) for _, words in texts), default=0))
    for place, words in texts:
        chart.add_annotation(
            x=1, xref="paper", y=place, text=words, showarrow=False, xanchor="right", xshift=room, font={"size": 13}
        )
    chart.update_layout(margin_r=room)


def cut(words: str, most: int) -> str:
    """Words cut to a width, a Chinese character counting as two, and escaped: plotly reads tags in its texts."""
    widths = np.cumsum([2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words])
    if len(words) and widths[-1] > most:
        words = words[: int(np.searchsorted(widths, most - 1, side="right"))].rstrip(" ,") + "…"
    return html.escape(words, quote=False)
