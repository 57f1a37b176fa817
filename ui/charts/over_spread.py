"""One figure over spread σ: a line, its interval as a band, and the settings in use as a point of their own."""

from ui.charts.spec import Spec, axis, note, points, spec
from ui.charts.theme import palette

HEIGHT = 210


def over_spread(
    spreads: list[float], values: list[float], now: tuple[float, float], form: str, suffix: str, axis_title: str,
    band: tuple[list[float], list[float]] | None = None, floor: float | None = None,
) -> Spec:  # fmt: skip
    """The chart as a dict of Plotly's schema.

    values: by σ of `spreads`, in the unit shown. now: σ and value of the settings in use, which need not lie on the
    line. form, suffix: how a value is written, such as ".1f" and "%". band: lows and highs of the interval. floor: the
    value that must be kept, a dashed line.
    """
    colours = palette()
    hover = f"σ %{{x:.2f}}<br>%{{y:{form}}}{suffix}<extra></extra>"
    data: list[Spec] = []
    if band is not None:
        low, high = band
        data.append({
            "type": "scatter", "x": [*spreads, *spreads[::-1]], "y": [*high, *low[::-1]], "mode": "lines",
            "fill": "toself", "fillcolor": colours.border, "line": {"width": 0}, "opacity": 0.6, "hoverinfo": "skip",
        })  # fmt: skip
    line = {"color": colours.before, "width": 2}
    data.append(points(spreads, values, hover, {"size": 6, "color": colours.before}, line=line))
    here = {"size": 13, "color": colours.now, "line": {"color": colours.background, "width": 2}}
    data.append(points([now[0]], [now[1]], hover, here))
    right = now[0] > 0.75  # the label stays inside
    label = note(
        f"<b>{now[1]:{form}}{suffix}</b>", x=now[0], y=now[1], xanchor="right" if right else "left",
        xshift=-10 if right else 10, yshift=-12 if values[-1] > values[0] else 12,
        font={"color": colours.now, "size": 13},
    )  # fmt: skip
    shapes = [] if floor is None else [_floor_line(floor)]
    return spec(
        data, HEIGHT, annotations=[label], shapes=shapes,
        xaxis=axis(title={"text": axis_title, "font": {"size": 12.5, "color": colours.muted}}, range=[-0.04, 1.04],
                   dtick=0.2, tickformat=".1f"),
        yaxis=axis(ticksuffix=suffix, nticks=5, automargin=True), margin={"l": 0, "r": 8, "t": 8, "b": 44},
    )  # fmt: skip


def _floor_line(floor: float) -> Spec:
    line = {"color": palette().warn, "width": 1.5, "dash": "dash"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": floor, "y1": floor, "line": line, "layer": "below"}
