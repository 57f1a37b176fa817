"""Charts of the Fairness page: groups with intervals and their paired change; attention against sales."""

from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from engine.fairness import ProviderShare, ShopperGap
from ui.charts import blank, cut
from ui.charts.theme import palette
from ui.fairness.terms import known, number, span, with_unit
from ui.text.words import t

LINE = 38  # pixels of a group
BAR = 48  # of a maker
CHANGE_ENDS = 0.7  # share of the width; figures stand beyond it, also where the window is small


@dataclass(frozen=True)
class Line:
    """One line of a chart of groups: a heading, a group with a result, or one whose result is withheld."""

    kind: Literal["head", "told", "hidden"]
    label: str
    row: ShopperGap | None = None


def groups(lines: list[Line], metric: str, names: tuple[str, str]) -> go.Figure:
    """Each group's figure before and now with its 95 % interval; at the right the paired change with its own."""
    colours, rows = palette(), [line.row for line in lines if line.row is not None]
    changed = any(known(row.change) for row in rows)
    chart = blank(LINE * len(lines) + (68 if changed else 52))
    wide = 0.45 if changed else 0.82
    for at, line in enumerate(lines):
        place = len(lines) - 1 - at
        if line.kind == "hidden":
            _hidden(chart, place)
        elif line.row is not None:
            _draw_group(chart, place, line.label, line.row, metric, changed)
    ticks = [_tick(line) for line in lines]
    chart.update_yaxes(
        tickvals=list(range(len(lines)))[::-1], ticktext=ticks, range=[-0.6, len(lines) - 0.4], showgrid=False,
        automargin=True, tickfont={"color": colours.text},
    )  # fmt: skip
    chart.update_layout(margin={"l": 0, "r": 0, "t": 40 if changed else 24, "b": 26})
    if not rows:  # all results are withheld: the axes are empty
        chart.update_layout(margin={"t": 6, "b": 6}, xaxis={"visible": False})
        return chart
    reach = _reach(rows, "value", "low", "high", "before", "before_low", "before_high")
    chart.update_layout(xaxis={"domain": [0, wide], "nticks": 5, "range": reach, "tickangle": 0})
    if changed:
        axis = {"domain": [wide + 0.04, CHANGE_ENDS], "nticks": 4, "gridcolor": colours.border, "zeroline": False}
        axis |= {"range": _reach(rows, "change", "change_low", "change_high", zero=True), "tickangle": 0}
        chart.update_layout(xaxis2={**axis, "tickfont": {"color": colours.muted}, "anchor": "y"})
        chart.add_shape(
            type="line", xref="x2", x0=0, x1=0, y0=-0.5, y1=len(lines) - 0.5,
            line={"color": colours.muted, "width": 1, "dash": "dot"},
        )  # fmt: skip
        _note(chart, (wide + 0.04 + CHANGE_ENDS) / 2, t("fairness.change_axis"), colours.muted, "center")
        _note(chart, 0, f"○ {cut(names[0], 34)}", colours.before, "left", up=16)  # side by side they may not fit
    _note(chart, 0, f"<b>● {cut(names[1], 34)}</b>", colours.now, "left")
    return chart


def _reach(rows: list[ShopperGap], *fields: str, zero: bool = False) -> list[float]:
    """The range of an axis, with a margin, so that no interval seems to be cut off."""
    ends = [float(getattr(row, name)) for row in rows for name in fields if known(getattr(row, name))] + [0.0] * zero
    room = 0.05 * (max(ends) - min(ends)) or 0.05 * abs(max(ends)) or 0.05
    return [min(ends) - room, max(ends) + room]


def _draw_group(chart: go.Figure, place: int, label: str, row: ShopperGap, metric: str, changed: bool) -> None:
    colours, name = palette(), cut(label, 60)
    if changed:
        hover = f"{name}<br>{t('fairness.before')} {with_unit(metric, row.before)}"
        ends = (row.before_low, row.before_high)
        _whisker(chart, "x", place + 0.17, row.before, ends, colours.before, f"{hover} ({span(metric, *ends, False)})")
        ends = (row.change_low, row.change_high)
        sure = known(*ends) and (ends[0] > 0 or ends[1] < 0)
        tone = colours.text if sure else colours.muted
        words = f"{number(metric, row.change, True)}"
        hover = f"{name}<br>{t('fairness.change')} {words} ({span(metric, *ends)})"
        _whisker(chart, "x2", place, row.change, ends, tone, hover)
        words = f"<b>{words}</b>" if sure else words
        chart.add_annotation(
            x=1, xref="paper", y=place, showarrow=False, xanchor="right", font={"size": 13, "color": tone},
            text=f"{words} <span style='font-size:11px'>{span(metric, *ends)}</span>",
        )  # fmt: skip
    ends = (row.low, row.high)
    hover = f"{name}<br>{t('fairness.now')} {with_unit(metric, row.value)} ({span(metric, *ends, False)})"
    _whisker(chart, "x", place - (0.17 if changed else 0), row.value, ends, colours.now, hover, 10)
    if not changed:
        small = f"<span style='font-size:11px'>{span(metric, *ends, False)}</span>"
        chart.add_annotation(
            x=1, xref="paper", y=place, showarrow=False, xanchor="right", font={"size": 13},
            text=f"<b>{number(metric, row.value)}</b> {small}",
        )  # fmt: skip


def _whisker(
    chart: go.Figure,
    axis: str,
    place: float,
    value: float,
    ends: tuple[Any, Any],
    colour: str,
    hover: str,
    size: int = 8,
) -> None:
    if known(*ends):
        chart.add_scatter(
            x=list(ends), y=[place, place], xaxis=axis, mode="lines", line={"color": colour, "width": 2},
            hoverinfo="skip",
        )  # fmt: skip
    chart.add_scatter(
        x=[value], y=[place], xaxis=axis, mode="markers", text=hover, hovertemplate="%{text}<extra></extra>",
        marker={"size": size, "color": colour, "line": {"color": palette().background, "width": 1}},
    )  # fmt: skip


def _hidden(chart: go.Figure, place: int) -> None:
    colours = palette()
    chart.add_shape(
        type="rect", xref="paper", x0=0, x1=1, y0=place - 0.34, y1=place + 0.34, layer="below",
        fillcolor=colours.border, opacity=0.6, line={"width": 0},
    )  # fmt: skip
    chart.add_annotation(
        x=0.5, xref="paper", y=place, text=t("fairness.hidden_row"), showarrow=False,
        font={"color": colours.muted, "size": 12.5},
    )  # fmt: skip


def _tick(line: Line) -> str:
    if line.kind == "head":
        return f"<b>{cut(line.label, 34)}</b>"
    n = f"  <span style='font-size:11px'>n {line.row.n:,}</span>" if line.row is not None else ""
    return cut(line.label, 26) + n


def _note(chart: go.Figure, x: float, words: str, colour: str, anchor: str, up: int = 0) -> None:
    chart.add_annotation(
        x=x, xref="paper", y=1, yref="paper", yanchor="bottom", xanchor=anchor, text=words, showarrow=False,
        font={"size": 12.5, "color": colour}, yshift=up,
    )  # fmt: skip


def attention(rows: list[tuple[str, ProviderShare]]) -> go.Figure:
    """Share of attention before and now, per cent, with a mark at the share of sales."""
    colours = palette()
    chart = blank(BAR * len(rows) + 54)
    high = 100 * max(max(row.value, row.merit, row.before if known(row.before) else 0.0) for _, row in rows)
    for at, (label, row) in enumerate(rows):
        place = len(rows) - 1 - at
        both = known(row.before)
        bars = [(0.2, row.before, colours.before)] if both else []
        for shift, share, colour in [*bars, (-0.2 if both else 0.0, row.value, colours.now)]:
            words = "now" if colour == colours.now else "before"
            hover = f"{cut(label, 60)}: {t(f'fairness.{words}')} {100 * share:.1f}%"
            chart.add_bar(
                x=[100 * share], y=[place + shift], width=0.34, orientation="h", text=hover, textposition="none",
                marker={"color": colour, "line": {"width": 0}}, hovertemplate="%{text}<extra></extra>",
            )  # fmt: skip
            near = abs(row.merit - share) < 0.1 * high / 100 and row.merit > share  # keep clear of the mark
            chart.add_annotation(
                x=100 * (row.merit if near else share), y=place + shift, showarrow=False, xanchor="left", xshift=5,
                text=f"{100 * share:.1f}" if words == "before" else f"<b>{100 * share:.1f}</b>",
                font={"size": 12.5, "color": colours.muted if words == "before" else colours.text},
            )  # fmt: skip
        chart.add_scatter(
            x=[100 * row.merit] * 2, y=[place - 0.45, place + 0.45], mode="lines",
            line={"color": colours.text, "width": 2.5}, text=[f"{t('fairness.sales')} {100 * row.merit:.1f}%"] * 2,
            hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    first = rows[0][1]
    position = 100 * first.merit / high
    side = "left" if position < 0.25 else "right" if position > 0.8 else "center"
    chart.add_annotation(
        x=100 * first.merit, y=len(rows) - 0.5, yanchor="bottom", showarrow=False, font={"size": 12.5},
        xanchor=side, text=t("fairness.sales_mark", share=f"{100 * first.merit:.1f}"),
    )  # fmt: skip
    chart.update_layout(margin={"l": 0, "r": 0, "t": 6, "b": 26}, barmode="overlay")
    chart.update_xaxes(range=[0, 1.16 * high], ticksuffix="%", nticks=5)
    chart.update_yaxes(
        tickvals=list(range(len(rows)))[::-1], ticktext=[cut(label, 22) for label, _ in rows],
        range=[-0.6, len(rows) - 0.1], showgrid=False, automargin=True, tickfont={"color": colours.text},
    )  # fmt: skip
    return chart
