"""The rank of one product at every λ, as steps: 1 at the top, "not listed" at the bottom."""

import numpy as np

from ui.charts.spec import Spec, axis, note, points, spec
from ui.charts.theme import palette
from ui.text.words import t

Array = np.ndarray
TICKS = 5  # places that are named, at most
HOVER = "λ %{x:.2f}: %{text}<extra></extra>"


def steps(diversities: Array, places: Array, now: int, k: int) -> Spec:
    """diversities float [L], rising; places int [L], 1 … k, 0 = not in the list; `now` is the λ in use."""
    bottom = k + max(1.0, 0.2 * k)  # clear of the last place's label
    height = np.where(places > 0, places, bottom).tolist()
    words = [t("moved.chart_place", place=place) if place else t("moved.chart_out") for place in places.tolist()]
    at, level = float(diversities[now]), height[now]
    named = sorted({1, *np.linspace(1, k, min(TICKS, k)).round().astype(int).tolist()})
    colours = palette()
    return spec(
        [_line(diversities.tolist(), height, words, places), _now(at, level, words[now])],
        206,
        margin={"l": 0, "r": 10, "t": 24, "b": 40},
        shapes=[_drop(at, level)],
        annotations=[_label(at, words[now])],
        xaxis=axis(
            range=[-0.03, 1.03], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat="~g", showgrid=False,
            title={"text": "λ", "font": {"size": 12.5, "color": colours.muted}, "standoff": 4},
        ),
        yaxis=axis(
            range=[bottom + 0.06 * k, 1 - 0.04 * k], tickvals=[*named, bottom], automargin=True,
            ticktext=[*map(str, named), t("moved.chart_out")],
        ),
    )  # fmt: skip


def _line(diversities: list[float], height: list[float], words: list[str], places: Array) -> Spec:
    colours, listed = palette(), (places > 0).tolist()
    marker = {
        "size": [5 if here else 7 for here in listed],
        "color": [colours.before if here else colours.warn for here in listed],
        "symbol": ["circle" if here else "x-thin" for here in listed],
        "line": {"width": [0.0 if here else 1.6 for here in listed], "color": colours.warn},
    }
    line = {"color": colours.before, "width": 2, "shape": "hvh"}
    return points(diversities, height, HOVER, marker, text=words, line=line)


def _now(at: float, level: float, words: str) -> Spec:
    colours = palette()
    marker = {"size": 12, "color": colours.now, "line": {"color": colours.background, "width": 2}}
    return points([at], [level], HOVER, marker, text=[words])


def _drop(at: float, level: float) -> Spec:
    """A line from the label, which stands above the steps so that it hides none, down to the point in use."""
    line = {"color": palette().now, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": at, "x1": at, "y0": 1, "y1": level, "yref": "y", "layer": "below", "line": line}


def _label(at: float, words: str) -> Spec:
    side = "left" if at < 0.15 else "right" if at > 0.85 else "center"
    font = {"color": palette().now, "size": 12.5}
    return note(
        f"<b>{t('chart.now')} · {words}</b>", x=at, y=1, yref="paper", yanchor="bottom", xanchor=side, font=font
    )
