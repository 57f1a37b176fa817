"""A memo of results that are computed once and shared by every session of the process."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Memo:
    """Computes each result once, even when two sessions ask at the same moment, and keeps the `limit` last used.

    It holds nothing else: the lock of a key lasts only as long as somebody waits for it.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._lock = Lock()
        self._waited: dict[Hashable, tuple[Lock, int]] = {}  # the lock of each key being made, and who waits for it
        self._made: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result of `make` for `key`, computed now if it is not there."""
        with self._lock:
            if key in self._made:
                value: T = self._used(key)
                return value
            lock, waiting = self._waited.get(key, (Lock(), 0))
            self._waited[key] = (lock, waiting + 1)
        try:
            with lock:
                return self._make(key, make)
        finally:
            with self._lock:
                _, waiting = self._waited.pop(key)
                if waiting > 1:
                    self._waited[key] = (lock, waiting - 1)

    def peek(self, key: Hashable) -> Any:
        """The result for `key` if it is there, else None."""
        with self._lock:
            return self._used(key) if key in self._made else None

    def forget(self, key: Hashable) -> None:
        """Drop the result for `key`, so that it is computed again."""
        with self._lock:
            self._made.pop(key, None)

    def _make(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._made:  # made while this one waited
                value: T = self._used(key)
                return value
        result = make()
        with self._lock:
            self._made[key] = result
            while len(self._made) > self._limit:
                self._made.popitem(last=False)
        return result

    def _used(self, key: Hashable) -> Any:
        self._made.move_to_end(key)
        return self._made[key]
