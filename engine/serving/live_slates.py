"""What the server answers from: one bench, and for each surface the lists of the strategy in force. One thread of its
own prepares all of it and goes on watching the store and the calendar; requests only read."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from engine.bench.bench import Bench
from engine.data import Cancelled, InputError, Progress, silent
from engine.serving.in_force import InForce, Strategies
from engine.serving.prepared_slates import PreparedSlates, prepare_slates
from engine.strategy.rules import Surface

EVERY = 1.0  # seconds between two looks at store and calendar
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SurfaceState:
    """One surface: the strategy in force, its lists once they are made, or why this shop cannot make them. entries:
    numbers of its constraints and rules that hold on the day."""

    of: InForce | None = None
    entries: tuple[int, ...] = ()
    prepared: PreparedSlates | None = None
    refused: InputError | None = None


class LiveSlates:
    """Prepares in the background, then follows the store and the calendar.

    open_bench  opens shop and model; it is called once, in the background
    fixed       whether a strategy that the shop cannot serve ends the start, as it must where it comes from a file
    today       the day by which rules with a schedule hold
    report      told the steps until all is ready
    on_ready, on_failure  called when all is ready, or where the start fails; `failure` says why
    on_change   told each surface whose lists were made anew later, or that cannot be served any more
    """

    def __init__(
        self,
        open_bench: Callable[[Progress], Bench],
        strategies: Strategies,
        fixed: bool = False,
        today: Callable[[], date] = date.today,
        report: Progress = silent,
        on_ready: Callable[[], None] = lambda: None,
        on_failure: Callable[[], None] = lambda: None,
        on_change: Callable[[Surface, SurfaceState], None] = lambda surface, place: None,
    ) -> None:
        self._open, self._strategies, self._fixed, self._today = open_bench, strategies, fixed, today
        self._report_to, self._on_ready, self._on_failure = report, on_ready, on_failure
        self._on_change = on_change
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="serving", daemon=True)
        self.bench: Bench | None = None
        self.places: dict[Surface, SurfaceState] = {}  # replaced as a whole, never changed
        self.ready = False
        self.failure: BaseException | None = None
        self.store_problem: str | None = None
        self.step: str | None = None
        self.share: float | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience: float = 30) -> None:
        """End the thread: at the next report of a running step, at most `patience` seconds from now."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def _run(self) -> None:
        try:
            bench = self._open(self._report)
            self._look(bench)
            self._check_start()
            self.bench, self.step, self.share, self.ready = bench, None, None, True
            self._on_ready()
        except Cancelled:
            return
        except BaseException as error:
            self.failure = error
            self._on_failure()
            return
        while not self._stop.wait(EVERY):
            try:
                self._look(bench)
            except Cancelled:
                return
            except Exception:  # the lists that are there go on answering
                log.exception("looking for the strategies in force failed")

    def _check_start(self) -> None:
        for place in self.places.values():
            if self._fixed and place.refused is not None:
                raise place.refused

    def _look(self, bench: Bench) -> None:
        """Make the lists of what has come into force since the last look."""
        bench = bench.on_day(self._today())
        for surface in self._strategies.surfaces(bench.surfaces):
            try:
                of = self._strategies.on(surface)
                self.store_problem = None
            except InputError as unreadable:
                if not self.ready:
                    raise
                self.store_problem = str(unreadable)
                return
            if isinstance(of, InForce):
                self._follow(bench, surface, of)
            else:
                self._put(surface, SurfaceState(refused=of))

    def _follow(self, bench: Bench, surface: Surface, of: InForce) -> None:
        """Make the lists where another strategy, or another set of its rules, has come into force."""
        entries, old = tuple(of.strategy.entries(bench.today)), self.places.get(surface, SurfaceState())
        if (old.of, old.entries) == (of, entries):
            return
        if old.prepared is None:  # else the lists that are there answer until the new ones are made
            self._put(surface, SurfaceState(of, entries))
        try:
            self._put(surface, SurfaceState(of, entries, prepare_slates(bench, of, old.prepared)))
        except InputError as refused:
            self._put(surface, SurfaceState(of, entries, refused=refused))
        if self.ready:
            self._on_change(surface, self.places[surface])

    def _put(self, surface: Surface, place: SurfaceState) -> None:
        self.places = self.places | {surface: place}

    def _report(self, step: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise Cancelled
        if not self.ready:
            self.step, self.share = step, done / total if total else 1.0
            self._report_to(step, done, total)
