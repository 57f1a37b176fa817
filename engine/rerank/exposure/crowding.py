"""Crowding prices: a product costs the more, the more slots it already has over all lists together.

Each list is chosen with relevance less price, so lists share out what they would all show alike. With c_i slots of
product i over C lists, the price is p(c_i) = σ · log1p(c_i / e) / log1p(C / e); e = filled slots ÷ eligible products.
Lists and prices that fit each other maximise Σ (what lists are worth by themselves) − Σ_i ∫_0^c_i p: this is a
congestion game with a potential (Rosenthal 1973), and the potential is a concave welfare of slots, like those of Do et
al., "Two-sided fairness in rankings via Lorenz dominance", NeurIPS 2021. It is maximised as there, by the algorithm of
Frank & Wolfe (1956): slots are averaged over passes with weight 2 / (pass + 2), the next lists are the best ones at the
prices of that average. Nothing here is random, and no list depends on the order in which shoppers come.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.data import Progress, silent

Array = np.ndarray
PASSES = 12  # at most
SETTLED = 0.005  # of σ: prices have settled once a slot's price differs by less, on average, from what its slots ask


@dataclass(frozen=True)
class PriceScale:
    """How slots become prices.

    spread       σ in (0, 1], the price of a product that stands in every list, in units of scaled relevance
    lists        C > 0, the number of lists
    per_product  e > 0, the slots of a product if all eligible products had equally many
    """

    spread: float
    lists: float
    per_product: float

    def __post_init__(self) -> None:
        if not (0 < self.spread <= 1 and 0 < self.lists < np.inf and 0 < self.per_product < np.inf):
            raise ValueError(f"spread must be in (0, 1], lists and slots per product above 0; got {self}")

    @property
    def _slope(self) -> float:
        return self.spread / float(np.log1p(self.lists / self.per_product))

    def price(self, slots: Array) -> Array:
        """float64 like `slots`: the price of products with so many slots, 0 … C."""
        prices: Array = self._slope * np.log1p(np.asarray(slots, np.float64) / self.per_product)
        return prices

    def potential(self, slots: Array) -> Array:
        """float64 like `slots`: the price summed up from 0 slots, ∫_0^slots price."""
        share = np.asarray(slots, np.float64) / self.per_product
        total: Array = self._slope * self.per_product * ((1 + share) * np.log1p(share) - share)
        return total

    def conjugate(self, prices: Array) -> Array:
        """float64 like `prices`: the most that prices · c − potential(c) can be for c from 0 to C."""
        at = np.asarray(prices, np.float64)
        with np.errstate(over="ignore"):
            slots = np.clip(self.per_product * np.expm1(at / self._slope), 0, self.lists)
        value: Array = at * slots - self.potential(slots)
        return value


@dataclass(frozen=True)
class CrowdedSlots:
    """Prices and the slots of the lists that were chosen at them.

    prices  float64 [n_items], in units of scaled relevance
    slots   int64 [n_items], how many lists hold each product
    passes  how many times lists had been made when these were found
    error   how much a slot's price differs on average from the price that its product's slots ask for, as a share of σ
    """

    prices: Array
    slots: Array
    passes: int
    error: float

    def gap(self, scale: PriceScale) -> float:
        """How much welfare these lists may lack, at most, if each of them is the best one at its prices (Fenchel's
        inequality); at λ = 0 each is, but for the fixed offsets."""
        lacking = scale.conjugate(self.prices) + scale.potential(self.slots) - self.prices * self.slots
        return float(lacking.sum())


@dataclass(frozen=True)
class CrowdedSlates(CrowdedSlots):
    """The same with the lists: items int64 [U, k], the products chosen at these prices, -1 = empty slot."""

    items: Array


def find_crowding_prices(
    make: Callable[[Array], Array], n_items: int, scale: PriceScale, report: Progress = silent
) -> CrowdedSlates:
    """Prices that fit the slots of the lists chosen at them: of all passes the one that lacks least (`gap`).

    make(prices [n_items]): int64 [U, k], everybody's lists with the prices taken from relevance, -1 = empty slot.
    report: called after each pass; it may raise to cancel.
    """
    prices, average = np.zeros(n_items), np.zeros(n_items)
    best: CrowdedSlates | None = None
    for number in range(1, PASSES + 1):
        items = make(prices)
        report("rerank.crowding", number, PASSES)
        slots = slots_of(items, n_items)
        error = float(np.abs(scale.price(slots) - prices) @ slots) / max(float(slots.sum()), 1.0) / scale.spread
        lists = CrowdedSlates(prices, slots, number, error, items)
        if best is None or lists.gap(scale) < best.gap(scale):
            best = lists
        if error <= SETTLED:
            break
        average = average + (slots - average) * 2 / (number + 1)
        prices = scale.price(average)
    assert best is not None, "there is one pass at least"
    return best


def slots_of(items: Array, n_items: int) -> Array:
    """int64 [n_items]: in how many of the lists items [U, k] each product stands."""
    slots: Array = np.bincount(items[items >= 0], minlength=n_items)
    return slots


def welfare(relevance: Array, slots: Array, scale: PriceScale) -> float:
    """Σ relevance of all filled slots less the potential of `slots` [n_items]: what λ = 0 maximises.

    relevance float [U, k], NaN in empty slots.
    """
    return float(np.nansum(relevance) - scale.potential(slots).sum())


def welfare_bound(relevance: Array, candidates: Array, prices: Array, k: int, scale: PriceScale) -> float:
    """An upper bound on the welfare of any lists of k of the candidates, by weak duality.

    relevance float [U, N] of candidates int64 [U, N]; prices float [n_items], any: good ones give a tight bound.
    """
    value = np.where(candidates >= 0, relevance - prices[candidates], -np.inf)
    top = -np.partition(-value, min(k, value.shape[1]) - 1, axis=1)[:, :k] if value.shape[1] else value
    return float(np.where(np.isfinite(top), top, 0.0).sum() + scale.conjugate(prices).sum())
