"""Layouts of the map: PCA at once, clusters and UMAP made in the background, once for all sessions."""

import logging
import threading
from typing import TYPE_CHECKING

import numpy as np

from engine.bench.bench import Bench
from engine.data import Cancelled
from engine.encoders import Kind

if TYPE_CHECKING:
    from engine.encoders.clusters import Clusters
    from engine.encoders.layout import Layout

STEPS = ("map.clusters", "map.neighbours", "map.layout")
HEAD_START = 1.5  # seconds in which the page paints the sketch before the work takes the processor
log = logging.getLogger(__name__)


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
        self.state = "running"  # running, ready, cancelled, failed
        self.step, self.done, self.total = STEPS[0], 0, 0
        self._stop = threading.Event()
        self.start()

    def start(self) -> None:
        """Start, or start again after a stop; what is on disk is not made twice."""
        self.state = "running"
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name=f"map-{self.kind}", daemon=True)
        self._thread.start()
        if self.layout is not None:  # both come from disk: worth waiting for
            self._thread.join(timeout=1.5)

    def cancel(self) -> None:
        """Ask the work to stop at its next report."""
        self._stop.set()

    @property
    def shown(self) -> "Layout":
        """The best layout that is there."""
        return self.layout or self.quick

    @property
    def share(self) -> float:
        """How much is done, in [0, 1]: the epochs of the layout take most of the time."""
        begins = {"map.clusters": 0.0, "map.neighbours": 0.1, "map.layout": 0.25}
        ends = {"map.clusters": 0.1, "map.neighbours": 0.25, "map.layout": 1.0}
        part = self.done / self.total if self.total else 0.0
        return begins[self.step] + part * (ends[self.step] - begins[self.step])

    def _report(self, step: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise Cancelled
        self.step, self.done, self.total = step, done, total

    def _run(self) -> None:
        from engine.encoders.clusters import cluster_items
        from engine.encoders.layout import layout

        try:
            if self.layout is None:
                self._stop.wait(HEAD_START)
            items, vectors = self.bench.data.items, self.bench.vectors(self.kind)
            self.clusters = cluster_items(items, self.rows, vectors, self._report)
            self.layout = layout(self._vectors, "umap", self._report)
            self.state = "ready"
        except Cancelled:
            self.state = "cancelled"
        except Exception:
            log.exception("the map of %s failed at %s", self.bench.data.name, self.step)
            self.state = "failed"


def work(bench: Bench, kind: Kind) -> MapWork:
    """The one work on this map; started when it is first asked for."""
    return bench.cached(("map", kind), lambda: MapWork(bench, kind))


def sketch(bench: Bench) -> None:
    """Make the sketch of the map that opens first, so that the page finds it on disk."""
    from engine.diagnosis.catalogue_map import mapped_items
    from engine.encoders.layout import layout

    kind = bench.similarities[0]
    layout(np.ascontiguousarray(bench.vectors(kind)[mapped_items(bench, kind)]), "pca")
