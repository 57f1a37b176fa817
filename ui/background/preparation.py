"""What must be ready before lists can be shown, made in the background so that no page waits for it.

One preparation runs per shop and process. Every step keeps its result on disk, so a stopped preparation goes on
where it ended.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from engine.data import Dataset, InputError, Progress, default_cutoff, open_shop, shop_folder, silent
from engine.data.storage import private
from ui import state
from ui.background import memory, shop_in_use
from ui.background.jobs import Job
from ui.text.words import plain, t

if TYPE_CHECKING:  # it is imported when it is made, so that the first paint never waits
    from engine.bench.bench import Bench
    from ui.background.preparation_forecast import Forecast

STEPS = ("data", "kernels", "model", "vectors", "candidates", "curves")
KEPT = 3  # shops in memory; the sample with its vectors takes about 1 GB
log = logging.getLogger(__name__)


@dataclass
class PreparationStep:
    """The progress of one step: `done` of `total` parts, and its duration in seconds once it has finished."""

    state: str = "waiting"  # waiting, running, ready
    done: int = 0
    total: int = 0
    seconds: float = 0.0


class Preparation:
    """The background work for one shop. `data` and `bench` are None until they are ready."""

    def __init__(self, shop: str) -> None:
        self.shop = shop
        self.data: Dataset | None = None
        self.bench: Bench | None = None
        self.wanted = ""  # the model that was chosen when this opened one; the bench has the blend where it is damaged
        self.forecast: Forecast | None = None
        self.steps = {name: PreparationStep() for name in STEPS}
        self._current = STEPS[0]
        self._starting = threading.Lock()
        self._job: Job | None = None
        self.start()

    def start(self) -> None:
        """Start, or start again after a stop or a failure. Results that are on disk are not computed again."""
        with self._starting:
            if self._job is not None and self._job.running:
                return
            for step in self.steps.values():
                if step.state == "running":
                    step.state = "waiting"
            self._job = Job(f"prepare-{self.shop}", self._run)

    def cancel(self) -> None:
        """Request that the running step stops at its next progress report."""
        if self._job is not None:
            self._job.cancel()

    def wait(self, seconds: float) -> None:
        """Wait until the preparation has ended, for at most `seconds`."""
        if self._job is not None:
            self._job.wait(seconds)

    @property
    def refused(self) -> InputError | None:
        """Why the shop cannot be opened."""
        problem = self._job.problem if self._job else None
        return problem if isinstance(problem, InputError) else None

    @property
    def problem(self) -> str | None:
        """Why it stopped: "cancelled", "failed" or "refused" (see `refused`). None if it did not stop."""
        problem = self._job.problem if self._job else None
        return "refused" if isinstance(problem, InputError) else problem

    def close(self) -> None:
        """Stop and release the shop. Sessions that have ended may still refer to it or to its bench for minutes."""
        self.cancel()
        bench = self.bench or getattr(self, "_bench", None)
        self.data = self.bench = None
        if bench is not None:
            bench.close()

    @property
    def stage(self) -> int:
        """A number that grows with every finished step and when the preparation stops. Pages redraw when it changes."""
        return sum(step.state == "ready" for step in self.steps.values()) + (self.problem is not None)

    @property
    def over(self) -> bool:
        """Whether everything is ready."""
        return all(step.state == "ready" for step in self.steps.values())

    def _report(self, step: str, done: int, total: int) -> None:
        """The progress callback of the bench, for all runs of its preparation."""
        self._to_job(step, done, total)
        self.steps[self._current].done, self.steps[self._current].total = done, total

    def _run(self, report: Progress) -> None:
        self._to_job = report
        try:
            for name in STEPS:
                if self.steps[name].state != "ready":
                    self._do(name, getattr(self, f"_{name}"))
        finally:
            memory.freeze_memory()

    def _do(self, name: str, work: Callable[[], None]) -> None:
        self._current, began = name, time.monotonic()
        self.steps[name].state = "running"
        self._report(name, 0, 0)
        work()
        self.steps[name].state, self.steps[name].seconds = "ready", time.monotonic() - began

    # These modules load torch, numba and transformers. They are imported here, so that the first paint does not wait.

    def _data(self) -> None:
        from ui.background.preparation_forecast import preparation_forecast

        self.data = open_shop(self.shop, self._report)
        self.forecast = preparation_forecast(self.data)

    def _kernels(self) -> None:
        from engine.rerank.warm import warm

        warm(self._report)

    def _model(self) -> None:
        from engine.bench.bench import Bench
        from engine.bench.contexts import untrained_bench
        from engine.training.registry import active, in_use

        assert self.data is not None
        untrained = untrained_bench(self.data, self._report)
        if untrained is not None:
            self._bench: Bench = untrained
            self._bench.folder = shop_folder(self.shop)
            return
        self.wanted = active(shop_folder(self.shop))
        model, card = in_use(shop_folder(self.shop), self.data, default_cutoff(self.data), self._report)
        self._bench = Bench(self.data, model, card, self._report)
        self._bench.folder = shop_folder(self.shop)

    def _vectors(self) -> None:
        for similarity in self._bench.similarities:
            if similarity != "both":  # made of the other two when it is asked for
                self._bench.vectors(similarity)

    def _candidates(self) -> None:
        for surface in self._bench.surfaces:
            self._bench.candidates(surface, 500)

    def _curves(self) -> None:
        from engine.diagnosis.catalogue_map import first_layout
        from engine.strategy.strategy import DEFAULT
        from ui.background.curves import curve

        for done, surface in enumerate(self._bench.surfaces):
            self._report("curves", done, len(self._bench.surfaces))
            curve(self._bench, DEFAULT.at(surface=surface)).read()
        self._bench.evidence("all").read_histories()  # Tune and Overview compare lists with them
        first_layout(self._bench, self._bench.similarities[0])  # the Map shows it first
        self._report("curves", 1, 1)  # the last moment to stop
        self._bench.report = silent
        self.bench = self._bench


class Preparations:
    """The preparations of the shops last used, one a shop, so that memory does not grow with every shop opened."""

    def __init__(self, limit: int = KEPT) -> None:
        self._limit, self._lock = limit, threading.Lock()
        self._works: OrderedDict[str, Preparation] = OrderedDict()

    def get(self, shop: str) -> Preparation:
        """The preparation of a shop, started if necessary; the one not used for longest is dropped."""
        place = str(shop_folder(shop).resolve())
        with self._lock:
            work = self._works.get(place) or Preparation(shop)
            self._works[place] = work
            self._works.move_to_end(place)
            closed = len(self._works) > self._limit
            while len(self._works) > self._limit:
                self._works.popitem(last=False)[1].close()
        if closed:
            memory.freeze_memory()
        return work

    def forget(self, shop: str) -> None:
        """Stop and drop the preparation of a shop that is about to be deleted, or opened anew."""
        with self._lock:
            work = self._works.pop(str(shop_folder(shop).resolve()), None)
        if work is not None:
            work.close()
            del work
            memory.freeze_memory()


@st.cache_resource(show_spinner=False)
def preparations() -> Preparations:
    """The preparations of this process."""
    private.tighten()
    return Preparations()


def preparation() -> Preparation:
    """The preparation of the shop in use. For a link to a shop that does not exist it opens the default one and says
    so.
    """
    shop = shop_in_use.address(state.view().shop)
    if shop is None:
        st.warning(t("shop.unknown", name=plain(state.view().shop[:40])), icon=":material/store:")
        shop_in_use.switch("")
    return preparations().get(shop or shop_in_use.default_shop())
