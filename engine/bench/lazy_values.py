"""Values that are computed when they are first asked for."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Generic, TypeVar

T = TypeVar("T")


class LazyValues(Mapping[str, T], Generic[T]):
    """A mapping from names to what a function of each name returns; each is computed once, when it is first read.

    Two threads that read a value at the same moment may both compute it.
    """

    def __init__(self, makers: Mapping[str, Callable[[], T]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __contains__(self, name: object) -> bool:
        return name in self._makers


def with_more(values: Mapping[str, T], makers: Mapping[str, Callable[[], T]]) -> Mapping[str, T]:
    """These values, of which none is computed for it, and more of them."""
    return LazyValues({name: partial(values.__getitem__, name) for name in values} | dict(makers))
