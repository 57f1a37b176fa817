"""Crowding prices of a strategy: what spread σ charges every product, found over the lists of all shoppers.

They are looked up in memory, then in the shop's folder, and computed where they are in neither; the three give the same
prices, bit by bit. Only prices that somebody uses are stored (`kept_crowding`): a plane of λ and σ needs 121 of them
for a moment.
"""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from engine.bench.bench import Bench
from engine.bench.scores import shares_of
from engine.data import Progress
from engine.rerank import CrowdedSlots, PriceScale, find_crowding_prices, welfare
from engine.slates.crowding_files import StoredPrices, earlier_prices, read_prices, write_prices
from engine.slates.crowding_key import crowding_key
from engine.slates.crowding_outcome import Crowding, of_stored
from engine.slates.effective_lambdas import effective_lambdas, lists_of_plan
from engine.slates.priced import priced
from engine.slates.slot_drift import SlotDrift, slot_drift
from engine.strategy.strategy import Strategy

Array = np.ndarray
KEPT = 128  # prices that stay in memory: those of every point of a plane of 11 × 11


def crowding_prices(bench: Bench, strategy: Strategy) -> Array | None:
    """float64 [n_items]: what each product costs a list of the strategy; None where nothing has a price."""
    outcome = crowding(bench, strategy)
    return None if outcome is None else outcome.lists.prices


def crowding(bench: Bench, strategy: Strategy, report: Progress | None = None) -> Crowding | None:
    """The crowding of a strategy, found once over all shoppers; None where it charges nothing (`Strategy.has_prices`).

    An exposure floor is left out: it adds to relevance at these prices. Overrides give each list the λ that they would
    give it without spread. report: called after each pass over all lists, if there has to be one; it may raise to
    cancel. Raises InputError as `make_slates` does.
    """
    if not strategy.has_prices:
        return None
    plain = _plain(strategy)
    outcome: Crowding = bench.memo("crowding", KEPT).get(
        plain, lambda: _read(bench, plain) or _find(bench, plain, report)
    )
    return outcome


def kept_crowding(
    bench: Bench, strategy: Strategy, refresh: bool = False, report: Progress | None = None
) -> Crowding | None:
    """The same for a strategy whose lists are used: its prices are stored with the shop, if they are not yet.

    refresh: found anew, whatever is in memory or stored. Where the disk refuses, the work goes on without.
    """
    if not strategy.has_prices:
        return None
    plain, found, stored = _plain(strategy), bench.memo("crowding", KEPT), bench.memo("stored crowding", KEPT)
    if refresh:
        found.forget(plain)
        stored.forget(plain)
        found.get(plain, lambda: _find(bench, plain, report))
    outcome = crowding(bench, plain, report)
    if outcome is not None:
        stored.get(plain, lambda: _store(bench, plain, outcome, refresh))
    return outcome


def price_columns(bench: Bench, strategy: Strategy) -> StoredPrices:
    """The prices and slots of the products that have any, by id; none where the strategy charges nothing."""
    outcome = crowding(bench, strategy)
    if outcome is None:
        return StoredPrices(np.array([], object), np.array([], np.float64), np.array([], np.int64), {})
    return outcome.stored(_ids(bench))


def crowding_drift(bench: Bench, strategy: Strategy) -> SlotDrift | None:
    """How the slots of the strategy's lists differ from those that were stored last for the same strategy under other
    data, another model or other rules; None where it charges nothing, or nothing else was stored."""
    outcome = crowding(bench, strategy)
    if outcome is None or bench.folder is None:
        return None
    key = crowding_key(bench, strategy)
    before = earlier_prices(bench.folder, key)
    if before is None:
        return None
    now = outcome.stored(_ids(bench))
    was = before.note["inputs"]
    causes = tuple(name for name, value in key.inputs.items() if was.get(name) != value)
    return slot_drift(
        pd.Series(before.slots, before.ids), pd.Series(now.slots, now.ids), str(before.note["made_at"]), causes
    )


def _plain(strategy: Strategy) -> Strategy:
    return strategy.at(exposure=None, floor=None)


def _ids(bench: Bench) -> Array:
    ids: Array = bench.history.items["item_id"].to_numpy(dtype=object)
    return ids


def _read(bench: Bench, strategy: Strategy) -> Crowding | None:
    """What is stored with the shop; None where nothing is, or it cannot be right."""
    if bench.folder is None:
        return None
    stored = read_prices(bench.folder, crowding_key(bench, strategy))
    outcome = None if stored is None else of_stored(stored, _ids(bench))
    return outcome if outcome is not None and outcome.scale.spread == strategy.spread else None


def _store(bench: Bench, strategy: Strategy, outcome: Crowding, replace: bool) -> bool:
    """Store prices with the shop, unless they are there already and `replace` is False; whether they are stored now."""
    if bench.folder is None:
        return False
    if not replace and _read(bench, strategy) is not None:
        return True
    return write_prices(bench.folder, crowding_key(bench, strategy), outcome.stored(_ids(bench)))


def _find(bench: Bench, strategy: Strategy, report: Progress | None) -> Crowding:
    n_items, eligible, lists = bench.history.n_items, len(bench.model.items), len(bench.users)
    if strategy.overrides:
        plan = effective_lambdas(bench, strategy, [strategy.diversity])

        def make(prices: Array) -> Array:
            items: Array = lists_of_plan(bench, strategy, plan, None, prices, ordered=False).items[0]
            return items
    else:

        def make(prices: Array) -> Array:
            items: Array = priced(bench, strategy, (), None, prices, ordered=False).items
            return items

    filled = max(int(np.minimum((bench.pool(strategy).items >= 0).sum(axis=1), strategy.k).sum()), 1)
    scale = PriceScale(strategy.spread, max(lists, 1), filled / max(eligible, 1))
    slates = find_crowding_prices(make, n_items, scale, report or bench.report)
    relevance = np.nan_to_num(shares_of(bench, strategy, slates.items))
    reached = (1 - strategy.diversity) * welfare(relevance, slates.slots, scale)
    gap = (1 - strategy.diversity) * slates.gap(scale)
    constrained = bool(strategy.entries(bench.today)) or strategy.overrides is not None
    slots = CrowdedSlots(slates.prices, slates.slots, slates.passes, slates.error)
    made_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    proven = strategy.diversity == 0 and not constrained
    return Crowding(scale, slots, gap / max(reached + gap, 1e-12), proven, made_at)
