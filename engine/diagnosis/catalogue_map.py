"""The map of the catalogue: the products of lists on it, and those that are never shown."""

from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench
from engine.encoders import Kind
from engine.encoders.clusters import Clusters
from engine.encoders.layout import Layout, layout
from engine.evaluation.curve import before_and_now
from engine.metrics import exposure
from engine.rerank import slots_of
from engine.slates.shop_lists import lists_of
from engine.strategy.strategy import Strategy

Array = np.ndarray
MOST = 30_000  # products drawn; of a larger shop the most bought


def mapped_items(bench: Bench, kind: Kind) -> Array:
    """Catalogue rows on the map, int64 [m], ascending: those that a list may show and whose vector is known."""
    rows = np.asarray(bench.model.items, np.int64)
    rows = rows[bench.vectors(kind)[rows].any(axis=1)]
    if len(rows) > MOST:
        counts = bench.evidence("all").counts[rows]
        rows = np.sort(rows[np.argsort(-counts, kind="stable")[:MOST]])
    return rows


def first_layout(bench: Bench, kind: Kind) -> Layout:
    """The layout that can be shown at once, in the order of `mapped_items`."""
    return layout(np.ascontiguousarray(bench.vectors(kind)[mapped_items(bench, kind)]), "pca")


@dataclass(frozen=True)
class MapExposure:
    """How much every product is shown at λ = 0 and now, arrays [n_items] over the same shoppers.

    before, now             its share of all position-weighted attention; each sums to 1
    lists_before, lists_now number of lists that hold it
    lists                   number of lists
    lists_unspread          number of lists that hold it without spread σ, at the strategy's own λ; `lists_now` at σ = 0
    """

    before: Array
    now: Array
    lists_before: Array
    lists_now: Array
    lists: int
    lists_unspread: Array

    @property
    def newly_shown(self) -> Array:
        """bool [n_items]: products in some list, and in none without spread."""
        shown: Array = (self.lists_now > 0) & (self.lists_unspread == 0)
        return shown

    @property
    def no_longer_shown(self) -> Array:
        """bool [n_items]: products in no list, and in some without spread."""
        gone: Array = (self.lists_now == 0) & (self.lists_unspread > 0)
        return gone

    @property
    def change(self) -> Array:
        """Rise of the share, in points of all attention."""
        rise: Array = self.now - self.before
        return rise


def map_exposure(bench: Bench, strategy: Strategy, rows: Array | None = None) -> MapExposure:
    """How often the lists of the shoppers in `rows` (all by default) show each product."""
    before, now = before_and_now(bench, strategy, rows)
    n_items = bench.data.n_items
    shares = [exposure(items, np.arange(n_items)) for items in (before, now)]
    counts = [slots_of(items, n_items) for items in (before, now)]
    unspread = slots_of(lists_of(bench, strategy.at(spread=0.0), rows), n_items) if strategy.spread else counts[1]
    return MapExposure(shares[0], shares[1], counts[0], counts[1], len(now), unspread)


@dataclass(frozen=True)
class Region:
    """A cluster on the map.

    It has its products, those that no list shows now and at λ = 0, and its shares in [0, 1] of all attention before and
    now and of all purchases before the cut-off (NaN where there are none).
    """

    cluster: int
    products: int
    unseen: int
    unseen_before: int
    before: float
    now: float
    bought: float


def regions(clusters: Clusters, rows: Array, views: MapExposure, bought: Array | None) -> list[Region]:
    """Every cluster of the catalogue rows drawn; bought int [n_items]: purchases of each product, None = no log."""
    labels = clusters.labels[rows]
    sums = [_by(labels, values[rows], len(clusters.names)) for values in (views.before, views.now)]
    unseen = [_by(labels, counts[rows] == 0, len(clusters.names)) for counts in (views.lists_now, views.lists_before)]
    sizes = np.bincount(labels, minlength=len(clusters.names))
    sales = (
        _by(labels, bought[rows], len(clusters.names)) / max(bought.sum(), 1) if bought is not None else sizes * np.nan
    )
    return [
        Region(c, int(sizes[c]), int(unseen[0][c]), int(unseen[1][c]), float(sums[0][c]), float(sums[1][c]),
               float(sales[c]))
        for c in range(len(clusters.names))
    ]  # fmt: skip


def facet_regions(codes: Array, values: list[str]) -> Clusters:
    """The values of a facet as regions: codes int64 [n_items], -1 unknown."""
    return Clusters(codes, [(value,) for value in values])


def _by(labels: Array, values: Array, count: int) -> Array:
    return np.bincount(labels, values.astype(np.float64), minlength=count)


def spread(points: Array) -> float:
    """Mean distance on the map between two of the points [k, 2]; NaN for fewer than two."""
    first, second = np.triu_indices(len(points), 1)
    return float(np.linalg.norm(points[first] - points[second], axis=1).mean()) if len(first) else float("nan")


def outline(points: Array) -> Array:
    """The corners of the convex hull of points [k, 2], closed, float [h + 1, 2]; the points themselves where they
    span no area."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        corners = points[ConvexHull(points).vertices]
    except (QhullError, ValueError):
        return np.unique(points, axis=0)
    return np.vstack([corners, corners[:1]])


def inside(points: Array, corners: Array) -> Array:
    """bool [n]: which points [n, 2] lie in a polygon [c, 2], by the even-odd rule (Shimrat 1962)."""
    enclosed = np.zeros(len(points), bool)
    x, y = points[:, 0], points[:, 1]
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crosses = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            enclosed ^= crosses & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return enclosed
