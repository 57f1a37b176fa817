"""The slope chart: lists side by side, the same items joined."""

from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ui.charts.base import blank, cut
from ui.charts.theme import Palette, palette
from ui.text.words import t

TEXT, GAP = 1.9, 0.9  # widths of a column of titles and of the joining lines


def slopes(lists: list[list[tuple[str, str]]], heads: list[str]) -> go.Figure:
    """Two or three lists side by side, the same items joined: each is [(item id, title)] from the first place down.

    Items that leave are marked × with a dotted stub, newcomers with a hollow ring; places moved stand at the right.
    """
    colours = palette()
    size = max(map(len, lists))
    chart = blank(40 * size + 44)
    for number, (left, right) in enumerate(pairwise(lists)):
        start = TEXT + number * (TEXT + GAP)
        _joins(chart, left, right, start, colours)
    for number, entries in enumerate(lists):
        _titles(chart, lists, number, heads[number], colours)
        if number == 0:
            for place in range(len(entries)):
                _note(chart, 0, place, str(place + 1), colours.muted, "left")
    last = len(lists) * TEXT + (len(lists) - 1) * GAP
    for place, (item, _) in enumerate(lists[-1]):
        tag, strong = _tag(item, place, lists[-2])
        _note(chart, last, place, tag, colours.now if strong else colours.muted, "right")
    chart.update_xaxes(visible=False, range=[0, last])
    chart.update_yaxes(visible=False, range=[size - 0.4, -1.25])
    return chart


def _joins(
    chart: go.Figure,
    left: list[tuple[str, str]],
    right: list[tuple[str, str]],
    start: float,
    colours: Palette,
) -> None:
    ends = {item: place for place, (item, _) in enumerate(right)}
    for place, (item, _) in enumerate(left):
        if item not in ends:
            _draw(chart, [start, start + 0.14], [place, place], colours.warn, 2, dash="dot")
            _mark(chart, start, place, "x-thin", colours.warn, 9)
            continue
        end = ends[item]
        rises = end < place
        steps = np.linspace(0, 1, 24)
        _draw(
            chart,
            start + steps * GAP,
            place + (end - place) * steps**2 * (3 - 2 * steps),
            colours.now if rises else colours.before,
            2.4 if rises else 1.5,
        )
        _mark(chart, start, place, "circle", colours.before, 8)
        _mark(chart, start + GAP, end, "circle", colours.now if rises else colours.before, 8)
    known = {item for item, _ in left}
    for item, place in ends.items():
        if item not in known:
            _mark(chart, start + GAP, place, "circle-open", colours.now, 11)


def _titles(chart: go.Figure, lists: list[list[tuple[str, str]]], number: int, head: str, colours: Palette) -> None:
    before = {item for item, _ in lists[number - 1]} if number else None
    after = {item for item, _ in lists[number + 1]} if number + 1 < len(lists) else None
    x, anchor = (TEXT, "right") if number == 0 else (number * (TEXT + GAP), "left")
    _note(chart, x, -0.9, f"<b>{head}</b>", colours.text, anchor, shift=14)
    for place, (item, title) in enumerate(lists[number]):
        new, leaves = before is not None and item not in before, after is not None and item not in after
        colour = colours.now if new else colours.warn if leaves else colours.text
        words = cut(title, 28)
        _note(chart, x, place, f"<b>{words}</b>" if new else words, colour, anchor, shift=14)


def _tag(item: str, place: int, previous: list[tuple[str, str]]) -> tuple[str, bool]:
    places = {other: at for at, (other, _) in enumerate(previous)}
    if item not in places:
        return t("move.new"), True
    moved = places[item] - place
    return ("–", False) if moved == 0 else (f"↑ {moved}", True) if moved > 0 else (f"↓ {-moved}", False)


def _note(chart: go.Figure, x: float, y: float, words: str, colour: str, anchor: str, shift: int = 0) -> None:
    chart.add_annotation(
        x=x, y=y, text=words, showarrow=False, xanchor=anchor, xshift=-shift if anchor == "right" else shift,
        font={"color": colour, "size": 13},
    )  # fmt: skip


def _draw(chart: go.Figure, x: Any, y: Any, colour: str, width: float, dash: str = "solid") -> None:
    chart.add_scatter(x=x, y=y, mode="lines", hoverinfo="skip", line={"color": colour, "width": width, "dash": dash})


def _mark(chart: go.Figure, x: float, y: float, symbol: str, colour: str, size: int) -> None:
    marker = {
        "symbol": symbol,
        "size": size,
        "color": colour,
        "line": {"color": colour, "width": 2.4 if symbol != "circle" else 0},
    }
    chart.add_scatter(x=[x], y=[y], mode="markers", hoverinfo="skip", marker=marker)
