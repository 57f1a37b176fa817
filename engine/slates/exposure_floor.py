"""A strategy's exposure floor: the values worst off, their exposure over all lists, and the prices it takes."""

from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench
from engine.data.problems import refuse
from engine.rerank import Lift, PricedSlates, fair_limits, find_prices, group_exposure, reachable_exposure, unreachable
from engine.slates.crowding import crowding_prices
from engine.slates.priced import priced
from engine.strategy.rules import Constraint
from engine.strategy.strategy import Exposure, Strategy

Array = np.ndarray
HIGHEST = 16.0  # price at λ = 0, of a relevance from 0 to 1; more at a higher λ, which leaves relevance less weight
TRIES = 5  # halvings of the share of their due that all values can get


@dataclass(frozen=True)
class ExposureOutcome:
    """Lists under an exposure floor, over all shoppers of a bench.

    names   values of the facet, one group each, or all those that are worst off in one group
    codes   int64 [n_items], each item's group, -1 = none
    due     float64 [G], each group's share of purchases before the cut-off
    before  float64 [G], its share of exposure without the floor; `lists.exposure` is its share with it
    floors  float64 [G], the share that the floor asks for; `lists.prices` are the prices that this takes
    least   for "max-min", the largest share of its due that every value can get at full strength; else `floor`
    """

    names: list[list[str]]
    codes: Array
    due: Array
    before: Array
    floors: Array
    least: float
    lists: PricedSlates


def fair_share_constraints(facet: str, value: str, k: int, share: float, alpha: float = 0.1) -> list[Constraint]:
    """FA*IR as constraints of a strategy: how many of every list's first places hold one value (`rerank.fair_share`).

    share in (0, 1): of protected products asked for; alpha in (0, 1): how often a fair list may be called unfair.
    Raises ValueError outside these ranges.
    """
    limits = fair_limits(facet, 0, k, share, alpha)
    return [Constraint(facet=facet, value=value, min=limit.min, first=limit.first) for limit in limits]


def exposure_outcome(bench: Bench, strategy: Strategy) -> ExposureOutcome | None:
    """The lists under the strategy's exposure floor; None where it has none. Computed once for each strategy and day's
    rules.

    Raises InputError for a facet that the shop lacks, a shop without purchases, and a floor that no lists reach.
    """
    exposure = strategy.exposure
    if exposure is None:
        return None
    make = _all_values if exposure.floor == "max-min" else _worst_off
    key = ("exposure", strategy, tuple(strategy.entries(bench.today)))
    return bench.cached(key, lambda: make(bench, strategy.at(exposure=None), exposure))


def exposure_lifts(bench: Bench, strategy: Strategy) -> list[Lift]:
    """The prices that the floor adds to relevance; [] without a floor, or if it is met without prices."""
    outcome = exposure_outcome(bench, strategy)
    return [] if outcome is None else _lifts(outcome.codes, outcome.lists.prices)


def _lifts(codes: Array, prices: Array) -> list[Lift]:
    priced = np.flatnonzero((codes >= 0) & (prices[codes] > 0))
    return [Lift(priced, prices[codes[priced]])] if len(priced) else []


def worst_off_items(bench: Bench, strategy: Strategy, facet: str, share: float = 0.25) -> tuple[Array, float]:
    """The products of the values of a facet that get least exposure for their due in the lists without exposure floor.

    share: of the facet's values. Returns bool [n_items], and the share in (0, 1] of all exposure that these products
    are due together. Raises InputError for a facet that the shop lacks, and for a shop without purchases.
    """
    codes, _, due, _, worst = _worst(bench, strategy, facet, share)
    return np.isin(codes, worst), float(due[worst].sum())


def _worst(bench: Bench, strategy: Strategy, facet: str, share: float) -> tuple[Array, list[str], Array, Array, Array]:
    """Codes, names, dues and exposures of a facet's values, and the numbers of those that have least for their due;
    among equals those that sell most."""
    codes, names, due = _dues(bench, facet)
    had = group_exposure(_without_floor(bench, strategy), codes, len(names))
    known = np.flatnonzero(due > 0)
    order = known[np.lexsort((-due[known], had[known] / due[known]))]
    return codes, names, due, had, np.sort(order[: max(1, round(share * len(known)))])


def _worst_off(bench: Bench, strategy: Strategy, exposure: Exposure) -> ExposureOutcome:
    """One group: the values that are worst off."""
    codes, names, due, had, worst = _worst(bench, strategy, exposure.facet, exposure.worst)
    group = np.where(np.isin(codes, worst), 0, -1)
    owed, before = due[[worst]].sum(axis=1), had[[worst]].sum(axis=1)
    assert isinstance(exposure.floor, float)
    floors = np.maximum(before + exposure.strength * (exposure.floor * owed - before), 0.0)
    slates = _priced_slates(bench, strategy, group, np.where(exposure.floor * owed > before, floors, 0.0))
    if slates.short.any():
        raise _unreachable(bench, strategy, exposure, group, owed, floors, slates)
    return ExposureOutcome([[names[value] for value in worst]], group, owed, before, floors, exposure.floor, slates)


def _all_values(bench: Bench, strategy: Strategy, exposure: Exposure) -> ExposureOutcome:
    """A group for each value with sales that is in some pool. Dues that the pools cannot give are left out."""
    codes, names, due = _dues(bench, exposure.facet)
    pool = bench.pool(strategy)
    reachable = reachable_exposure(pool.items, codes, len(names), strategy.k)
    known = np.flatnonzero((due > 0) & (reachable > 0))
    number = np.full(len(names) + 1, -1)
    number[known] = np.arange(len(known))
    group, owed = number[codes], np.minimum(due, reachable)[known]
    before = group_exposure(_without_floor(bench, strategy), group, len(known))

    def largest() -> float:
        low, high = 0.0, 1.0
        if not _priced_slates(bench, strategy, group, owed, halvings=0).short.any():
            return high
        for _ in range(TRIES):
            middle = (low + high) / 2
            failed = _priced_slates(bench, strategy, group, middle * owed, halvings=0).short.any()
            low, high = (low, middle) if failed else (middle, high)
        return low

    least = bench.cached(("max-min", strategy, exposure.facet, tuple(strategy.entries(bench.today))), largest)
    floors = exposure.strength * least * owed
    slates = _priced_slates(bench, strategy, group, floors)
    return ExposureOutcome([[names[value]] for value in known], group, owed, before, floors, least, slates)


def _dues(bench: Bench, facet: str) -> tuple[Array, list[str], Array]:
    """Codes, names and each value's share of the purchases before the cut-off, among what the model may show."""
    facets = bench.evidence("all").facets
    if facet not in facets:
        fix = f"take one of {', '.join(facets)}" if facets else "add a column such as provider to the products"
        raise refuse("strategy", "unknown_facet", "this shop has no such facet", fix, loc=("exposure",), value=facet)
    codes, names = facets[facet]
    rows = np.asarray(bench.model.items)[codes[bench.model.items] >= 0]
    sold = np.bincount(codes[rows], bench.history.sold()[rows], minlength=len(names))
    if not sold.sum():
        raise refuse(
            "strategy", "no_purchases", "exposure is due by purchases, and none are known", "leave exposure out"
        )
    return codes, list(names), sold / sold.sum()


def _without_floor(bench: Bench, strategy: Strategy) -> Array:
    """int64 [U, k]: the lists of a strategy without exposure floor."""
    items: Array = priced(bench, strategy, (), None, crowding_prices(bench, strategy)).items
    return items


def _priced_slates(bench: Bench, strategy: Strategy, codes: Array, floors: Array, **options: int) -> PricedSlates:
    crowding = crowding_prices(bench, strategy)

    def make(prices: Array) -> Array:
        items: Array = priced(bench, strategy, _lifts(codes, prices), None, crowding).items
        return items

    return find_prices(make, codes, floors, HIGHEST / max(1 - strategy.diversity, 1 / HIGHEST), bench.report, **options)


def _unreachable(
    bench: Bench, strategy: Strategy, exposure: Exposure, codes: Array, owed: Array, floors: Array, slates: PricedSlates
) -> Exception:
    proven = unreachable(bench.pool(strategy).items, codes, floors, strategy.k, slates)
    sure = "no lists from these candidates do" if proven else "none were found"
    problem = f"no more than {slates.exposure[0]:.2%} of exposure was reached, {floors[0]:.2%} were asked for; {sure}"
    fix = "ask for a lower floor, or take a larger pool"
    details = {"reached": f"{slates.exposure[0] / owed[0]:.4f}"}  # of their due
    return refuse("strategy", "out_of_reach", problem, fix, loc=("exposure", "floor"), value=f"{exposure.floor}",
                  details=details)  # fmt: skip
