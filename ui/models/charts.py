"""Charts of models: accuracy against variety, and a training's validation curve."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from engine.evaluation.rows import ModelScore
from ui.charts import dress
from ui.charts.theme import palette
from ui.text.words import t

NEAR = 0.09  # share of a panel's height within which two labels would touch
LINE = 16  # pixels


class ModelPoint(NamedTuple):
    """One model on one surface: its variety and its accuracy."""

    label: str
    used: bool
    variety: ModelScore
    accuracy: ModelScore


def accuracy_and_variety(panels: Sequence[tuple[str, list[ModelPoint]]]) -> go.Figure:
    """Accuracy over variety, one panel a surface; the model in use is filled and green, the others are rings."""
    colours = palette()
    chart = make_subplots(rows=1, cols=len(panels), horizontal_spacing=0.09)
    accuracy, variety = t("models.accuracy"), t("models.variety")
    for column, (title, points) in enumerate(panels, 1):
        where = {"row": 1, "col": column}
        for point in points:
            colour = colours.now if point.used else colours.muted
            chart.add_scatter(
                x=[point.variety.value], y=[point.accuracy.value], mode="markers",
                error_x=_whisker(point.variety, colour), error_y=_whisker(point.accuracy, colour),
                marker={"size": 11, "color": colour, "symbol": "circle" if point.used else "circle-open",
                        "line": {"width": 2, "color": colour}},
                hovertemplate=f"{point.label}<br>{accuracy} %{{y:.3f}}<br>{variety} %{{x:.3f}}<extra></extra>",
                **where,
            )  # fmt: skip
        _name(chart, points, where)
        chart.add_annotation(
            text=f"<b>{title}</b>", xref="x domain", yref="y domain", x=0, y=1.13, xanchor="left", showarrow=False,
            font={"size": 13, "color": colours.text}, **where,
        )  # fmt: skip
        chart.update_xaxes(title=_small(t("models.variety_axis")), nticks=6, **where)
        chart.update_yaxes(title=_small(t("models.accuracy_axis")) if column == 1 else None, nticks=5, **where)
    dress(chart, 320)
    chart.update_layout(margin={"l": 64, "r": 10, "t": 30, "b": 44})
    return chart


def _whisker(row: ModelScore, colour: str) -> dict[str, Any]:
    """The 95 % interval as an error bar; none where it is not known."""
    ends = row.known
    if ends is None:
        return {"visible": False}
    return {
        "type": "data", "symmetric": False, "array": [ends.high - ends.value],
        "arrayminus": [ends.value - ends.low], "color": colour, "thickness": 1.5, "width": 4,
    }  # fmt: skip


def _name(chart: go.Figure, points: list[ModelPoint], where: dict[str, int]) -> None:
    """Each point's label beside it, on the side with room; those that would touch are moved apart."""
    colours = palette()
    xs, ys = [p.variety.figure for p in points], [p.accuracy.figure for p in points]
    whiskers = [end for p in points for end in (p.accuracy.low, p.accuracy.high) if end is not None]
    middle, height = (min(xs) + max(xs)) / 2, (max(ys + whiskers) - min(ys + whiskers)) or 1.0
    below: float | None = None
    stacked = 0
    for point in sorted(points, key=lambda p: p.accuracy.figure):
        x, y = point.variety.figure, point.accuracy.figure
        stacked = stacked + 1 if below is not None and (y - below) / height < NEAR else 0
        below = y
        chart.add_annotation(
            x=x, y=y, text=f"<b>{point.label}</b>" if point.used else point.label, showarrow=False,
            xanchor="right" if x > middle else "left", xshift=-12 if x > middle else 12, yshift=8 + LINE * stacked,
            font={"size": 13, "color": colours.now if point.used else colours.text}, **where,
        )  # fmt: skip


def epochs(curve: list[dict[str, float]]) -> go.Figure:
    """nDCG@10 on the validation weeks after every epoch, for-you and new-to-you lists in a panel each."""
    colours = palette()
    chart = make_subplots(rows=1, cols=2, horizontal_spacing=0.09)
    numbers = [row["epoch"] for row in curve]
    for column, (key, surface) in enumerate((("all", "for_you"), ("new", "new")), 1):
        where = {"row": 1, "col": column}
        values = [row[key] for row in curve]
        chart.add_scatter(
            x=numbers, y=values, mode="lines+markers", line={"color": colours.before, "width": 2},
            marker={"size": 7, "color": colours.now}, hovertemplate="%{x}: %{y:.3f}<extra></extra>", **where,
        )  # fmt: skip
        chart.add_annotation(
            x=numbers[-1], y=values[-1], text=f"<b>{values[-1]:.3f}</b>", showarrow=False, yshift=14,
            font={"size": 13, "color": colours.now}, **where,
        )  # fmt: skip
        chart.add_annotation(
            text=t(f"surface.{surface}"), xref="x domain", yref="y domain", x=0, y=1.2, xanchor="left",
            showarrow=False, font={"size": 12.5, "color": colours.muted}, **where,
        )  # fmt: skip
        chart.update_xaxes(
            dtick=1, range=[-0.3, max(numbers[-1], 3) + 0.3], title=_small(t("models.epochs_axis")), **where
        )
        chart.update_yaxes(nticks=4, **where)
    dress(chart, 190)
    chart.update_layout(margin={"l": 0, "r": 10, "t": 28, "b": 40})
    return chart


def _small(words: str) -> dict[str, Any]:
    return {"text": words, "font": {"size": 12.5, "color": palette().muted}}
