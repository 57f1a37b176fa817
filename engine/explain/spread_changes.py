"""What spread σ changed in one shopper's list: which products gave way, which came in, and what each of them costs."""

from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench
from engine.slates.crowding import crowding
from engine.slates.shopper_sweep import shopper_slate
from engine.strategy.strategy import Strategy


@dataclass(frozen=True)
class SpreadItem:
    """A product that spread took out of a list or brought in.

    item   catalogue row
    rank   its place in the list that has it, from 1
    lists  share of all shoppers' lists in [0, 1] that hold it, at the prices found
    price  what it costs a list, in units of relevance scaled to 0 … 1
    """

    item: int
    rank: int
    lists: float
    price: float


@dataclass(frozen=True)
class SpreadChanges:
    """The products of one list that spread took out, and those it brought in, each by rank."""

    out: list[SpreadItem]
    brought_in: list[SpreadItem]


def spread_changes(bench: Bench, strategy: Strategy, row: int) -> SpreadChanges | None:
    """What the strategy's σ changed in the list of the shopper in `row`; None where it prices nothing.

    Raises InputError as `make_slates` does.
    """
    outcome = crowding(bench, strategy)
    if outcome is None:
        return None
    before, now = (shopper_slate(bench, each, row).items[0] for each in (strategy.at(spread=0.0), strategy))
    shares = outcome.lists.slots / max(len(bench.users), 1)

    def only_in(items: np.ndarray, others: np.ndarray) -> list[SpreadItem]:
        ranked = [(rank, int(item)) for rank, item in enumerate(items, 1) if item >= 0 and item not in others]
        return [SpreadItem(item, rank, float(shares[item]), float(outcome.lists.prices[item])) for rank, item in ranked]

    return SpreadChanges(only_in(before, now), only_in(now, before))
