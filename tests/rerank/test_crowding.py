"""Crowding prices: closed forms, what must always hold, and in small shops the best lists of all, by trying."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Cancelled
from engine.rerank import (
    CrowdedSlates,
    Prices,
    PriceScale,
    find_crowding_prices,
    rerank,
    slots_of,
    welfare,
    welfare_bound,
)
from tests.rerank.crowding_cases import best_possible, by_item, crowded, dispersion, relevance_of, small_shop

SCALES = st.builds(
    PriceScale, st.floats(0.01, 1), st.integers(1, 5000).map(float), st.floats(0.001, 50, allow_subnormal=False)
)


def test_closed_form_of_the_scale() -> None:
    scale = PriceScale(0.5, 3.0, 1.0)
    np.testing.assert_allclose(scale.price([0, 1, 3]), [0, 0.25, 0.5])  # log1p(1) / log1p(3) = 1/2
    np.testing.assert_allclose(scale.potential([0, 1]), [0, 0.5 / np.log(4) * (2 * np.log(2) - 1)])
    np.testing.assert_allclose(scale.conjugate([0, 0.5]), [0, 0.5 * 3 - scale.potential(3)])


@given(SCALES)
def test_the_potential_sums_the_price_and_its_conjugate_is_the_largest_difference(scale: PriceScale) -> None:
    slots = np.linspace(0, scale.lists, 20001)
    prices = scale.price(slots)
    assert prices[0] == 0 and prices[-1] == pytest.approx(scale.spread) and (np.diff(prices) >= 0).all()
    summed = np.concatenate([[0], np.cumsum((prices[1:] + prices[:-1]) / 2 * np.diff(slots))])
    np.testing.assert_allclose(scale.potential(slots), summed, atol=2e-3 * scale.spread * scale.lists)
    for price in (0.0, scale.spread / 3, scale.spread, 2 * scale.spread):
        tried = (price * slots - scale.potential(slots)).max()
        assert scale.conjugate(price) == pytest.approx(tried, rel=1e-4, abs=1e-4 * scale.spread * scale.lists)


@pytest.mark.parametrize("spread", [0.0, 1.1, np.nan])
def test_a_spread_outside_its_range_is_refused(spread: float) -> None:
    with pytest.raises(ValueError, match="spread must be in"):
        PriceScale(spread, 10.0, 1.0)


def test_closed_form_of_lists() -> None:
    """Ten shoppers like product 0 by 1 and another one of their own by 0.9: σ = 1 leaves product 0 to a single list."""
    items = 11
    candidates = np.array([[0, own] for own in range(1, items)])
    relevance = np.tile(np.array([1.0, 0.9], np.float32), (10, 1))
    alone = rerank(relevance, candidates, np.eye(items, 4), 1, diversity=0.0).items
    lists, scale = crowded(relevance, candidates, np.eye(items, 4), 1, 1.0)
    assert slots_of(alone, items)[0] == 10
    assert lists.slots[0] <= 2 and (lists.slots[1:] > 0).sum() >= 8
    assert lists.prices[0] > 0.1 and lists.gap(scale) < 1.0


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.sampled_from([0.05, 0.3, 1.0]))
def test_the_bound_holds_and_so_does_the_gap(seed: int, spread: float) -> None:
    relevance, candidates, vectors, k = small_shop(seed)
    lists, scale = crowded(relevance, candidates, vectors, k, spread)
    items = len(vectors)
    reached = welfare(relevance_of(relevance, candidates, lists.items), lists.slots, scale)
    sets = list(combinations(range(items), k))
    worth = [np.array([own[list(some)].sum() for some in sets]) for own in by_item(relevance, candidates)]
    best = best_possible(worth, sets, items, scale.potential)
    bound = welfare_bound(relevance, candidates, lists.prices, k, scale)
    assert reached <= best + 1e-6 <= bound + 2e-6
    offsets = 0.001 * spread * k * len(candidates)
    assert bound - reached <= lists.gap(scale) + offsets + 1e-6
    assert welfare_bound(relevance, candidates, np.zeros(items), k, scale) >= best - 1e-6  # any prices give a bound


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from([0.05, 0.3, 1.0]))
def test_dispersed_lists_are_never_worth_more_than_the_best_of_all(seed: int, spread: float) -> None:
    relevance, candidates, vectors, k = small_shop(seed)
    lists, scale = crowded(relevance, candidates, vectors, k, spread, "msd", 0.4)
    sets, every = list(combinations(range(len(vectors)), k)), by_item(relevance, candidates)
    worth = [np.array([dispersion(own, vectors, some, 0.4) for some in sets]) for own in every]
    best = best_possible(worth, sets, len(vectors), lambda slots: 0.6 * scale.potential(slots))
    pairs = zip(every, lists.items, strict=True)
    reached = sum(dispersion(own, vectors, tuple(row), 0.4) for own, row in pairs)
    assert reached - 0.6 * scale.potential(lists.slots).sum() <= best + 1e-6


def test_the_order_of_shoppers_and_the_number_of_them_asked_for_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    relevance, items = rng.random((300, 40)).astype(np.float32), 60
    candidates = np.stack([rng.permutation(items)[:40] for _ in range(300)])
    vectors, keys = rng.normal(size=(items, 4)), rng.integers(2**63, size=300 + items, dtype=np.uint64)
    scale = PriceScale(0.6, 300.0, 300 * 5 / items)

    def found(order: np.ndarray) -> CrowdedSlates:
        def make(prices: np.ndarray) -> np.ndarray:
            charges = Prices(prices, 0.0006, keys[:300][order], keys[300:])
            return rerank(relevance[order], candidates[order], vectors, 5, "mmr", 0.3, prices=charges).items

        return find_crowding_prices(make, items, scale)

    plain, order = found(np.arange(300)), rng.permutation(300)
    np.testing.assert_array_equal(found(order).prices, plain.prices)
    np.testing.assert_array_equal(found(order).items, plain.items[order])
    one = Prices(plain.prices, 0.0006, keys[[7]], keys[300:])
    alone = rerank(relevance[[7]], candidates[[7]], vectors, 5, "mmr", 0.3, prices=one).items
    np.testing.assert_array_equal(alone, plain.items[[7]])


def test_it_can_be_cancelled() -> None:
    def stop(step: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        find_crowding_prices(lambda prices: np.zeros((2, 1), np.int64), 3, PriceScale(0.5, 2.0, 0.5), stop)
