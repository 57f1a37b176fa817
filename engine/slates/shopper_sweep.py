"""One shopper's lists at every λ, made once, so that a change of λ re-ranks nothing."""

from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench
from engine.rerank import GRID, Slates, at_level
from engine.slates.make import sweep_slates
from engine.strategy.strategy import Strategy

Array = np.ndarray
KEPT = 64  # sweeps of a bench that stay in memory


@dataclass(frozen=True)
class ShopperSweep:
    """The lists of one shopper at L values of λ.

    diversities  λ, rising; GRID and the strategy's own, or with spread its own alone
    slates       arrays [L, 1, k]
    """

    diversities: tuple[float, ...]
    slates: Slates

    def at(self, diversity: float) -> Slates:
        """The list at one of `diversities`, arrays [1, k]. Raises ValueError for another λ."""
        return at_level(self.slates, self.diversities.index(diversity))

    def items(self, *diversities: float) -> Array:
        """int64 [n, 1, k]: the lists at some of `diversities`."""
        items: Array = self.slates.items[[self.diversities.index(level) for level in diversities]]
        return items


def shopper_sweep(bench: Bench, strategy: Strategy, row: int) -> ShopperSweep:
    """The lists of the shopper in `row` of `bench.users` under the strategy at each λ of GRID and at its own.

    The strategy's λ matters only if it is not on GRID, or if overrides are shifted with it. With spread, prices are
    found over all shoppers at each λ, so there is only the list at its own. Raises InputError as `make_slates` does.
    """
    diversities = (strategy.diversity,) if strategy.spread else tuple(sorted({*GRID, strategy.diversity}))
    turned = strategy.at_any_lambda
    return bench.memo("shopper sweeps", KEPT).get(
        (turned, diversities, row),
        lambda: ShopperSweep(diversities, sweep_slates(bench, turned, diversities, np.array([row]))),
    )


def shopper_slate(bench: Bench, strategy: Strategy, row: int) -> Slates:
    """The strategy's list for one shopper, arrays [1, k], out of their sweep."""
    return shopper_sweep(bench, strategy, row).at(strategy.diversity)
