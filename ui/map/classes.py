"""What the colours of the map mean: a few classes of products, each with a colour, a shape and a size."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.bench.bench import Bench
from engine.diagnosis.catalogue_map import MapExposure
from engine.encoders.clusters import Clusters
from ui.charts.theme import categories, palette, sequence
from ui.text import products
from ui.text.words import clauses, labelled, t

BY_USE = ("exposure", "change", "spread_change")  # colours that follow the lists
CLUSTER = "cluster"  # the groups of products that are near each other
FACET = "facet:"  # before a facet's name where that alone would be one of the map's own options
DOMINANT = 0.4  # a value with more of the products stays in the background, so that the others can be told apart


@dataclass(frozen=True)
class Class:
    """Products drawn alike; mask bool [m] over what is drawn."""

    label: str
    mask: np.ndarray
    colour: str
    symbol: str = "circle"
    size: float = 5
    opacity: float = 0.7

    @property
    def count(self) -> int:
        return int(self.mask.sum())


def option_of(facet: str) -> str:
    """What a link calls a facet of the shop: its name, marked where the map itself has an option of that name."""
    return FACET + facet if facet in (*BY_USE, CLUSTER) or facet.startswith(FACET) else facet


def colour_facets(bench: Bench) -> dict[str, str]:
    """The facets of the shop, by what a link calls them."""
    return {option_of(facet): facet for facet in bench.evidence("all").facets}


def classes(bench: Bench, by: str, rows: np.ndarray, exposure: MapExposure, clusters: Clusters | None) -> list[Class]:
    """The classes of the products drawn, background first; empty ones are left out."""
    if by == "exposure":
        entries = _exposure(exposure.lists_now[rows] / exposure.lists)
    elif by == "change":
        entries = _change(exposure.lists_before[rows], exposure.lists_now[rows])
    elif by == "spread_change":
        entries = _spread_change(exposure, rows)
    elif by == CLUSTER:
        entries = _clusters(clusters, rows)
    else:
        entries = _facet(bench, colour_facets(bench)[by], rows)
    return [entry for entry in entries if entry.count]


def spoken(entries: list[Class]) -> str:
    """The classes with their numbers of products, for those who cannot see the chart."""
    return clauses(labelled(entry.label, f"{entry.count:,}") for entry in entries)


def _exposure(share: np.ndarray) -> list[Class]:
    """By the share of all lists that show the product."""
    colours, steps = sequence(), (0.0, 0.001, 0.01, 1.0)
    entries = [Class(t("map.never"), share == 0, palette().before, "circle-open", 4, 0.45)]
    for number, (low, high) in enumerate(pairwise(steps)):
        shown = (share > low) & (share <= high)
        entries.append(Class(t(f"map.level_{number + 1}"), shown, colours[number], size=5 + number, opacity=0.9))
    return entries


def _change(before: np.ndarray, now: np.ndarray) -> list[Class]:
    colours = palette()
    return [
        Class(t("map.never"), (before == 0) & (now == 0), colours.before, "circle-open", 4, 0.4),
        Class(t("map.same"), (before == now) & (now > 0), colours.muted, "circle", 5, 0.8),
        Class(t("map.less"), now < before, colours.warn, "x", 6, 0.9),
        Class(t("map.more"), now > before, colours.now, "circle", 6, 0.9),
    ]


def _spread_change(exposure: MapExposure, rows: np.ndarray) -> list[Class]:
    """By what spread σ brings into lists at all, and what it takes out of every list."""
    colours = palette()
    shown, gone = exposure.newly_shown[rows], exposure.no_longer_shown[rows]
    now = exposure.lists_now[rows] > 0
    return [
        Class(t("map.never_with_or_without"), ~now & ~gone, colours.before, "circle-open", 4, 0.4),
        Class(t("map.still_shown"), now & ~shown, colours.muted, "circle", 5, 0.8),
        Class(t("map.no_longer_shown"), gone, colours.warn, "x", 7, 0.95),
        Class(t("map.newly_shown"), shown, colours.now, "diamond", 7, 0.95),
    ]


def _facet(bench: Bench, facet: str, rows: np.ndarray) -> list[Class]:
    """The largest values in colours of their own; one that fills the map stays in the background."""
    codes, values = bench.evidence("all").facets[facet]
    codes = codes[rows]
    sizes = np.bincount(codes[codes >= 0], minlength=len(values))
    order = [int(value) for value in np.argsort(-sizes, kind="stable") if sizes[value]]
    colours = categories()
    behind = order[:1] if order and sizes[order[0]] > DOMINANT * len(rows) else []
    named = order[len(behind) :][: len(colours)]
    rest = ~np.isin(codes, [*behind, *named])
    grey = palette().before
    entries = [Class(t("map.other"), rest, grey, "circle-open", 4, 0.5)]
    entries += [Class(_name(bench, values[v]), codes == v, grey, size=4, opacity=0.35) for v in behind]
    for value, colour in zip(named, colours, strict=False):
        entries.append(Class(_name(bench, values[value]), codes == value, colour, size=6, opacity=0.85))
    return entries


def _name(bench: Bench, value: str) -> str:
    return products.of_data(bench, value)


def _clusters(clusters: Clusters | None, rows: np.ndarray) -> list[Class]:
    """Clusters take turns with the colours; their names stand on the map."""
    labels = clusters.labels[rows] if clusters else np.full(len(rows), -1)
    colours = categories()
    entries = [Class(t("map.waiting"), labels < 0, palette().before, "circle", 4, 0.35)]
    for turn, colour in enumerate(colours):
        members = (labels >= 0) & (labels % len(colours) == turn)
        entries.append(Class(t("map.turn", n=turn + 1), members, colour))
    return entries
