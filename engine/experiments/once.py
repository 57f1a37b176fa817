"""Things made once and shared by every session of the process."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Once:
    """Makes each thing once, even when two sessions ask at the same moment; keeps the `limit` last used."""

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._lock = Lock()
        self._locks: dict[Hashable, Lock] = {}
        self._made: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gave for `key`, made now if it is not there."""
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            with self._lock:
                if key in self._made:
                    self._made.move_to_end(key)
                    found: T = self._made[key]
                    return found
            made = make()
            with self._lock:
                self._made[key] = made
                while len(self._made) > self._limit:
                    self._made.popitem(last=False)
            return made
