"""Item vectors laid out on a plane, the same picture every time: PCA at once, UMAP when it is ready.

UMAP is chaotic: a last bit of difference moves whole islands. So its neighbours come from whole numbers, its start
(PCA) is rounded, its curve and seed are fixed, and the layout is frozen on disk under the hash of the vectors.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.data import Progress, silent
from engine.data.storage import cache
from engine.encoders.encoder import Floats

Method = Literal["pca", "umap"]
VERSION = 3  # raise it when the same vectors would give another layout
SEED, NEIGHBOURS, EPOCHS = 7, 15, 300
CURVE = (0.3593, 1.1489)  # UMAP's a and b for min_dist 0.5, spread 1.5; fitted anew, their last digits may differ
GRID = 4_000  # steps of a coordinate; (GRID + 10)² < 2²⁴, so every sum of a dot product is exact in float32
SAMPLE = 2_000  # points that trustworthiness is estimated on
ROWS = 1_024  # rows of cosines at a time
FEWEST = 3 * NEIGHBOURS  # distinct vectors; below that UMAP has nothing to tell
SPIRAL = 0.005  # distance between items of equal vectors, as a share of half the map's width


@dataclass(frozen=True)
class Layout:
    """points float32 [n, 2] in [-1, 1], both axes to one scale; trust in [0, 1], see `trustworthiness`; the method
    that drew it, which is "pca" for too few products even where UMAP was asked for."""

    points: Floats
    trust: float
    method: Method


def layout(vectors: Floats, method: Method, report: Progress = silent) -> Layout:
    """The frozen layout of vectors float32 [n, d], unit rows; made now if it is not on disk.

    Items of one vector are drawn side by side in a small spiral, so that none hides another. `report` is called with
    "map.neighbours" and "map.layout", and may raise to cancel. With fewer than 45 distinct vectors UMAP is PCA.
    """
    stored = stored_layout(vectors, method)
    if stored is not None:
        return stored
    distinct, place = _distinct(vectors)
    drawn: Method = "pca" if len(distinct) < FEWEST else method
    make = pca if drawn == "pca" else _umap
    plane = framed(pca(make(distinct, report)))  # turned so that the longer side lies down: screens are wide
    trust = trustworthiness(distinct, plane)
    points = framed(plane[place] + _spiral(place))
    cache.write(_file(vectors, method), {"points": points, "trust": np.array([trust, drawn == "umap"])})
    return Layout(points, trust, drawn)


def stored_layout(vectors: Floats, method: Method) -> Layout | None:
    """The layout if it is on disk, else None."""
    arrays = cache.read(_file(vectors, method)) or {}
    points, trust = arrays.get("points"), arrays.get("trust")
    if points is None or trust is None or points.shape != (len(vectors), 2):
        return None
    return Layout(points.astype(np.float32, copy=False), float(trust[0]), "umap" if trust[1] else "pca")


def pca(vectors: Floats, report: Progress = silent) -> Floats:
    """The two directions of most variance, float64 [n, 2]; signs such that the largest coordinate is positive."""
    if not len(vectors):
        return np.zeros((0, 2), np.float32)
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :2]
    plane = centred @ axes
    if plane.shape[1] < 2:
        plane = np.hstack([plane, np.zeros((len(plane), 1))])
    peak = plane[np.abs(plane).argmax(axis=0), [0, 1]]
    signed: Floats = plane * np.where(peak < 0, -1.0, 1.0)
    return signed


def framed(plane: Floats) -> Floats:
    """Centred and scaled to [-1, 1] by one factor, float32 [n, 2]."""
    if not len(plane):
        return np.zeros((0, 2), np.float32)
    low, high = plane.min(axis=0), plane.max(axis=0)
    half = float((high - low).max()) / 2 or 1.0
    points: Floats = np.clip((plane - (low + high) / 2) / half, -1, 1).astype(np.float32)  # half may be one last digit
    return points


def trustworthiness(vectors: Floats, plane: Floats, neighbours: int = NEIGHBOURS) -> float:
    """How far neighbours on the plane are neighbours in truth, in [0, 1]; 1 = all of them are.

    Venna & Kaski 2001, by cosine, over at most 2,000 points drawn with a fixed seed; NaN for too few points.
    """
    from sklearn.manifold import trustworthiness as of

    rows = np.arange(len(vectors))
    if len(rows) > SAMPLE:
        rows = np.sort(np.random.default_rng(SEED).choice(rows, SAMPLE, replace=False))
    near = min(neighbours, (len(rows) - 1) // 2)
    return float(of(vectors[rows], plane[rows], n_neighbors=near, metric="cosine")) if near >= 1 else float("nan")


def nearest(vectors: Floats, k: int, report: Progress = silent) -> tuple[np.ndarray, Floats]:
    """The k nearest rows of each row by cosine, itself first: int32 [n, k] and 1 − cosine float32 [n, k].

    Of coordinates rounded to 1/4,000, so their dot products are whole numbers, exact in float32 in whatever order a
    machine sums them; ties go to the lower row. Every machine finds the same neighbours. Cosines within 1e-3.
    """
    n = len(vectors)
    whole = np.rint(GRID * vectors).astype(np.float32)
    neighbours = np.empty((n, k), np.int32)
    distance = np.empty((n, k), np.float32)
    for start in range(0, n, ROWS):
        report("map.neighbours", start, n)
        dots = whole[start : start + ROWS] @ whole.T
        dots[np.arange(len(dots)), np.arange(start, start + len(dots))] = 2**24  # itself
        order = np.arange(n) - n * dots.astype(np.float64)  # no two alike
        near = np.argpartition(order, k - 1, axis=1)[:, :k]
        near = np.take_along_axis(near, np.take_along_axis(order, near, axis=1).argsort(axis=1), axis=1)
        neighbours[start : start + ROWS] = near
        distance[start : start + ROWS] = np.maximum(1 - np.take_along_axis(dots, near, axis=1) / GRID**2, 0)
    return neighbours, distance


def _umap(vectors: Floats, report: Progress) -> Floats:
    from umap import UMAP

    near = nearest(vectors, NEIGHBOURS, report)
    start = np.round(10 * framed(pca(vectors)), 3)
    heard = _EpochCounter(lambda done, total: report("map.layout", done, total))
    model = UMAP(
        n_neighbors=NEIGHBOURS, a=CURVE[0], b=CURVE[1], metric="cosine", init=start, n_epochs=EPOCHS,
        random_state=SEED, n_jobs=1, precomputed_knn=(*near, None), tqdm_kwds=heard.options,
    )  # fmt: skip
    plane: Floats = model.fit_transform(vectors)
    return plane


class _EpochCounter:
    """A file that tqdm writes its count to: the only ear that umap-learn lends to its epochs."""

    def __init__(self, hear: Callable[[int, int], None]) -> None:
        self._hear = hear
        self.options = {"disable": False, "file": self, "bar_format": "{n_fmt}/{total_fmt} ", "mininterval": 0.3}

    def write(self, text: str) -> None:
        done, _, total = text.strip().partition("/")
        if done.isdigit() and total.isdigit():
            self._hear(int(done), int(total))

    def flush(self) -> None:
        """tqdm asks for it."""


def _distinct(vectors: Floats) -> tuple[Floats, np.ndarray]:
    """The distinct rows in order of first sight [m, d], and which of them each row is [n]."""
    _, first, place = np.unique(vectors, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return vectors[first[order]], rank[place.reshape(-1)]


def _spiral(place: np.ndarray) -> Floats:
    """Offsets [n, 2] of the items of one vector: Vogel's sunflower, so that any number stays evenly spread."""
    order = np.argsort(place, kind="stable")
    starts = np.r_[0, np.flatnonzero(np.diff(place[order])) + 1]
    number = np.empty(len(place))
    number[order] = np.arange(len(place)) - np.repeat(starts, np.diff(np.r_[starts, len(place)]))
    angle, radius = number * np.pi * (3 - np.sqrt(5)), SPIRAL * np.sqrt(number)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _file(vectors: Floats, method: Method):  # type: ignore[no-untyped-def]
    digest = hashlib.sha256(np.ascontiguousarray(vectors).tobytes()).hexdigest()
    return cache.cache_file("layout", VERSION, method, SEED, NEIGHBOURS, CURVE, EPOCHS, vectors.shape, digest)
