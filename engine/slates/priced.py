"""Lists at one λ for every shopper, where products may have lifts and prices. Rules are kept, overrides are ignored."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from engine.bench.bench import Bench
from engine.rerank import Lift, Prices, Slates, rerank, sweep
from engine.retrieval import Candidates
from engine.slates.constrained import constrained_slates
from engine.slates.similarity import facet_options, profiles
from engine.strategy.strategy import Strategy

Array = np.ndarray
OFFSET = 0.001  # of σ: the most that one shopper's price for a product differs from another's


def priced(
    bench: Bench,
    strategy: Strategy,
    lifts: Sequence[Lift] = (),
    rows: Array | None = None,
    prices: Array | None = None,
    ordered: bool = True,
) -> Slates:
    """The lists [U, k] of all shoppers or of `rows`.

    lifts: added to relevance besides those of rules. prices: float [n_items], what each product costs a list that takes
    it; None where nothing has a price. ordered: whether lists are put in their order, for which prices do not count.
    """
    return _make(rerank, bench, strategy, rows, lifts, prices, ordered, diversity=strategy.diversity)


def priced_sweep(
    bench: Bench,
    strategy: Strategy,
    diversities: Sequence[float],
    rows: Array | None = None,
    prices: Array | None = None,
    ordered: bool = True,
) -> Slates:
    """The lists [L, U, k] at every λ of `diversities`, in one pass; at the same prices for every λ."""
    return _make(sweep, bench, strategy, rows, (), prices, ordered, diversities=list(diversities))


def _make(
    make: Callable[..., Slates],
    bench: Bench,
    strategy: Strategy,
    rows: Array | None,
    lifts: Sequence[Lift],
    prices: Array | None,
    ordered: bool,
    **levels: Any,
) -> Slates:
    def plain(pool: Candidates, rows: Array | None, **more: Any) -> Slates:
        options: dict[str, Any] = {"k": strategy.k, "method": strategy.method, "normalize": strategy.normalize}
        options |= levels | facet_options(bench, strategy) | profiles(bench, strategy, rows) | more
        options["rules"] = [*options.get("rules", ()), *lifts]
        if prices is not None:
            keys = shopper_keys(bench, rows), product_keys(bench)
            options["prices"] = Prices(prices, OFFSET * strategy.spread, *keys, ordered)
        return make(pool.scores, pool.items, bench.vectors(strategy.similarity), **options)

    if strategy.entries(bench.today) and (rows is None or len(rows)):
        slates = constrained_slates(bench, strategy, rows, plain)
    else:
        slates = plain(bench.pool(strategy, rows), rows)
    bench.device = slates.device
    return slates


def shopper_keys(bench: Bench, rows: Array | None) -> Array:
    """uint64 [U] or [len(rows)]: a key of each list's shopper, from their id alone."""
    if rows is None:
        return bench.cached("shopper keys", lambda: _hashed(bench.names()))
    return _hashed(bench.names(rows))


def product_keys(bench: Bench) -> Array:
    """uint64 [n_items]: a key of each product, from its id alone."""
    return bench.cached("product keys", lambda: _hashed(bench.history.items["item_id"].to_numpy()))


def _hashed(ids: Array) -> Array:
    keys: Array = pd.util.hash_array(np.asarray(ids, dtype=object), categorize=False)
    return keys
