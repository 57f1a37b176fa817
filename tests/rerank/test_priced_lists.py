"""Prices in the re-ranker: they choose a list's products as lifts below 0 would, and leave its order alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rerank import METHODS, Lift, Limit, Pin, Prices, rerank, sweep
from tests.rerank.cases import extras, mixed_extras, random_facets, random_pools, same
from tests.rerank.test_torch import pretended_card

LEVELS = (0.0, 0.4, 1.0)
POOLS = random_pools(users=12, pool=30)
ITEMS = len(POOLS[2])
PRICES = np.random.default_rng(5).random(ITEMS) * 0.6
KEYS = np.random.default_rng(6).integers(2**63, size=12 + ITEMS, dtype=np.uint64)


def charges(offset: float = 0.0, **more) -> Prices:
    keys = {"shoppers": KEYS[:12], "products": KEYS[12:]} if offset else {}
    return Prices(PRICES, offset, **keys, **more)


def products(slates) -> np.ndarray:
    return np.sort(slates.items, axis=-1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("normalize", ["none", "minmax"])
def test_prices_choose_what_lifts_below_0_would_choose(method: str, normalize: str) -> None:
    """The lifts are the oracle; at λ = 1, where a lift still decides the first pick, prices change nothing."""
    options = extras(method, POOLS) | {"normalize": normalize}
    priced = sweep(*POOLS, 6, method, LEVELS, prices=charges(), **options)
    lifted = sweep(*POOLS, 6, method, LEVELS, rules=[Lift(np.arange(ITEMS), -PRICES)], **options)
    plain = sweep(*POOLS, 6, method, LEVELS, **options)
    np.testing.assert_array_equal(products(priced)[:2], products(lifted)[:2])
    np.testing.assert_array_equal(priced.items[2], plain.items[2])
    assert (priced.items[0] != plain.items[0]).any(), "prices like these change lists"
    unordered = sweep(*POOLS, 6, method, LEVELS, prices=charges(ordered=False), **options)
    np.testing.assert_array_equal(unordered.items[:2], lifted.items[:2])


@pytest.mark.parametrize("method", METHODS)
def test_prices_of_0_change_nothing(method: str) -> None:
    free = Prices(np.zeros(ITEMS))
    options = mixed_extras(POOLS) | {"normalize": "minmax"}
    assert same(sweep(*POOLS, 6, method, LEVELS, prices=free, **options), sweep(*POOLS, 6, method, LEVELS, **options))


@pytest.mark.parametrize("method", ["mmr", "msd"])
def test_the_order_is_that_of_these_products_without_prices(method: str) -> None:
    """For methods that do not look at the rest of the pool, a pool of just these products gives the order."""
    scores, candidates, vectors = POOLS
    priced = rerank(*POOLS, 6, method, 0.4, prices=charges(0.01))
    match = (candidates[:, None, :] == priced.items[:, :, None]).argmax(axis=2)
    alone = rerank(np.take_along_axis(scores, match, axis=1), priced.items, vectors, 6, method, 0.4)
    for name in ("items", "relevance", "diversity", "gains", "nearest"):
        np.testing.assert_array_equal(getattr(priced, name), getattr(alone, name), err_msg=name)


@pytest.mark.parametrize("method", METHODS)
def test_terms_are_those_of_the_whole_pool_without_prices(method: str) -> None:
    """At λ = 0 relevance orders the list, and its terms are what the plain list says of the same products."""
    options = extras(method, POOLS) | {"normalize": "minmax"}
    priced = rerank(*POOLS, 6, method, 0.0, prices=charges(), **options)
    plain = rerank(*POOLS, 30, method, 0.0, **options)
    assert (np.diff(priced.relevance, axis=1) <= 0).all()
    match = plain.items[:, None, :] == priced.items[:, :, None]
    assert match.any(axis=2).all()
    np.testing.assert_array_equal(priced.relevance, np.take_along_axis(plain.relevance, match.argmax(axis=2), axis=1))


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"richness"}))
def test_the_card_makes_the_same_lists(method: str) -> None:
    options = mixed_extras(POOLS) | {"prices": charges(0.001), "normalize": "minmax"}
    processor = sweep(*POOLS, 6, method, LEVELS, **options)
    with pretended_card():
        card = sweep(*POOLS, 6, method, LEVELS, **options)
    assert (products(card) == products(processor)).all(axis=-1).mean() > 0.95  # but for gains float32 cannot tell apart
    np.testing.assert_array_equal((card.items >= 0), (processor.items >= 0))


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"richness"}))
def test_rules_are_kept(method: str) -> None:
    facets = random_facets()
    options = extras(method, POOLS) | {"facets": facets, "facet_weights": None, "normalize": "minmax"}
    limits, pin = [Limit("category", max=2, window=4)], Pin(int(POOLS[1][0, 3]), 2)
    priced = sweep(*POOLS, 6, method, LEVELS, constraints=limits, rules=[pin], prices=charges(0.01), **options)
    assert not priced.broken.any()
    assert (priced.items[:, :, 1] == pin.item).all()
    for row in priced.items.reshape(-1, 6):
        for start in range(3):
            codes = facets["category"][row[start : start + 4]]
            assert np.bincount(codes[codes >= 0], minlength=1).max() <= 2
    assert (priced.rule >= 0).any(), "some product was left out because of a rule, and the list says so"


def test_offsets_split_equals_and_equal_keys_get_equal_lists() -> None:
    scores, candidates = np.ones((200, 8), np.float32), np.tile(np.arange(8), (200, 1))
    keys = np.random.default_rng(0).integers(2**63, size=200, dtype=np.uint64)
    keys[:50] = keys[0]
    charge = Prices(np.zeros(8), 0.001, keys, KEYS[:8])
    items = rerank(scores, candidates, np.eye(8), 1, "mmr", 0.0, prices=charge).items[:, 0]
    assert len(set(items[:50])) == 1
    counts = np.bincount(items[50:], minlength=8)
    assert counts.min() >= 5, "an eighth of 150 shoppers each, more or less"


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.floats(0, 0.5), st.sampled_from(["mmr", "dpp", "cover"]))
def test_a_product_whose_price_falls_never_leaves_a_list_of_the_most_relevant(seed: int, less: float, method: str):
    pools = random_pools(users=4, pool=12, n_items=20, seed=seed)
    prices = np.random.default_rng(seed).random(20)
    before = rerank(*pools, 4, method, 0.0, prices=Prices(prices)).items
    item = int(before[0, 0])
    prices[item] -= less
    after = rerank(*pools, 4, method, 0.0, prices=Prices(prices)).items
    assert (after == item).any(axis=1)[(before == item).any(axis=1)].all()


@pytest.mark.parametrize(
    ("prices", "says"),
    [
        (Prices(np.zeros(3)), "prices must be finite numbers"),
        (Prices(np.full(ITEMS, np.nan)), "prices must be finite numbers"),
        (Prices(np.zeros(ITEMS), -1.0), "offset of prices must be at least 0"),
        (Prices(np.zeros(ITEMS), 0.1), "needs a key for each shopper"),
        (Prices(np.zeros(ITEMS), 0.1, KEYS[:3], KEYS[12:]), "keys of prices must be uint64"),
    ],
)
def test_bad_prices_are_refused(prices: Prices, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        rerank(*POOLS, 5, prices=prices)
