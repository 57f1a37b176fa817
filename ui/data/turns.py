"""Methods that take turns: two threads of one session never run them at once."""

from collections.abc import Callable
from functools import wraps
from typing import Any


def in_turn(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, not run while another thread is in one of the same object, whose lock is `turn`."""

    @wraps(method)
    def alone(self: Any, *given: Any, **named: Any) -> Any:
        with self.turn:
            return method(self, *given, **named)

    return alone
