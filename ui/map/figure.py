"""The map itself: products as points, clusters as words, lists as outlines."""

import html
from dataclasses import dataclass, replace

import numpy as np

from engine.bench.bench import Bench
from engine.diagnosis.catalogue_map import outline
from engine.encoders.clusters import Clusters
from ui import charts
from ui.charts import cut
from ui.charts.spec import Spec, note, spec
from ui.charts.theme import palette
from ui.map.classes import Class
from ui.text import products
from ui.text.words import t

HEIGHT = 570
PIXELS = (300, 250)  # of one unit of the map, about: the map fills its card, for distances across it mean little
LABELS = 24  # clusters named at most
CONFIG = {
    **charts.QUIET,
    "displayModeBar": True,
    "displaylogo": False,
    "scrollZoom": True,
    "modeBarButtons": [
        ["lasso2d", "select2d", "pan2d", "zoom2d"],
        ["zoomIn2d", "zoomOut2d", "resetScale2d"],
        ["toImage"],
    ],
}


@dataclass(frozen=True)
class Footprint:
    """One list on the map: places [k, 2], product titles, and whether it is the present one."""

    points: np.ndarray
    titles: list[str]
    now: bool


def figure(
    points: np.ndarray,
    carried: np.ndarray,
    texts: list[str],
    entries: list[Class],
    matched: np.ndarray | None,
    footprints: list[Footprint],
    labels: list[tuple[float, float, str]],
) -> Spec:
    """points float [m, 2], carried [m, 3]: catalogue row, lists that show it at λ 0 and now; hover texts, classes of
    points; `matched` bool [m] greys all others; labels (x, y, words), the most important first."""
    colours, hover, ring = palette(), _Hover(texts, carried), ""
    if matched is not None:
        others = Class("", ~matched, colours.before, size=4, opacity=0.25)
        classes = [replace(entry, mask=entry.mask & matched, size=9, opacity=1.0) for entry in entries]
        data, ring = _points(others, points, hover), colours.text
    else:
        classes = [replace(entry, opacity=0.55 * entry.opacity) if footprints else entry for entry in entries]
        data = []
    for entry in classes:
        data += _points(entry, points, hover, ring)
    placed, notes = _Placed(), []
    for footprint in footprints:
        data += _list_traces(footprint)
        notes += _list_titles(footprint, placed)
    low, high = _range(points[:, 0])
    for middle, y, words in labels:
        half = _half(words, 11.5)
        x = min(max(middle, low + half), high - half)  # whole, also at the edge of the map
        if placed.free(x, y, words, 11.5):
            notes.append(_label(x, y, words, 11.5, colours.muted))
    return spec(
        data, HEIGHT, annotations=notes, shapes=[shape for footprint in footprints for shape in _area(footprint)],
        xaxis={"visible": False, "range": [low, high]}, yaxis={"visible": False, "range": _range(points[:, 1])},
        dragmode="lasso", newselection={"line": {"color": colours.now}}, uirevision="map",
        margin={"l": 0, "r": 0, "t": 30, "b": 0},
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": colours.muted, "activecolor": colours.now},
    )  # fmt: skip


def _range(values: np.ndarray) -> list[float]:
    """The range of an axis: that of the points, with a margin."""
    low, high = float(values.min()), float(values.max())
    air = 0.05 * (high - low) + 0.03
    return [low - air, high + air]


@dataclass(frozen=True)
class _Hover:
    """The text of a point under the pointer: texts str [m], carried [m, 3] as in `figure`."""

    texts: list[str]
    carried: np.ndarray


def _points(entry: Class, points: np.ndarray, hover: _Hover, ring: str = "") -> list[Spec]:
    """The trace of one class of points; none where it has no points."""
    rows = np.flatnonzero(entry.mask)
    if not len(rows):
        return []
    hollow = "open" in entry.symbol
    line = {"width": 1.5 if ring else 1 if hollow else 0, "color": entry.colour if hollow else ring or entry.colour}
    return [{
        "type": "scattergl", "x": points[rows, 0], "y": points[rows, 1], "customdata": hover.carried[rows],
        "mode": "markers", "name": entry.label,
        "marker": {"color": entry.colour, "symbol": entry.symbol, "size": entry.size, "opacity": entry.opacity,
                   "line": line},
        "selected": {"marker": {"opacity": 1.0}},
        "unselected": {"marker": {"opacity": 0.22, "color": palette().before}},
        "text": [hover.texts[n] for n in rows],
        "hovertemplate": "%{text}<br>" + t("map.hover", before="%{customdata[1]}", now="%{customdata[2]}")
        + "<extra></extra>",
    }]  # fmt: skip


def _area(footprint: Footprint) -> list[Spec]:
    """The shape that a list of more than three corners covers."""
    corners = outline(footprint.points)
    if len(corners) <= 3:
        return []
    path = "M " + " L ".join(f"{x:.4f},{y:.4f}" for x, y in corners) + " Z"
    tint = _tint(palette().now, 0.10) if footprint.now else _tint(palette().before, 0.08)
    return [{"type": "path", "path": path, "fillcolor": tint, "line": {"width": 0}, "layer": "below"}]


def _list_traces(footprint: Footprint) -> list[Spec]:
    """The outline and the products of a list."""
    colours = palette()
    colour = colours.now if footprint.now else colours.before
    corners = outline(footprint.points)
    line: Spec = {
        "type": "scattergl", "x": corners[:, 0], "y": corners[:, 1], "mode": "lines", "hoverinfo": "skip",
        "line": {"color": colour, "width": 2, "dash": "solid" if footprint.now else "dot"},
    }  # fmt: skip
    marker: Spec = {"size": 12, "color": colour, "line": {"color": colours.background, "width": 1.5}}
    if not footprint.now:
        marker = {
            "size": 17,
            "color": colours.text,
            "symbol": "circle-open",
            "line": {"width": 2, "color": colours.text},
        }
    products: Spec = {
        "type": "scattergl", "x": footprint.points[:, 0], "y": footprint.points[:, 1], "mode": "markers",
        "marker": marker, "unselected": {"marker": {"opacity": 1.0}},
        "text": [html.escape(title, quote=False) for title in footprint.titles],
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    return [line, products]


def _list_titles(footprint: Footprint, placed: "_Placed") -> list[Spec]:
    """The titles of the present list's products, where there is room for them."""
    notes = []
    for (x, y), title in zip(footprint.points, footprint.titles, strict=True) if footprint.now else ():
        for shift in (0.062, -0.062):
            if placed.free(x, y + shift, cut(title, 20), 12.5):
                notes.append(_label(x, y + shift, f"<b>{cut(title, 20)}</b>", 12.5, palette().text))
                break
    return notes


def _label(x: float, y: float, words: str, size: float, colour: str) -> Spec:
    background = _tint(palette().background, 0.72)
    return note(words, x=x, y=y, font={"size": size, "color": colour}, bgcolor=background, borderpad=1)


def _half(words: str, size: float) -> float:
    """Half the width of words, in units of the map."""
    wide = sum(2 if ord(letter) > 0x2E80 else 1 for letter in html.unescape(words))
    return wide * size * 0.27 / PIXELS[0]


class _Placed:
    """The labels drawn so far. A new one must not cover any of them."""

    def __init__(self) -> None:
        self._boxes: list[tuple[float, float, float, float]] = []

    def free(self, x: float, y: float, words: str, size: float) -> bool:
        """Whether the words fit around (x, y). If they do, the space is reserved for them."""
        half, high = _half(words, size), size * 0.8 / PIXELS[1]
        box = (x - half, x + half, y - high, y + high)
        taken = any(box[0] < b[1] and b[0] < box[1] and box[2] < b[3] and b[2] < box[3] for b in self._boxes)
        if not taken and abs(x) + half < 1.2:
            self._boxes.append(box)
            return True
        return False


def _tint(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def cluster_labels(
    clusters: Clusters, rows: np.ndarray, points: np.ndarray, bench: Bench
) -> list[tuple[float, float, str]]:
    """(x, y, name) of the clusters, largest first, each above its own middle."""
    labels = clusters.labels[rows]
    placed = []
    for cluster in range(min(len(clusters.names), LABELS * 2)):
        members = points[labels == cluster]
        if len(members):
            x, y = np.median(members, axis=0)
            y += min(float(np.quantile(members[:, 1], 0.9)) - y, 0.08) + 0.045
            words = " · ".join(products.of_data(bench, word) for word in clusters.names[cluster])
            placed.append((float(x), float(y), cut(words[:1].upper() + words[1:], 24)))
    return placed
