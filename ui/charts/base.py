"""Plotly figures in our own type and colours: labelled directly, no legend, no mode bar."""

import html
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from ui.charts import spec
from ui.charts.spec import Spec, axis, look
from ui.charts.theme import palette
from ui.component import picture_buttons

QUIET = {"scrollZoom": False, "doubleClick": False, "displayNotifier": False}
# The mode bar is hidden by `page.css`; its one button is what our own download buttons ask for the picture.
CONFIG = {**QUIET, "displayModeBar": True, "modeBarButtons": [["toImage"]]}


def show(chart: go.Figure | Spec, key: str, alt: str, config: dict[str, Any] | None = None, **options: Any) -> Any:
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
    chart.update_layout(**look(height), **layout)
    chart.update_xaxes(**axis())
    chart.update_yaxes(**axis())
    return chart


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
    texts = [f"{html.escape(label, quote=False)}: {words}" for label, _, _, words in rows]
    for values, colour, size in ((1, colours.before, 9), (2, colours.now, 10)):
        chart.add_scatter(
            x=[row[values] for row in rows], y=places, mode="markers", marker={"color": colour, "size": size},
            text=texts, hovertemplate=hover,
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
    """Texts at the right, in a margin of their own (`spec.beside`)."""
    notes, room = spec.beside(texts)
    for note in notes:
        chart.add_annotation(**note)
    chart.update_layout(margin_r=room)


def cut(words: str, width: int) -> str:
    """Words cut to a width, a Chinese character counting as two, and escaped: plotly reads tags in its texts."""
    widths = np.cumsum([2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words])
    if len(words) and widths[-1] > width:
        words = words[: int(np.searchsorted(widths, width - 1, side="right"))].rstrip(" ,") + "…"
    return html.escape(words, quote=False)
