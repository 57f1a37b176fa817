"""Unknown values neither win nor lose, and change nothing where all is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rerank import METHODS, rerank, sweep
from engine.rerank.checks import plain
from engine.rerank.constraints.rules import constraint_arrays
from engine.rerank.dispatch import ordered
from engine.rerank.imputation import with_imputed
from engine.rerank.inputs import FACET_METHODS, item_features, shopper_interests
from engine.rerank.slates import EMPTY_SLOT
from engine.rerank.task import Task, no_bars
from tests.rerank.cases import BY_SIMILARITY, MIX, mixed_extras, odd_pools, part, random_facets, random_pools
from tests.rerank.oracle import similarity, stand_in
from tests.rerank.test_torch import pretended_card

USERS, POOL = 1000, 60


def completed(pools, facets, weights):
    """Each user's embeddings and facets as the methods by similarity see them."""
    scores, candidates, embeddings = pools
    candidates = plain(candidates, np.int64)
    likeness = item_features(plain(embeddings, np.float32), facets, weights)
    none = shopper_interests("mmr", len(embeddings), len(scores), None, None, None)
    rules = constraint_arrays((), (), facets, len(embeddings), 1)
    slots = np.full((len(scores), 1, 1), EMPTY_SLOT)
    task = Task(
        plain(scores, np.float32), candidates, candidates, likeness, none, rules, np.zeros(1), slots, no_bars(1)
    )
    return with_imputed(ordered(task, "none")).features


def blanked(method, source, seed=0):
    """Pools whose products are all different, and a tenth of one source unknown: what `sweep` takes, and which."""
    rng = np.random.default_rng(seed)
    items = USERS * POOL
    blank = rng.random(items) < 0.1
    scores, candidates = rng.random((USERS, POOL)).astype(np.float32), np.arange(items).reshape(USERS, POOL)
    vectors = np.zeros((items, 8), np.float32)
    vectors[:] = rng.standard_normal((items, 8)) + 0.5
    category, price = rng.integers(0, 10, items), np.exp(rng.normal(0, 1, items))
    {"category": category, "price": price, "embedding": vectors}[source][blank] = {"category": -1}.get(source, 0)
    extra = {"facets": {"category": category, "price": price}, "facet_weights": {source: 1.0}}
    if method in FACET_METHODS:
        extra["profiles"] = {"category": rng.dirichlet(np.ones(10), USERS)}
    return (scores, candidates, vectors), extra, blank


SHARES = [(method, "category") for method in METHODS] + [
    (method, source) for method in ("mmr", "msd", "dpp", "ssd") for source in ("price", "embedding")
]


@pytest.mark.parametrize(("method", "source"), SHARES)
def test_values_blanked_at_random_keep_their_share(method, source):
    pools, extra, blank = blanked(method, source)
    plain_share, *shares = blank[sweep(*pools, 10, method, (0, 0.3, 0.9), device="cpu", **extra).items].mean(
        axis=(1, 2)
    )
    for share in shares:
        assert 0.8 <= share / plain_share <= 1.1


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"richness"}))
def test_the_same_share_on_a_card(method):
    pools, extra, blank = blanked(method, "category")
    with pretended_card():
        shares = blank[sweep(*pools, 10, method, (0, 0.9), **extra).items].mean(axis=(1, 2))
    assert 0.8 <= shares[1] / shares[0] <= 1.1


def test_closed_form():
    """By relevance 0 … 5; brand of 2 and 4 unknown, text of 5 too. Texts: 2 is like 0, 4 like 1."""
    vectors = np.array([[1, 0], [0, 1], [1, 0.1], [1, 1], [0.1, 1], [0, 0]], np.float32)
    facets = {"brand": np.array([7, 8, -1, 9, -1, 8]), "price": np.array([1, 1, 1, 0, 1, 1.0])}
    pools = np.array([[6, 5, 4, 3, 2, 1.0]]), np.arange(6)[None], vectors
    mixed = completed(pools, facets, {"embedding": 1.0, "brand": 1.0})
    assert mixed.codes[mixed.value_rows[0], 0].tolist() == [7, 8, 7, 9, 8, 8]
    assert mixed.texts[0].tolist() == [0, 1, 2, 3, 4, 1]  # of brand 8, as it is
    alone = completed(pools, facets, {"brand": 1.0})
    assert alone.codes[alone.value_rows[0], 0].tolist() == [7, 8, 9, 9, 8, 8]  # the next less relevant
    priced = completed(pools, facets, {"price": 1.0})
    np.testing.assert_allclose(priced.prices[priced.value_rows[0]], 0)


@settings(deadline=None, max_examples=60)
@given(odd_pools(), st.booleans())
def test_features_are_those_of_the_definition_and_kernels_positive_semi_definite(pools, alone):
    facets, weights = random_facets(len(pools[2])), {"category": 1.0} if alone else MIX
    found = completed(pools, facets, weights)
    for user, pool in enumerate(pools[1]):
        valid = pool >= 0
        own = {name: values[pool[valid]] for name, values in facets.items()}
        if not valid.any():
            continue
        vectors, values, borrows = stand_in(pools[0][user][valid], pools[2][pool[valid]], own, weights)
        assert (found.value_rows[user][valid] != pool[valid]).tolist() == borrows.tolist()
        if "category" in weights and alone:
            assert found.codes[found.value_rows[user][valid], 0].tolist() == values["category"].tolist()
        alike = similarity(vectors, values, weights)
        assert np.linalg.eigvalsh(alike).min() > -1e-9


@settings(deadline=None, max_examples=60)
@given(odd_pools(), st.sampled_from(list(METHODS)), st.randoms(use_true_random=False))
def test_order_of_the_candidates_does_not_matter(pools, method, random):
    """Where no scores are equal."""
    scores, candidates, embeddings = pools
    scores = scores + np.arange(scores.shape[1], dtype=np.float32) / 64
    turn = list(range(scores.shape[1]))
    random.shuffle(turn)
    extra = mixed_extras(pools)
    one = sweep(scores, candidates, embeddings, 5, method, (0,), **extra)
    other = sweep(scores[:, turn], candidates[:, turn], embeddings, 5, method, (0,), **extra)
    np.testing.assert_array_equal(one.items, other.items)
    left, right = (
        completed((scores[:, t], candidates[:, t], embeddings), extra["facets"], MIX) for t in (slice(None), turn)
    )
    some = candidates[:, turn] >= 0  # an empty slot has no row of values
    np.testing.assert_array_equal(left.codes[left.value_rows[:, turn][some]], right.codes[right.value_rows[some]])
    np.testing.assert_array_equal(left.prices[left.value_rows[:, turn][some]], right.prices[right.value_rows[some]])
    np.testing.assert_array_equal(left.texts[:, turn], right.texts)


@pytest.mark.parametrize("method", BY_SIMILARITY)
def test_where_all_is_known_nothing_is_borrowed(method):
    pools = random_pools()
    facets = {name: np.where(values > 0, values, 1) for name, values in random_facets().items()}
    found = completed(pools, facets, MIX)
    assert np.array_equal(found.value_rows, pools[1]) and len(found.codes) == len(pools[2])
    some = rerank(*pools, 8, method, facets=facets, facet_weights=MIX)
    facets["price"][0] = np.nan  # a product of few pools
    other = rerank(*pools, 8, method, facets=facets, facet_weights=MIX)
    apart = (pools[1] != 0).all(axis=1)
    for name in ("items", "gains", "nearest", "similarity"):
        np.testing.assert_array_equal(getattr(part(some, apart), name), getattr(part(other, apart), name))
