"""One long step in the background, that can be watched and stopped."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from engine.data import Cancelled, InputError, Report

log = logging.getLogger(__name__)


class Job:
    """One long step in the background. `result` is what it gave, `problem` why it gave nothing."""

    def __init__(self, name: str, work: Callable[[Report], Any]) -> None:
        self.name = name
        self.step, self.done, self.total = "", 0, 0
        self.result: Any = None
        self.problem: InputError | str | None = None  # or "cancelled", "failed"
        self._work, self._stop = work, threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def cancel(self) -> None:
        """Ask it to stop at its next progress report."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _report(self, step: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise Cancelled
        self.step, self.done, self.total = step, done, total

    def _run(self) -> None:
        try:
            self.result = self._work(self._report)
        except Cancelled:
            self.problem = "cancelled"
        except InputError as refused:
            self.problem = refused
        except Exception:
            log.exception("%s failed", self.name)
            self.problem = "failed"
