"""Exposure floors over all shoppers' lists together: a price for each group of items, added to their relevance.

Exposure of rank j is 1/log2(1 + j). The best lists that give groups their floors are, by Lagrange, those that a price
per group makes: relevance plus price, ranked shopper by shopper. Prices rise from 0 wherever a floor is missed, as in
an ascending auction (Demange, Gale, Sotomayor 1986): for top-k lists a rise only takes from the other groups, so no
price is ever raised in vain. Then they are halved back as far as the floors still hold. Nothing here is random.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.data import Progress, silent
from engine.metrics.slates import discount

Array = np.ndarray
STEP = 0.02  # by which a price is raised, of a relevance from 0 to 1
STEEP = 1.0  # from this price on each step is twice the last
HALVINGS = 10
HELD = 1e-9  # a floor missed by less is held


@dataclass(frozen=True)
class PricedSlates:
    """Lists under exposure floors.

    prices    float64 [G], what each group's items gain in relevance; all 0 where the floors hold anyway
    items     int64 [U, k], the lists at those prices
    exposure  float64 [G], each group's share of all exposure
    short     bool [G], groups below their floor at the highest price
    rounds    how many times lists were made
    """

    prices: Array
    items: Array
    exposure: Array
    short: Array
    rounds: int


def find_prices(
    make: Callable[[Array], Array],
    codes: Array,
    floors: Array,
    highest_price: float,
    report: Progress = silent,
    halvings: int = HALVINGS,
) -> PricedSlates:
    """Low prices at which every group has at least its floor.

    make(prices [G]): int64 [U, k], everybody's lists with prices[codes] added to relevance, -1 = empty slot.
    codes: int64 [n_items], each item's group, -1 = none; floors: float [G], shares of all exposure in [0, 1].
    highest_price: the highest one tried, at which nothing but the price counts; where a floor is missed even there, the
    lists at the highest prices come back with `short` set. report: called each time lists were made; it may raise to
    cancel. halvings: of the last step; with 0 it is only found out whether the floors can be held, and prices are up to
    a step too high. Raises ValueError for a floor outside [0, 1], floors that sum to more than 1, or a `highest_price`
    that is not above 0.
    """
    wanted = np.asarray(floors, np.float64)
    if not ((wanted >= 0) & (wanted <= 1)).all() or wanted.sum() > 1 + HELD:
        raise ValueError("floors must be shares from 0 to 1 that sum to at most 1")
    if not 0 < highest_price < np.inf:
        raise ValueError(f"the highest price must be above 0, got {highest_price}")
    steps = (
        int(min(highest_price, STEEP) / STEP + np.log2(max(highest_price, STEEP) / STEP)) + halvings
    )  # about as many as can be
    rounds = 0

    def tried(prices: Array) -> PricedSlates:
        nonlocal rounds
        items = make(prices)
        rounds += 1
        report("rerank.exposure.prices", min(rounds, steps), steps)
        got = group_exposure(items, codes, len(wanted))
        return PricedSlates(prices.copy(), items, got, got < wanted - HELD, rounds)

    low, high = np.zeros(len(wanted)), np.zeros(len(wanted))
    slates = _raised(tried, tried(high), low, high, np.full(len(wanted), STEP), highest_price)
    if slates.short.any() or not high.any():
        return slates
    for _ in range(halvings):
        middle = (low + high) / 2
        trial = tried(middle)
        low, high = np.where(trial.short, middle, low), np.where(trial.short, high, middle)
        if not trial.short.any():
            slates = trial
    if (slates.prices > high).any():  # prices that were halved one by one must hold together as well
        last = _raised(tried, tried(high), low, high, np.maximum(high - low, STEP / 2**HALVINGS), highest_price)
        slates = slates if last.short.any() or last.prices.sum() > slates.prices.sum() else last
    return PricedSlates(slates.prices, slates.items, slates.exposure, slates.short, rounds)


def _raised(
    tried: Callable[[Array], PricedSlates],
    slates: PricedSlates,
    low: Array,
    high: Array,
    step: Array,
    highest_price: float,
) -> PricedSlates:
    """Raise prices `high` [G] in place where floors are missed; `low` follows, as the last price that missed."""
    while (slates.short & (high < highest_price)).any():
        low[slates.short] = high[slates.short]
        high[slates.short] = np.minimum(high + step, highest_price)[slates.short]
        step = np.where(slates.short & ((high >= STEEP) | (step < STEP)), step * 2, step)
        slates = tried(high)
    return slates


def group_exposure(items: Array, codes: Array, groups: int) -> Array:
    """float64 [G]: each group's share of the exposure of all filled slots of items [U, k], whatever their group."""
    weight = np.broadcast_to(discount(items.shape[1]), items.shape)
    filled = items >= 0
    group = np.where(filled, codes[items], -1)
    sums = np.bincount(group[group >= 0], weight[group >= 0], minlength=groups)
    return sums / max(float(weight[filled].sum()), np.finfo(float).tiny)


def reachable_exposure(candidates: Array, codes: Array, groups: int, k: int) -> Array:
    """The most exposure that lists of k of the candidates [U, N] can give each group by itself, float64 [G]."""
    user, slot = np.nonzero(candidates >= 0)
    group = codes[candidates[user, slot]]
    there, count = np.unique(user[group >= 0] * groups + group[group >= 0], return_counts=True)
    gained = np.concatenate([[0.0], np.cumsum(discount(k))])
    sums = np.bincount(there % groups, gained[np.minimum(count, k)], minlength=groups)
    return sums / _whole(candidates, k)


def unreachable(candidates: Array, codes: Array, floors: Array, k: int, slates: PricedSlates) -> bool:
    """Whether it is proven that no lists of k of the candidates [U, N] hold all floors.

    It is if some group, the groups that are short, or all groups weighted by their prices cannot get as much as their
    floors ask for, whatever the lists. False proves nothing.
    """
    if (reachable_exposure(candidates, codes, len(floors), k) < floors - HELD).any():
        return True
    directions = (slates.short.astype(float), slates.prices)
    none = np.zeros(candidates.shape)
    return any(
        _best(none, candidates, codes, way, k) / _whole(candidates, k) < way @ floors - HELD for way in directions
    )


def relevance_bound(scores: Array, candidates: Array, codes: Array, floors: Array, prices: Array, k: int) -> float:
    """An upper bound on the discounted relevance, summed over shoppers, of any lists that hold the floors (weak
    duality).

    scores float [U, N] of candidates int64 [U, N]; prices float [G] >= 0, any: good ones give a tight bound.
    """
    best = _best(scores, candidates, codes, prices, k)
    return best - float(prices @ floors) * _whole(candidates, k)


def _best(scores: Array, candidates: Array, codes: Array, prices: Array, k: int) -> float:
    """Σ over shoppers of the most discounted score plus price that a list of k can have."""
    known = candidates >= 0
    group = np.where(known, codes[candidates], -1)
    value = np.where(known, scores + np.where(group >= 0, prices[group], 0.0), -np.inf)
    top = -np.sort(-value, axis=1)[:, :k]
    return float((np.where(np.isfinite(top), top, 0.0) @ discount(top.shape[1])).sum())


def _whole(candidates: Array, k: int) -> float:
    """All exposure there is in lists of k of these candidates."""
    gained = np.concatenate([[0.0], np.cumsum(discount(k))])
    return max(float(gained[np.minimum((candidates >= 0).sum(axis=1), k)].sum()), np.finfo(float).tiny)
