"""Crowding prices of a strategy: what spread σ charges every product, found over the lists of all shoppers."""

from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench
from engine.bench.scores import shares_of
from engine.rerank import CrowdedSlates, PriceScale, find_crowding_prices, welfare
from engine.slates.effective_lambdas import effective_lambdas, lists_of_plan
from engine.slates.priced import priced
from engine.strategy.strategy import Strategy

Array = np.ndarray
KEPT = 128  # prices that stay in memory: those of every point of a plane of 11 × 11


@dataclass(frozen=True)
class Crowding:
    """The prices that a strategy charges, and the lists over which they were found.

    scale   how slots become prices
    lists   prices float64 [n_items], slots int64 [n_items], items int64 [U, k] in no order
    gap     how much of the welfare that lists could have at most these lack, as a share of it: proven at λ = 0 without
            rules that lists must keep, else an estimate
    proven  whether `gap` is a bound
    """

    scale: PriceScale
    lists: CrowdedSlates
    gap: float
    proven: bool


def crowding_prices(bench: Bench, strategy: Strategy) -> Array | None:
    """float64 [n_items]: what each product costs a list of the strategy; None where nothing has a price."""
    outcome = crowding(bench, strategy)
    return None if outcome is None else outcome.lists.prices


def crowding(bench: Bench, strategy: Strategy) -> Crowding | None:
    """The crowding of a strategy, found once over all shoppers; None without spread, and at λ = 1, where relevance, and
    so every price, counts for nothing.

    An exposure floor is left out: it adds to relevance at these prices. Overrides give each list the λ that they would
    give it without spread. Raises InputError as `make_slates` does.
    """
    if not strategy.spread or (strategy.diversity == 1 and not strategy.overrides):
        return None
    plain = strategy.at(exposure=None, floor=None)
    outcome: Crowding = bench.memo("crowding", KEPT).get(plain, lambda: _find(bench, plain))
    return outcome


def _find(bench: Bench, strategy: Strategy) -> Crowding:
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
    slates = find_crowding_prices(make, n_items, scale, bench.report)
    relevance = np.nan_to_num(shares_of(bench, strategy, slates.items))
    reached = (1 - strategy.diversity) * welfare(relevance, slates.slots, scale)
    gap = (1 - strategy.diversity) * slates.gap(scale)
    constrained = bool(strategy.entries(bench.today)) or strategy.overrides is not None
    return Crowding(scale, slates, gap / max(reached + gap, 1e-12), strategy.diversity == 0 and not constrained)
