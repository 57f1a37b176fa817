"""Lists whose products are chosen at a price: relevance less price chooses the k products, relevance alone orders them.

A price is in units of the scaled relevance. It works as a lift below 0 does (`constraints.rules.Lift`), except that it
leaves the order, the terms and the gains of a list as they would be without it. At λ = 1 relevance does not choose, so
prices change nothing there.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.rerank.checks import plain
from engine.rerank.slates import EMPTY_SLOT, Array, to_numpy
from engine.rerank.task import Task

CHUNK = 4096  # shoppers at a time, so that what is computed of every candidate stays small
WHOLE = 2.0**-53  # a hash of 53 bits as a share of 1
KEY = np.dtype(np.uint64)


@dataclass(frozen=True)
class Prices:
    """What every product costs the list that takes it.

    by       float [n_items], finite
    offset   width of the fixed offsets: each pair of shopper and product pays a share of it in [0, 1) besides, so that
             shoppers to whom two products are worth the same do not all take the same one
    shoppers uint64 [U], a key for each shopper; equal keys (anonymous visitors) pay the same. Not needed at offset 0
    products uint64 [n_items], a key for each product
    ordered  whether the list is put in its order without prices; False leaves it in the order in which it was chosen,
             for callers that only count products
    """

    by: Array
    offset: float = 0.0
    shoppers: Array | None = None
    products: Array | None = None
    ordered: bool = True


def checked_prices(prices: Prices, users: int, n_items: int) -> Prices:
    """The same as arrays of the widths that are computed with. Raises ValueError for shapes or values not allowed."""
    by = np.asarray(to_numpy(prices.by), np.float64)
    if by.shape != (n_items,) or not np.isfinite(by).all():
        raise ValueError(f"prices must be finite numbers [n_items = {n_items}], got {by.dtype} {by.shape}")
    if not 0 <= prices.offset < np.inf:
        raise ValueError(f"the offset of prices must be at least 0, got {prices.offset!r}")
    if prices.offset == 0:
        return Prices(by, ordered=prices.ordered)
    if prices.shoppers is None or prices.products is None:
        raise ValueError("an offset needs a key for each shopper and for each product")
    shoppers, products = (np.asarray(to_numpy(keys)) for keys in (prices.shoppers, prices.products))
    if shoppers.shape != (users,) or products.shape != (n_items,) or {shoppers.dtype, products.dtype} != {KEY}:
        raise ValueError(f"keys of prices must be uint64 [U = {users}] and uint64 [n_items = {n_items}]")
    return Prices(by, prices.offset, shoppers, products, prices.ordered)


def fill_at_prices(fill: Callable[[Task], str], task: Task, prices: Prices) -> str:
    """Fill the slots of `task`; return what computed them.

    fill: makes the lists of a Task, rules kept. `instead` and `rule` are those of the list as it was chosen.
    """
    at_price = task.diversities < 1
    used = "cpu"
    if not at_price.all():
        used = _fill_some(fill, task, task.scores, ~at_price)
    if at_price.any():
        used = _fill_some(fill, task, plain(task.scores - charged(prices, task.candidates), np.float32), at_price)
        for level in np.flatnonzero(at_price) if prices.ordered else ():
            _order(fill, task, int(level))
    return used


def charged(prices: Prices, candidates: np.ndarray) -> np.ndarray:
    """float32 [U, N]: what each candidate costs each shopper; 0 where there is none."""
    cost = np.where(candidates >= 0, prices.by[candidates], 0.0).astype(np.float32)
    if prices.offset > 0:
        assert prices.shoppers is not None and prices.products is not None, "checked_prices has seen to that"
        for start in range(0, len(candidates), CHUNK):
            rows = slice(start, start + CHUNK)
            share = _shares(prices.shoppers[rows], prices.products[candidates[rows]])
            cost[rows] += np.where(candidates[rows] >= 0, prices.offset * share, 0)
    return cost


def _shares(shoppers: np.ndarray, products: np.ndarray) -> np.ndarray:
    """float64 [u, N] in [0, 1): the finalizer of splitmix64 (Steele, Lea & Flood, OOPSLA 2014) over both keys."""
    mixed = shoppers[:, None] ^ products
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    shares: np.ndarray = (mixed >> np.uint64(11)) * WHOLE
    return shares


def _fill_some(fill: Callable[[Task], str], task: Task, scores: np.ndarray, levels: np.ndarray) -> str:
    """Fill the lists of some λ from other scores."""
    slots = np.full((len(scores), int(levels.sum()), task.slots.shape[2]), EMPTY_SLOT)
    used = fill(task._replace(scores=scores, diversities=task.diversities[levels], slots=slots))
    task.slots[:, levels] = slots
    return used


def _order(fill: Callable[[Task], str], task: Task, level: int) -> None:
    """Put the lists of one λ in the order that the method gives these products at the scores of `task`."""
    chosen = task.slots[:, [level]]
    barred = np.ones(task.candidates.shape, bool)
    for start in range(0, len(barred), CHUNK):
        rows = slice(start, start + CHUNK)
        barred[rows] = ~(task.candidates[rows, None, :] == chosen["items"][rows, 0, :, None]).any(axis=1)
    slots = np.full(chosen.shape, EMPTY_SLOT)
    fill(task._replace(diversities=task.diversities[[level]], slots=slots, barred=barred))
    same = slots["items"][:, 0, :, None] == chosen["items"][:, 0, None, :]
    place = same.argmax(axis=2)[:, None, :]
    for name in ("instead", "rule"):
        slots[name] = np.take_along_axis(chosen[name], place, axis=2)
    task.slots[:, [level]] = slots
