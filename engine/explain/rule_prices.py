"""What a strategy's rules cost each list: lists are made again without one entry at a time."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from engine.bench.bench import Bench
from engine.evaluation.curve import relevance_of
from engine.evaluation.relevance_kept import plain_lists
from engine.metrics import discounted_kept
from engine.rerank import Slates
from engine.slates.make import make_slates
from engine.slates.shopper_sweep import shopper_slate
from engine.statistics.intervals import mean_interval
from engine.strategy.rules import Entry
from engine.strategy.strategy import Strategy

Array = np.ndarray
MOST = 24  # entries that are priced, unless more are asked for
Lists: TypeAlias = dict[int, Array]  # number of an entry -> int64 [U, k]


@dataclass(frozen=True)
class RulePrice:
    """What one entry changes in each of U lists.

    number  of the strategy's entry, the constraints first; `entry` itself
    slots   int64 [U]: slots of the list that hold another product, or none, without the entry
    given   float64 [U]: relevance kept without the entry less relevance kept with it, as a share of what the list of
            λ = 0 without rules has (`metrics.discounted_kept`). Below 0 where the list is more relevant with the
            entry: with λ or other rules at work, one rule may also help. NaN where that list scores 0
    broken  bool [U]: the list could not keep the entry
    """

    number: int
    entry: Entry
    slots: Array
    given: Array
    broken: Array

    @property
    def binds(self) -> Array:
        """Whether the list would be another one without the entry, bool [U]."""
        binding: Array = self.slots > 0
        return binding

    @property
    def mean(self) -> float:
        """The price over all lists, also those where the entry changes nothing; NaN where nothing can be judged."""
        known = np.isfinite(self.given)
        return float(self.given[known].mean()) if known.any() else np.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % bootstrap interval over shoppers; NaN for fewer than two lists."""
        if np.isfinite(self.given).sum() < 2:
            return np.nan, np.nan
        low, high = mean_interval(self.given[:, None])
        return float(low[0]), float(high[0])


def rule_prices(bench: Bench, strategy: Strategy, rows: Array | None = None, max_rules: int = MOST) -> list[RulePrice]:
    """The price of each entry that holds on the bench's day; `rows` number `bench.users`.

    max_rules: only so many entries are tried, the first ones. A price is what this one entry costs beside all others:
    two rules that forbid the same cost nothing each. Every entry takes one re-ranking of all rows. Raises InputError as
    `make_slates` does.
    """
    now = _slates(bench, strategy, rows)
    base = relevance_of(bench, strategy, plain_lists(bench, strategy, rows), rows)
    shares = discounted_kept(relevance_of(bench, strategy, now.items, rows), base)
    prices = []
    for number, items in lists_without(bench, strategy, rows, max_rules).items():
        price = discounted_kept(relevance_of(bench, strategy, items, rows), base) - shares
        slots = (items != now.items).sum(axis=1)
        prices.append(RulePrice(number, strategy.all_entries[number], slots, price, now.broken[:, number]))
    return prices


def lists_without(bench: Bench, strategy: Strategy, rows: Array | None = None, max_rules: int = MOST) -> Lists:
    """The strategy's lists without each of its entries that hold, the first `max_rules` of them, one at a time."""
    numbers = list(strategy.entries(bench.today))[:max_rules]
    return {number: _slates(bench, strategy.without({number}), rows).items for number in numbers}


def _slates(bench: Bench, strategy: Strategy, rows: Array | None) -> Slates:
    """The strategy's lists; one shopper's are looked up."""
    if rows is not None and len(rows) == 1:
        return shopper_slate(bench, strategy, int(rows[0]))
    return make_slates(bench, strategy, rows)


def price_table(bench: Bench, prices: list[RulePrice], rows: Array | None = None) -> pd.DataFrame:
    """A line for each list and entry: user_id, entry, kind, binds, slots, price and broken.

    entry: its position in the strategy, counted from 1. price: `RulePrice.given`; NaN where nothing can be judged.
    """
    names = bench.names(rows)
    parts = [
        pd.DataFrame(
            {
                "user_id": names,
                "entry": np.int32(price.number + 1),
                "kind": kind_of(price.entry),
                "binds": price.binds,
                "slots": price.slots.astype(np.int32),
                "price": price.given,
                "broken": price.broken,
            }
        )
        for price in prices
    ]
    columns = ["user_id", "entry", "kind", "binds", "slots", "price", "broken"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def kind_of(entry: Entry) -> str:
    """`constraint`, or the kind of the rule."""
    return getattr(entry, "kind", "constraint")
