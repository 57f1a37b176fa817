"""Charts of the Homogenization page: the same three columns everywhere, each with its colour, dash and mark."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.diagnosis.homogenization import Column
from ui.charts import beside, blank, cut
from ui.charts.theme import palette
from ui.text.words import t

Array = np.ndarray
DASH: dict[Column, str] = {"before": "dash", "now": "solid", "bought": "dot"}
MARK: dict[Column, str] = {"before": "circle-open", "now": "circle", "bought": "diamond"}
LEAST_PAIRS = 0.0005  # shares of pairs below that are not worth a place on the axis


def colour(column: Column) -> str:
    """Grey without diversity, green now, blue for what was bought."""
    colours = palette()
    return {"before": colours.before, "now": colours.now, "bought": colours.third}[column]


def overlap(shares: dict[Column, Array]) -> go.Figure:
    """Share of pairs of shoppers, per cent, that share 0, 1, … products; each column float [k + 1]."""
    chart = blank(258)
    last = max(int(np.flatnonzero(share >= LEAST_PAIRS)[-1]) for share in shares.values()) + 1
    for column, share in shares.items():
        x = np.arange(len(share))[: last + 1]
        y = 100 * share[: last + 1]
        hover = [t("homogenization.overlap_hover", share=f"{v:.1f}", n=n) for n, v in zip(x, y, strict=True)]
        _line(chart, column, x, y, hover, marks=True)
    for column, (at, height) in _clearest(shares, last).items():
        _name(chart, column, at, height)
    _axes(chart, t("homogenization.overlap_axis"))
    chart.update_xaxes(dtick=1 if last <= 12 else None, range=[-0.35, last + 0.35], showgrid=False)
    chart.update_yaxes(
        ticksuffix="%", nticks=5, rangemode="tozero", range=[0, 112 * max(p.max() for p in shares.values())]
    )
    return chart


def _clearest(shares: dict[Column, Array], last: int) -> dict[Column, tuple[float, float]]:
    """The point of each line that is highest above the others, for its name. Names do not overlap."""
    places: dict[Column, tuple[float, float]] = {}
    high = 100 * max(float(line.max()) for line in shares.values())
    for column, line in sorted(shares.items(), key=lambda entry: -float(entry[1].max())):
        others = np.max([p for c, p in shares.items() if c != column] or [np.zeros_like(line)], axis=0)
        lead = (line - others)[: last + 1]
        lead[line[: last + 1] < 0.1 * line.max()] = -np.inf  # no name close to the axis
        for at in np.argsort(-lead, kind="stable"):
            place = (float(at), 100 * float(line[at]))
            if all(abs(place[0] - x) > last / 4 or abs(place[1] - y) > 0.1 * high for x, y in places.values()):
                break
        places[column] = place
    return places


def lorenz(curves: dict[Column, Array], gini: dict[Column, float]) -> go.Figure:
    """Lorenz curves: share of the slots by share of the products, least shown first; each column float [m, 2]."""
    colours = palette()
    chart = blank(258)
    chart.add_scatter(
        x=[0, 100], y=[0, 100], mode="lines", hoverinfo="skip", line={"color": colours.border, "width": 1.5}
    )
    _note(
        chart, 52, 44, t("homogenization.lorenz_equal"), colours.muted, "left"
    )  # below the diagonal, above the curves
    for place, (column, points) in enumerate(curves.items()):  # named where no curve can run: above the diagonal
        x, y = 100 * points[:, 0], 100 * points[:, 1]
        hover = [
            t("homogenization.lorenz_hover", items=f"{a:.1f}", slots=f"{b:.1f}") for a, b in zip(x, y, strict=True)
        ]
        _line(chart, column, x, y, hover)
        height = 94 - 13 * place
        _line(chart, column, [3, 12], [height, height], ["", ""])
        name = t("homogenization.lorenz_gini", name=t(f"chart.{column}"), gini=f"{gini[column]:.3f}")
        _note(chart, 13.5, height, f"<b>{name}</b>", colour(column), "left")
    _axes(chart, t("homogenization.lorenz_axis"))
    chart.update_xaxes(range=[0, 101], nticks=5, ticksuffix="%")
    chart.update_yaxes(range=[0, 101], nticks=5, ticksuffix="%")
    return chart


def clusters(rows: list[tuple[str, dict[Column, float], str]]) -> go.Figure:
    """Share of the slots, per cent, of each value: (label, share by column, text at the right)."""
    colours = palette()
    chart = blank(28 * len(rows) + 34)
    places = list(range(len(rows)))[::-1]
    high = max((max(shares.values()) for _, shares, _ in rows), default=1.0) or 1.0
    for place, (label, shares, _) in zip(places, rows, strict=True):
        ends = [shares[column] for column in ("bought", "now") if column in shares]
        ends = ends if len(ends) > 1 else list(shares.values())
        chart.add_scatter(
            x=ends, y=[place] * len(ends), mode="lines", line={"color": colours.border, "width": 4}, hoverinfo="skip"
        )
        for column, share in shares.items():
            chart.add_scatter(
                x=[share], y=[place], mode="markers", text=f"{cut(label, 60)}: {t('chart.' + column)} {share:.1f}%",
                hovertemplate="%{text}<extra></extra>",
                marker={"symbol": MARK[column], "size": 8 if column == "before" else 10, "color": colour(column)},
            )  # fmt: skip
    chart.update_layout(margin={"l": 0, "r": 0, "t": 4, "b": 26})
    beside(chart, [(place, words) for place, (*_, words) in zip(places, rows, strict=True)])
    chart.update_xaxes(range=[-0.03 * high, 1.06 * high], ticksuffix="%", nticks=5)
    chart.update_yaxes(
        tickvals=places, ticktext=[cut(label, 22) for label, *_ in rows], range=[-0.6, len(rows) - 0.4],
        showgrid=False, automargin=True, tickfont={"color": colours.text},
    )  # fmt: skip
    return chart


def narrowing(ratios: dict[Column, Array], step: int = 10) -> go.Figure:
    """Share of shoppers, per cent, by their list's ratio to their history in steps of `step` per cent."""
    colours = palette()
    chart = blank(258)
    judged = {column: 100 * values[~np.isnan(values)] for column, values in ratios.items()}
    top = max((float(np.quantile(values, 0.995)) for values in judged.values() if len(values)), default=100.0)
    edges = np.arange(0, max(top, 100) + 2 * step, step) - step / 2
    shares: dict[Column, Array] = {}
    for column, values in judged.items():
        counts = np.histogram(np.minimum(values, edges[-1]), edges)[0]
        shares[column] = counts / max(len(values), 1)
    middle = (edges[:-1] + edges[1:]) / 2
    first = max(min((int(np.flatnonzero(s)[0]) for s in shares.values() if s.any()), default=0) - 1, 0)
    for column, values in shares.items():
        hover = [
            t("homogenization.spread_hover", share=f"{100 * v:.1f}", ratio=f"{m:.0f}")
            for m, v in zip(middle, values, strict=True)
        ]
        _line(chart, column, middle[first:], 100 * values[first:], hover[first:], marks=True)
    high = 100 * max((float(values.max()) for values in shares.values()), default=1.0) or 1.0
    chart.add_shape(
        type="line", x0=100, x1=100, y0=0, y1=1, yref="paper", line={"color": colours.warn, "width": 1.5, "dash": "dot"}
    )
    chart.add_annotation(
        x=100, y=1.02, yref="paper", text=t("homogenization.spread_own"), showarrow=False, xanchor="left", xshift=5,
        yanchor="top", font={"color": colours.warn, "size": 12.5},
    )  # fmt: skip
    names = _clearest({c: s[first:] for c, s in shares.items()}, len(middle) - first - 1)
    for column, (at, share) in names.items():
        left = at < max(other for other, _ in names.values())  # its own line falls to the right
        _name(chart, column, float(middle[first:][int(at)]), share, "right" if left else "left")
    _axes(chart, t("homogenization.spread_axis"))
    chart.update_xaxes(ticksuffix="%", nticks=8, showgrid=False)
    chart.update_yaxes(ticksuffix="%", nticks=5, range=[0, 1.2 * high])
    return chart


def _line(chart: go.Figure, column: Column, x: Any, y: Any, hover: list[str], marks: bool = False) -> None:
    line = {"color": colour(column), "width": 2.6 if column == "now" else 2, "dash": DASH[column]}
    chart.add_scatter(
        x=x, y=y, text=hover, mode="lines+markers" if marks else "lines", line=line,
        marker={"symbol": MARK[column], "size": 7, "color": colour(column)}, hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _name(chart: go.Figure, column: Column, x: float, y: float, anchor: str = "left") -> None:
    chart.add_annotation(
        x=x, y=y, text=f"<b>{t('chart.' + column)}</b>", showarrow=False, xanchor=anchor, yanchor="bottom",
        xshift=6 if anchor == "left" else -6, yshift=1, font={"color": colour(column), "size": 13},
    )  # fmt: skip


def _note(chart: go.Figure, x: float, y: float, words: str, ink: str, anchor: str, **more: Any) -> None:
    chart.add_annotation(x=x, y=y, text=words, showarrow=False, xanchor=anchor, font={"color": ink, "size": 13}, **more)


def _axes(chart: go.Figure, title: str) -> None:
    chart.update_layout(margin={"l": 0, "r": 8, "t": 6, "b": 42})
    chart.update_xaxes(title={"text": title, "font": {"size": 12.5, "color": palette().muted}, "standoff": 6})
    chart.update_yaxes(automargin=True)
