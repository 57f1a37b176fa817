"""Which strategy makes the lists of each surface: one from a file for good, or what is live in the store right now."""

from dataclasses import dataclass, field
from typing import Protocol, get_args

from engine.data import InputError
from engine.strategies import Basis, Store, Version, Window
from engine.strategies.records import canonical
from engine.strategy.rules import Surface
from engine.strategy.strategy import Strategy


@dataclass(frozen=True)
class InForce:
    """A strategy in force. version, author, comment and basis are None for one from a file; sha256 is that of its
    canonical JSON; basis is what a saved one was judged on."""

    name: str
    strategy: Strategy
    sha256: str
    version: int | None = None
    author: str | None = None
    comment: str | None = None
    window: Window = field(default_factory=Window)
    basis: Basis | None = None


class Strategies(Protocol):
    """Where strategies come from."""

    def surfaces(self, shop: tuple[str, ...]) -> tuple[Surface, ...]:
        """The surfaces that are served, of those that the shop knows; the first answers who names none."""
        ...

    def on(self, surface: Surface) -> InForce | InputError | None:
        """What is in force there now: None without one, an InputError where that cannot be read.

        Raises InputError where the store itself cannot be read.
        """
        ...


@dataclass(frozen=True)
class FromFile:
    """One strategy, on its surface."""

    name: str
    strategy: Strategy

    def surfaces(self, shop: tuple[str, ...]) -> tuple[Surface, ...]:
        return (self.strategy.surface,)

    def on(self, surface: Surface) -> InForce | None:
        return InForce(self.name, self.strategy, canonical(self.strategy)[1])


@dataclass(frozen=True)
class FromStore:
    """What is live in a shop's saved strategies; schedules begin and end by the store's clock."""

    store: Store
    shop: str

    def surfaces(self, shop: tuple[str, ...]) -> tuple[Surface, ...]:
        return tuple(surface for surface in get_args(Surface) if surface in shop)

    def on(self, surface: Surface) -> InForce | InputError | None:
        version = self.store.live(self.shop, surface)
        return None if version is None else _in_force(version)


def _in_force(version: Version) -> InForce | InputError:
    try:
        strategy = version.strategy
    except InputError as damaged:
        return damaged
    return InForce(
        version.name, strategy, version.sha256, version.number, version.author, version.comment, version.window,
        version.basis,
    )  # fmt: skip
