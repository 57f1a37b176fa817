"""The lists of all shoppers at every λ, made once, for the curves, floors and comparisons of a strategy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench
from engine.bench.memo import Memo
from engine.slates.make import make_slates, sweep_slates
from engine.strategy.strategy import Strategy

Array = np.ndarray
LEVELS = (*(round(step / 100, 2) for step in range(20)), *(round(step / 20, 2) for step in range(4, 21)))
AT_ONCE = 20_000  # shoppers whose lists are swept at a time
SPREAD_KEPT = 48  # strategies with spread, at one λ each
KEPT = 8  # strategies whose lists stay in memory: for 20,000 shoppers and lists of 10, 30 MB each


@dataclass(frozen=True)
class ShopLists:
    """The lists of all U shoppers at every λ of LEVELS.

    items   int32 [L, U, k], -1 = empty slot
    broken  bool [L, U, rules], which rules a list had to break
    """

    items: Array
    broken: Array

    def at(self, diversities: Sequence[float], rows: Array | None = None) -> Array:
        """int64 [n, U, k]: the lists at n of LEVELS, of all shoppers or some rows."""
        levels = self.items[[LEVELS.index(level) for level in diversities]]
        return (levels if rows is None else levels[:, rows]).astype(np.int64)


def shop_lists(bench: Bench, strategy: Strategy) -> ShopLists:
    """The lists of a strategy without exposure floor and spread. Its λ matters only with overrides, which are shifted
    with it. Raises InputError as `make_slates` does."""
    assert not strategy.is_shared, "exposure floors and spread are found anew at every λ"

    return _memo(bench).get(_key(strategy), lambda: _swept(bench, strategy))


def _swept(bench: Bench, strategy: Strategy) -> ShopLists:
    """The sweep over all shoppers, AT_ONCE at a time: what is known of every slot takes more room than the lists."""
    parts = []
    for at in range(0, max(len(bench.users), 1), AT_ONCE):
        rows = None
        if len(bench.users) > AT_ONCE:
            rows = np.arange(at, min(at + AT_ONCE, len(bench.users)))
            bench.report("lists", at, len(bench.users))
        slates = sweep_slates(bench, strategy, LEVELS, rows)
        parts.append(ShopLists(slates.items.astype(np.int32), slates.broken))
    if len(parts) == 1:
        return parts[0]
    items, broken = ([getattr(part, name) for part in parts] for name in ("items", "broken"))
    return ShopLists(np.concatenate(items, axis=1), np.concatenate(broken, axis=1))


def lists_of(bench: Bench, strategy: Strategy, rows: Array | None = None) -> Array:
    """int64 [U, k] or [len(rows), k]: the strategy's lists, looked up where `shop_lists` has made them."""
    lists: Array = lists_at(bench, strategy, [strategy.diversity], rows)[0]
    return lists


def lists_at(bench: Bench, strategy: Strategy, diversities: Sequence[float], rows: Array | None = None) -> Array:
    """int64 [n, U, k]: the same at n values of λ."""
    if strategy.spread:
        return np.stack([_spread_lists(bench, strategy.at(diversity=level), rows).items for level in diversities])
    known = _known(bench, strategy, diversities, rows)
    if known is None:
        lists: Array = sweep_slates(bench, strategy, diversities, rows).items
        return lists
    return known.at(diversities, rows)


def broken_by(bench: Bench, strategy: Strategy, rows: Array) -> Array:
    """bool [len(rows), rules]: which rules each of these shoppers' lists had to break, looked up in the same way."""
    if strategy.spread:
        return _spread_lists(bench, strategy, rows).broken
    known = _known(bench, strategy, [strategy.diversity], rows)
    if known is None:
        broken: Array = make_slates(bench, strategy, rows).broken
    else:
        broken = known.broken[LEVELS.index(strategy.diversity), rows]
    return broken


def _spread_lists(bench: Bench, strategy: Strategy, rows: Array | None) -> ShopLists:
    """The lists of a strategy with spread, arrays [U, k]: everyone's, which its prices depend on, are made once."""
    if rows is not None and rows.max(initial=0) >= len(bench.users):
        slates = make_slates(bench, strategy, rows)
        return ShopLists(slates.items, slates.broken)

    def make() -> ShopLists:
        slates = make_slates(bench, strategy)
        return ShopLists(slates.items.astype(np.int32), slates.broken)

    everyone: ShopLists = bench.memo("lists with spread", SPREAD_KEPT).get(strategy.at(floor=None), make)
    some = slice(None) if rows is None else rows
    return ShopLists(everyone.items[some].astype(np.int64), everyone.broken[some])


def _known(bench: Bench, strategy: Strategy, diversities: Sequence[float], rows: Array | None) -> ShopLists | None:
    """What `shop_lists` has made of the strategy already, where it holds these λ and rows: a list may be asked for that
    is not among the shop's, as for a product of a large catalogue."""
    if strategy.is_shared or not set(diversities) <= set(LEVELS):
        return None
    lists: ShopLists | None = _memo(bench).peek(_key(strategy))
    if lists is None or (rows is not None and rows.max(initial=0) >= lists.items.shape[1]):
        return None
    return lists


def _memo(bench: Bench) -> Memo:
    return bench.memo("shop lists", KEPT)


def _key(strategy: Strategy) -> Strategy:
    """The part of a strategy that its lists depend on."""
    return strategy.at(floor=None).at_any_lambda
