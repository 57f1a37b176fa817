"""A long computation in the background whose progress can be followed and which can be cancelled."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from engine.data import Cancelled, InputError, Progress
from engine.data.problems import ROWS_READ
from engine.data.storage.disk import refusal

log = logging.getLogger(__name__)


class Job:
    """One long step in the background. `result` is what it returned, `problem` why it returned nothing."""

    def __init__(self, name: str, work: Callable[[Progress], Any]) -> None:
        self.name = name
        self.step, self.done, self.total = "", 0, 0
        self.rows = 0  # of files, read so far
        self.result: Any = None
        self.problem: InputError | str | None = None  # or "cancelled", "failed"
        self._stop = threading.Event()
        # A session may keep the job long after its shop was closed, so the job keeps no reference to its work.
        self._thread = threading.Thread(target=self._run, args=(work,), name=name, daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def cancel(self) -> None:
        """Request that the job stops at its next progress report."""
        self._stop.set()

    def wait(self, seconds: float | None) -> None:
        """Wait until the job has ended, or for some seconds at most."""
        self._thread.join(seconds)

    def _report(self, step: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise Cancelled
        if step == ROWS_READ:
            self.rows = done
        else:
            self.step, self.done, self.total = step, done, total

    def _run(self, work: Callable[[Progress], Any]) -> None:
        try:
            self.result = work(self._report)
        except Cancelled:
            self.problem = "cancelled"
        except InputError as refused:
            self.problem = refused
        except OSError as error:
            log.exception("%s failed", self.name)
            self.problem = refusal(error) or "failed"
        except Exception:
            log.exception("%s failed", self.name)
            self.problem = "failed"


class Jobs:
    """The jobs of this process by key. Each runs once, and the least recently used are dropped."""

    def __init__(self, limit: int = 16) -> None:
        self._limit, self._lock = limit, threading.Lock()
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()

    def get(self, key: Hashable, name: str, work: Callable[[Progress], Any]) -> Job:
        """The job of a key. It is started at its first request."""
        with self._lock:
            job = self._jobs.get(key) or Job(name, work)
            self._jobs[key] = job
            self._jobs.move_to_end(key)
            while len(self._jobs) > self._limit:
                self._jobs.popitem(last=False)[1].cancel()
        return job

    def forget(self, job: Job) -> None:
        """Drop a job, so that the next request starts it again."""
        with self._lock:
            for key in [key for key, known in self._jobs.items() if known is job]:
                del self._jobs[key]
