"""Methods under a lock: two threads of one session never run them at the same time."""

from collections.abc import Callable
from functools import wraps
from typing import Any


def in_turn(method: Callable[..., Any]) -> Callable[..., Any]:
    """Run the method while holding the lock `turn` of its object."""

    @wraps(method)
    def alone(self: Any, *given: Any, **named: Any) -> Any:
        with self.turn:
            return method(self, *given, **named)

    return alone
