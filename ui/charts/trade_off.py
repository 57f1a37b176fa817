"""What variety costs: figures of variety against the relevance kept, over all λ."""

from typing import NamedTuple

import numpy as np

from ui.charts.spec import Spec, axis, look, note, points
from ui.charts.theme import palette
from ui.text.words import t

GAP = 0.09  # between panels, of the chart's height
LABEL = 12.5  # pixels of a title's letters


class Panel(NamedTuple):
    """One figure of variety: title with unit, values float [L] over λ, and how a value is written, such as ".1f"."""

    title: str
    values: np.ndarray
    form: str


def trade_off(
    relevance: np.ndarray,
    diversities: tuple[float, ...],
    panels: list[Panel],
    now: int,
    floor: float | None = None,
    bend: int | None = None,
    title: str = "",
    apart: bool = False,
) -> Spec:
    """One small panel per figure of variety, all against the relevance kept, float [L], per cent.

    `now` is the position of the λ in use. Where nothing was held out to judge relevance on, the axis is λ itself.
    `floor`: the relevance that must be kept, per cent; `bend`: the position where the curve bends, a mark and no
    advice; `title`: of the axis of relevance; `apart`: whether the point in use stands off the line, which is of lists
    without spread and exposure floor.
    """
    judged = bool(np.isfinite(relevance).any())
    cost = (title or t("measure.ndcg_kept")) if judged else t("control.diversity")
    across = relevance.tolist() if judged else list(diversities)
    data, notes, shapes = [], [], []
    for number, panel in enumerate(panels, 1):
        share = f"{cost} %{{x:.1f}}%<br>" if judged else ""
        hover = f"λ %{{customdata:.2f}}<br>{share}{panel.title} %{{y:{panel.form}}}<extra></extra>"
        data += _traces(number, panel, across, diversities, now, bend, hover, apart)
        notes += _notes(number, panel, across, now)
        if judged and floor is not None:
            data.append(_reach(number, panel, floor))
            shapes.append(_floor_line(number, floor))
    if shapes and floor is not None:
        notes.append(_floor_note(len(panels), floor))
    layout = look(114 * len(panels) + 62) | {"margin": {"l": 0, "r": 10, "t": 22, "b": 44}}
    layout |= _axes(len(panels), judged, cost) | {"annotations": notes, "shapes": shapes}
    return {"data": data, "layout": layout}


def _traces(
    number: int,
    panel: Panel,
    across: list[float],
    diversities: tuple[float, ...],
    now: int,
    bend: int | None,
    hover: str,
    apart: bool,
) -> list[Spec]:
    """The line over all λ, the mark where it bends, and the point of the λ in use."""
    colours, where = palette(), {"xaxis": f"x{_suffix(number)}", "yaxis": f"y{_suffix(number)}"}
    line = {"color": colours.before, "width": 2}
    bent = {"size": 10, "symbol": "diamond-open", "color": colours.muted, "line": {"width": 1.5}}
    here = {"size": 12, "color": colours.now, "line": {"color": colours.background, "width": 2}}
    whole = [place for place in range(len(across)) if not (apart and place == now)]
    traces: list[tuple[list[int], Spec, Spec]] = [(whole, {"size": 5, "color": colours.before}, {"line": line})]
    traces += [([bend], bent, {})] if bend is not None else []
    traces += [([now], here, {})]
    values = panel.values.tolist()
    return [
        points(
            [across[n] for n in at], [values[n] for n in at], hover, marker,
            customdata=[diversities[n] for n in at], **more, **where,
        )
        for at, marker, more in traces
    ]  # fmt: skip


def _notes(number: int, panel: Panel, across: list[float], now: int) -> list[Spec]:
    """The panel's title, and the value at the λ in use where there is one."""
    colours, here = palette(), _suffix(number)
    over = {"xref": f"x{here} domain", "yref": f"y{here} domain"}
    title = note(panel.title, x=0, y=1.16, xanchor="left", font={"size": LABEL, "color": colours.muted}, **over)
    values = panel.values
    if not np.isfinite([across[now], values[now]]).all():
        return [title]  # nothing to judge at this λ
    rises = bool(values[min(now + 1, len(values) - 1)] > values[now])  # the label keeps clear of the line
    value = note(
        f"<b>{values[now]:{panel.form}}</b>", x=across[now], y=float(values[now]), xref=f"x{here}", yref=f"y{here}",
        xanchor="left", xshift=9, yshift=-9 if rises else 9, font={"color": colours.now, "size": 13},
    )  # fmt: skip
    return [title, value]


def _reach(number: int, panel: Panel, floor: float) -> Spec:
    """A point that cannot be seen: the axis reaches as far as the floor's line."""
    where = {"xaxis": f"x{_suffix(number)}", "yaxis": f"y{_suffix(number)}"}
    hidden = points([floor], [float(panel.values[0])], "", {"opacity": 0}, hoverinfo="skip", **where)
    return {name: value for name, value in hidden.items() if name != "hovertemplate"}


def _floor_line(number: int, floor: float) -> Spec:
    """A dashed line: relevance must stay left of it."""
    line = {"color": palette().warn, "width": 1.5, "dash": "dash"}
    where = {"xref": f"x{_suffix(number)}", "yref": f"y{_suffix(number)} domain"}
    return {"type": "line", "x0": floor, "x1": floor, "y0": 0, "y1": 1, "line": line, "layer": "below", **where}


def _floor_note(number: int, floor: float) -> Spec:
    """The line's name, in the last panel."""
    return note(
        t("floor.badge", keep=f"{floor:g}"), x=floor, y=0, xref=f"x{_suffix(number)}",
        yref=f"y{_suffix(number)} domain", xanchor="left", xshift=4, yanchor="bottom",
        font={"size": 12, "color": palette().warn},
    )  # fmt: skip


def _axes(panels: int, judged: bool, cost: str) -> Spec:
    """The axes of panels below each other, that share the axis of relevance, named below the last."""
    height = (1 - GAP * (panels - 1)) / panels
    axes: Spec = {}
    for number in range(1, panels + 1):
        here, bottom = _suffix(number), (panels - number) * (height + GAP)
        below = {} if number == panels else {"matches": f"x{_suffix(panels)}", "showticklabels": False}
        axes[f"xaxis{here}"] = axis(anchor=f"y{here}", domain=[0.0, 1.0], **below)
        axes[f"yaxis{here}"] = axis(
            anchor=f"x{here}", domain=[bottom, min(bottom + height, 1.0)], nticks=3, rangemode="normal",
            automargin=True,
        )  # fmt: skip
    axes[f"xaxis{_suffix(panels)}"] |= {
        "autorange": "reversed" if judged else True, "ticksuffix": "%" if judged else "", "nticks": 5,
        "automargin": False, "title": {"text": cost, "font": {"size": LABEL, "color": palette().muted}},
    }  # fmt: skip
    return axes


def _suffix(number: int) -> str:
    """What Plotly adds to the names of a panel's axes: nothing for the first."""
    return "" if number == 1 else str(number)
