"""Layouts of the map: PCA at once, clusters and UMAP made in the background, once for all sessions."""

import time
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.bench.bench import Bench
from engine.data import Progress
from engine.encoders import Kind
from ui.background.jobs import Job

if TYPE_CHECKING:
    from engine.encoders.clusters import Clusters
    from engine.encoders.layout import Layout

STEPS = ("map.clusters", "map.neighbours", "map.layout")
HEAD_START = 1.5  # seconds in which the page paints the sketch before the work takes the processor


class MapWork:
    """The background work on one map. `layout` and `clusters` are None until they are ready."""

    def __init__(self, bench: Bench, kind: Kind) -> None:
        from engine.diagnosis.catalogue_map import mapped_items
        from engine.encoders.layout import layout, stored_layout

        self.bench, self.kind = bench, kind
        self.rows = mapped_items(bench, kind)
        self._vectors = np.ascontiguousarray(bench.vectors(kind)[self.rows])
        self.quick = layout(self._vectors, "pca")
        self.layout: Layout | None = stored_layout(self._vectors, "umap")
        self.clusters: Clusters | None = None
        self.start()

    def start(self) -> None:
        """Start the work, or start it again after a stop. Results that are on disk are read, not computed again."""
        self.job = Job(f"map-{self.kind}", self._make)
        if self.layout is not None:  # both come from disk: worth waiting for
            self.job.wait(1.5)

    @property
    def state(self) -> Literal["running", "ready", "cancelled", "failed"]:
        """The state of the work."""
        if self.job.running:
            return "running"
        return "ready" if self.job.problem is None else "cancelled" if self.job.problem == "cancelled" else "failed"

    @property
    def shown(self) -> "Layout":
        """The best layout that is available now."""
        return self.layout or self.quick

    @property
    def share(self) -> float:
        """The share of the work that is done, in [0, 1]. The epochs of the layout take most of the time."""
        begins = {"map.clusters": 0.0, "map.neighbours": 0.1, "map.layout": 0.25}
        ends = {"map.clusters": 0.1, "map.neighbours": 0.25, "map.layout": 1.0}
        job, step = self.job, self.step
        step_share = job.done / job.total if job.total else 0.0
        return begins[step] + step_share * (ends[step] - begins[step])

    @property
    def step(self) -> str:
        """The step that is running."""
        return self.job.step or STEPS[0]

    def _make(self, report: Progress) -> None:
        from engine.encoders.clusters import cluster_items
        from engine.encoders.layout import layout

        if self.layout is None:
            time.sleep(HEAD_START)
        items, vectors = self.bench.data.items, self.bench.vectors(self.kind)
        self.clusters = cluster_items(items, self.rows, vectors, report)
        self.layout = layout(self._vectors, "umap", report)


def work(bench: Bench, kind: Kind) -> MapWork:
    """The work on this map, which all sessions share. It is started at its first request."""
    return bench.cached(("map", kind), lambda: MapWork(bench, kind))
