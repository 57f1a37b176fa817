"""The rank of a product in one shopper's list at every λ, and the λ at which it changes."""

from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench
from engine.slates.shopper_sweep import shopper_sweep
from engine.strategy.strategy import Strategy

Array = np.ndarray


@dataclass(frozen=True)
class Crossing:
    """Another λ at which a product has another rank: its rank there, 1 … k, or 0 = not in the list.

    lasting: whether it stays in the list, or out of it, at every λ of the grid beyond, away from the λ in use.
    """

    diversity: float
    place: int
    lasting: bool


@dataclass(frozen=True)
class RanksByLambda:
    """One shopper's lists at every λ: diversities float [L], rising; items int64 [L, k]; `now` is the λ in use."""

    diversities: Array
    items: Array
    now: int

    def of(self, item: int) -> Array:
        """The product's rank at each λ, int64 [L], 1 … k; 0 = not in the list."""
        matches = self.items == item
        ranks: Array = np.where(matches.any(axis=1), matches.argmax(axis=1) + 1, 0)
        return ranks

    def crossing(self, item: int) -> Crossing | None:
        """The nearest λ at which the product leaves the list, or enters it if it is not there now.

        Where it is in the list at every λ: the nearest at which it has another rank. Between two as near it is the
        lower one.
        None: it has the same rank, or is left out, at every λ.
        """
        places = self.of(item)
        listed = places[self.now] > 0
        changed = np.flatnonzero((places > 0) != listed)
        if not len(changed):
            changed = np.flatnonzero(places != places[self.now])
        if not len(changed):
            return None
        gaps = np.round(np.abs(self.diversities[changed] - self.diversities[self.now]), 9)
        at = int(changed[gaps.argmin()])
        beyond = places[: at + 1] if at < self.now else places[at:]
        onward = bool(((beyond > 0) == (places[at] > 0)).all())
        return Crossing(float(self.diversities[at]), int(places[at]), onward)


def ranks_by_lambda(bench: Bench, strategy: Strategy, row: int) -> RanksByLambda:
    """The lists of one shopper under the strategy at each λ of the grid and at its own, all from one sweep.

    row: of `bench.users`. Raises InputError as `make_slates` does.
    """
    sweep = shopper_sweep(bench, strategy, row)
    now = sweep.diversities.index(strategy.diversity)
    return RanksByLambda(np.array(sweep.diversities), sweep.slates.items[:, 0], now)
