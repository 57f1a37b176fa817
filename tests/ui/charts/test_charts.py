"""Charts that are written as dicts are what Plotly's schema allows, and draw what they were given."""

from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.charts.bars import bars
from ui.charts.ranks import steps
from ui.charts.trade_off import Panel, trade_off
from ui.text.words import t

LEVELS = (0.0, 0.5, 1.0)
PANELS = [Panel("Categories", np.array([4.0, 5.0, 7.0]), ".1f"), Panel("Reach, %", np.array([1.0, np.nan, 3.0]), ".2f")]


def test_the_trade_off_draws_each_panel_over_what_is_kept() -> None:
    figure = go.Figure(trade_off(np.array([100.0, 98.0, 90.0]), LEVELS, PANELS, now=1, floor=95.0, bend=2))
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [(trace.xaxis, trace.yaxis) for trace in lines] == [("x", "y"), ("x2", "y2")]
    assert list(lines[0].x) == [100.0, 98.0, 90.0] and list(lines[0].y) == [4.0, 5.0, 7.0]
    assert list(lines[0].customdata) == list(LEVELS)
    texts = [note.text for note in figure.layout.annotations]
    assert texts[:3] == ["Categories", "<b>5.0</b>", "Reach, %"]  # the second panel has no value at this λ
    assert [shape.x0 for shape in figure.layout.shapes] == [95.0, 95.0]
    assert figure.layout.xaxis2.autorange == "reversed" and figure.layout.xaxis.matches == "x2"


def test_panels_do_not_overlap_and_fill_the_chart() -> None:
    layout = go.Figure(trade_off(np.array([100.0, 98.0, 90.0]), LEVELS, PANELS * 2, now=0)).layout
    domains = [layout[f"yaxis{number}"].domain for number in ("", 2, 3, 4)]
    assert domains[0][1] == pytest.approx(1.0) and domains[-1][0] == 0.0
    assert all(above[0] - below[1] == pytest.approx(0.09) for above, below in pairwise(domains))
    assert len({round(high - low, 9) for low, high in domains}) == 1


def test_without_later_purchases_the_axis_is_lambda_and_no_floor_is_drawn() -> None:
    figure = go.Figure(trade_off(np.full(3, np.nan), LEVELS, PANELS, now=0, floor=95.0))
    assert list(figure.data[0].x) == list(LEVELS) and not figure.layout.shapes
    assert figure.layout.xaxis2.autorange is True and figure.layout.xaxis2.ticksuffix == ""


def test_bars_are_signed_and_named() -> None:
    figure = go.Figure(bars([("up <b>", 1.5), ("down", -2.0)]))
    assert list(figure.data[0].x) == [1.5, -2.0] and list(figure.data[0].y) == [1, 0]
    assert list(figure.layout.yaxis.ticktext) == ["up &lt;b&gt;", "down"]
    assert [note.text for note in figure.layout.annotations] == ["+1.50", "−2.00"]
    assert len(set(figure.data[0].marker.color)) == 2


def test_steps_fall_to_the_bottom_where_the_product_is_not_listed() -> None:
    figure = go.Figure(steps(np.array(LEVELS), np.array([1, 0, 3]), now=2, k=10))
    line, now = figure.data
    assert list(line.y) == [1, 12, 3] and list(line.marker.symbol) == ["circle", "x-thin", "circle"]
    assert line.line.shape == "hvh" and line.text[1] == figure.layout.yaxis.ticktext[-1] == t("moved.chart_out")
    assert list(now.x) == [1.0] and list(now.y) == [3]
    assert figure.layout.annotations[0].xanchor == "right"
