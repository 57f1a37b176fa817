"""Facets: what may be passed, what must not matter, and the likeness of a few items."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rerank import METHODS, pairwise_similarity, rerank, sweep
from engine.rerank.inputs import FACET_METHODS, item_features, shopper_interests
from tests.rerank.cases import (
    BY_SIMILARITY,
    MIX,
    mixed_extras,
    odd_pools,
    random_facets,
    random_pools,
    random_profiles,
    same,
)
from tests.rerank.oracle import divergence
from tests.rerank.oracle import likeness as known_likeness

LEVELS = (0.0, 0.4, 1.0)
methods = st.sampled_from(list(METHODS))


@settings(deadline=None)
@given(odd_pools(), methods, st.permutations(range(7)), st.permutations(range(22)))
def test_numbers_of_the_values_do_not_matter(pools, method, categories, brands):
    extra = mixed_extras(pools)
    facets, profiles = dict(extra["facets"]), dict(extra["profiles"])
    for name, turn in (("category", np.array(categories)), ("brand", np.array(brands))):
        facets[name] = np.where(facets[name] >= 0, turn[facets[name]], -1)
        profiles[name] = profiles[name][:, np.argsort(turn)]
    turned = extra | {"facets": facets, "profiles": profiles}
    assert same(sweep(*pools, 5, method, LEVELS, **extra), sweep(*pools, 5, method, LEVELS, **turned))


@settings(deadline=None)
@given(odd_pools(), methods, st.integers(-20, 20))
def test_size_of_weights_and_of_profiles_does_not_matter(pools, method, power):
    extra = mixed_extras(pools)
    scaled = extra | {
        "facet_weights": {name: weight * 2.0**power for name, weight in MIX.items()},
        "profiles": {name: shares * 2.0**power for name, shares in extra["profiles"].items()},
    }
    assert same(sweep(*pools, 5, method, LEVELS, **extra), sweep(*pools, 5, method, LEVELS, **scaled))


@pytest.mark.parametrize("method", BY_SIMILARITY)
def test_facets_without_weight_change_nothing(method):
    pools = random_pools()
    plain = sweep(*pools, 8, method, LEVELS)
    facets = random_facets()
    assert same(plain, sweep(*pools, 8, method, LEVELS, facets=facets))
    weights = {"embedding": 3, "brand": 0, "nowhere": 0}
    assert same(plain, sweep(*pools, 8, method, LEVELS, facets=facets, facet_weights=weights))


def test_a_facet_alone_makes_mmr_take_turns():
    scores = np.array([[6.0, 5.0, 4.0, 3.0]])
    slates = rerank(
        scores,
        np.array([[0, 1, 2, 3]]),
        np.ones((4, 2)),
        k=4,
        method="mmr",
        diversity=0.99,
        facets={"brand": np.array([0, 0, 1, -1])},
        facet_weights={"brand": 1},
    )
    assert slates.items.tolist() == [[0, 2, 1, 3]]  # of unknown brand: no reason to prefer it to another of brand 0
    np.testing.assert_allclose(slates.similarity, [[np.nan, 0, 1, np.nan]])
    assert slates.nearest.tolist() == [[-1, 0, 0, -1]]


def test_twice_the_price_is_half_alike():
    prices = np.array([2.0, 4.0, 0.0, np.nan, 8.0, 2.0])
    alike = pairwise_similarity(np.arange(6), np.ones((6, 1)), {"price": prices}, {"price": 1})
    np.testing.assert_allclose(alike[0], [1, 0.5, 0, 0, 0.25, 1], rtol=1e-6)
    np.testing.assert_allclose(np.diag(alike), 1)


def test_likeness_is_the_definition_and_what_slates_record():
    pools = random_pools(users=3, pool=20)
    extra = mixed_extras(pools)
    facets, weights = extra["facets"], extra["facet_weights"]
    items = pools[1][0]
    own = {name: values[items] for name, values in facets.items()}
    expected = known_likeness(pools[2][items], own, weights)
    np.testing.assert_allclose(pairwise_similarity(items, pools[2], facets, weights), expected, atol=1e-6)
    for method in METHODS:
        slates = rerank(*pools, k=8, method=method, diversity=0.5, **extra)
        for user, slate in enumerate(slates.items):
            alike = pairwise_similarity(slate, pools[2], facets, weights)
            for rank in range(1, 8):
                named = list(slate).index(slates.nearest[user, rank])
                assert slates.similarity[user, rank] == pytest.approx(alike[rank, :rank].max(), abs=1e-6)
                assert alike[rank, named] == pytest.approx(alike[rank, :rank].max(), abs=1e-6)


def test_likeness_of_nothing_of_twins_and_of_zero_rows():
    vectors = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 0.0]])
    assert pairwise_similarity(np.zeros(0, int), vectors).shape == (0, 0)
    np.testing.assert_allclose(
        pairwise_similarity([1, 0, 2, 0], vectors), [[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0], [0, 1, 0, 1]]
    )


def test_xquad_closed_form():
    scores, codes = np.array([[5.0, 4.0, 3.0, 2.0, 1.0]]), np.array([0, 0, 1, 2, -1])
    pools = scores, np.arange(5)[None], np.eye(5)
    shares = {"brand": np.array([[1.0, 1.0, 2.0]])}
    slates = rerank(*pools, k=5, method="xquad", diversity=1, facets={"brand": codes}, profiles=shares)
    assert slates.items.tolist() == [[0, 3, 2, 1, 4]]
    np.testing.assert_allclose(slates.diversity, [[0.25, 0.5, 0.25, 0, 0]])
    alone = rerank(*pools, k=5, method="xquad", diversity=1, facets={"brand": codes})
    assert alone.items.tolist() == [[0, 2, 3, 1, 4]]  # without a profile the three brands count alike
    np.testing.assert_allclose(alone.diversity, [[1 / 3, 1 / 3, 1 / 3, 0, 0]], rtol=1e-6)


def test_calibrated_ends_at_the_profile():
    rng = np.random.default_rng(0)
    codes = np.repeat([0, 1, 2], 20)
    pools = rng.random((1, 60)), np.arange(60)[None], rng.standard_normal((60, 4))
    shares = {"genre": np.array([[0.7, 0.2, 0.1]])}
    slates = rerank(*pools, k=10, method="calibrated", diversity=1, facets={"genre": codes}, profiles=shares)
    assert np.bincount(codes[slates.items[0]]).tolist() == [7, 2, 1]
    assert slates.diversity[0, -1] == pytest.approx(0, abs=1e-6)
    assert slates.diversity[0, 0] == pytest.approx(
        -divergence(codes[slates.items[0, :1]], shares["genre"][0]), abs=1e-6
    )


def test_calibrated_without_a_known_value_is_as_far_from_the_profile_as_can_be():
    """Where no candidate knows a value, none can be filled in from another one."""
    pools = np.array([[3.0, 2.0, 1.0]]), np.arange(3)[None], np.eye(3)
    extra = {"facets": {"genre": np.full(3, -1)}, "profiles": {"genre": np.array([[0.75, 0.25]])}}
    for device in ("cpu", "auto"):
        slates = rerank(*pools, k=3, method="calibrated", diversity=1, device=device, **extra)
        assert slates.items.tolist() == [[0, 1, 2]]
        np.testing.assert_allclose(slates.diversity, np.log2(0.01), rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_torch_facets_and_profiles(method):
    pools = random_pools()
    extra = mixed_extras(pools)
    tensors = extra | {
        "facets": {name: torch.from_numpy(values) for name, values in extra["facets"].items()},
        "profiles": {name: torch.from_numpy(shares) for name, shares in extra["profiles"].items()},
    }
    assert same(rerank(*pools, 6, method, **extra), rerank(*pools, 6, method, **tensors))


def test_large_code_numbers_need_no_large_tables():
    codes = np.array([10**12, 5, -1, 10**12])
    bundle = shopper_interests("xquad", 4, 2, {"brand": codes}, None, None)
    assert bundle.codes[:, 0].tolist() == [1, 0, -1, 1] and bundle.shares.shape == (2, 2)
    plain = item_features(np.eye(4, dtype=np.float32), {"brand": codes}, {"brand": 1})
    assert plain.codes.shape == (4, 1) and plain.weights.tolist() == [0, 0, 1]


CODES = np.array([0, 1, -1])
SCORES, POOL, VECTORS = np.array([[2.0, 1.0]]), np.array([[0, 1]]), np.eye(3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"facet_weights": {"brand": 1}}, "'brand' has a weight but no values"),
        ({"facet_weights": {"price": 1}}, "'price' has a weight but no values"),
        ({"facet_weights": {"embedding": -1}}, "at least 0.*'embedding' has -1"),
        ({"facet_weights": {"embedding": float("nan")}}, "at least 0"),
        ({"facet_weights": {"embedding": float("inf")}}, "at least 0"),
        ({"facet_weights": {"embedding": 0}}, "positive"),
        ({"facet_weights": {}}, "positive"),
        ({"facet_weights": {"embedding": "much"}}, "must be numbers"),
        ({"facets": {"brand": CODES[:2]}, "facet_weights": {"brand": 1}}, r"n_items = 3.*got int64 \(2,\)"),
        ({"facets": {"brand": CODES / 2}, "facet_weights": {"brand": 1}}, "integer codes"),
        ({"facets": {"brand": CODES - 1}, "facet_weights": {"brand": 1}}, "got -2"),
        ({"facets": {"price": CODES[:2]}, "facet_weights": {"price": 1}}, "prices"),
        ({"facets": {"price": np.array(["a"] * 3)}, "facet_weights": {"price": 1}}, "prices"),
        ({"method": "xquad"}, "xquad needs a facet"),
        ({"method": "richness", "facets": {"price": CODES}}, "richness needs a facet"),
        ({"method": "xquad", "facets": {"brand": CODES}, "facet_weights": {"embedding": 1}}, "xquad needs a facet"),
        ({"method": "calibrated", "facets": {"brand": CODES}}, "calibrated needs profiles"),
        ({"method": "calibrated", "facets": {"brand": CODES}, "profiles": {"brand": np.ones((1, 1))}}, "n_values >= 2"),
        ({"method": "xquad", "facets": {"brand": CODES}, "profiles": {"brand": np.ones((2, 2))}}, "U = 1"),
        ({"method": "xquad", "facets": {"brand": CODES}, "profiles": {"brand": -np.ones((1, 2))}}, "at least 0"),
        ({"method": "xquad", "facets": {"brand": CODES}, "profiles": {"brand": np.full((1, 2), np.nan)}}, "finite"),
        ({"device": "gpu"}, "auto, cpu, cuda"),
    ],
)
def test_bad_facets_are_refused_with_a_reason(change, message):
    with pytest.raises(ValueError, match=message):
        rerank(**{"scores": SCORES, "candidates": POOL, "embeddings": VECTORS} | change)


@pytest.mark.parametrize(
    ("items", "message"),
    [([3], "0 to 2"), ([-1], "0 to 2"), ([0.5], "integers"), ([[1]], r"\[m\]")],
)
def test_likeness_refuses_rows_there_are_none_of(items, message):
    with pytest.raises(ValueError, match=message):
        pairwise_similarity(items, VECTORS)


def test_likeness_refuses_broken_embeddings():
    with pytest.raises(ValueError, match="finite"):
        pairwise_similarity([0], np.array([[np.nan], [1.0]]))


@pytest.mark.parametrize("method", FACET_METHODS)
def test_no_profile_is_a_row_of_zeros(method):
    """For such a shopper calibrated is the top-k, and xquad what it is without profiles."""
    pools = random_pools(users=4)
    facets, none = random_facets(), {name: shares * 0 for name, shares in random_profiles(4).items()}
    given = rerank(*pools, 10, method, 0.6, facets=facets, profiles=none)
    if method == "calibrated":
        assert same_items(given, rerank(*pools, 10, "mmr", 0)) and (given.diversity == 0).all()
    else:
        assert same_items(given, rerank(*pools, 10, method, 0.6, facets=facets))


def same_items(left, right):
    return np.array_equal(left.items, right.items)
