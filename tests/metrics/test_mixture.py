import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from engine import metrics
from engine.rerank import pairwise_similarity

from .cases import N_ITEMS, codes, per_item, slates

prices = per_item(st.sampled_from([0.0, np.nan, 1.0, 2.0, 4.0, 9.5])).map(np.array)
vectors = st.lists(st.lists(st.integers(-2, 2), min_size=3, max_size=3), min_size=N_ITEMS, max_size=N_ITEMS).map(
    lambda rows: np.array(rows, dtype=np.float32)
)


def mean_over_pairs(row, distance, known):
    items = [item for item in row if item >= 0 and known[item]]
    found = [distance(a, b) for a, b in itertools.combinations(items, 2)]
    return np.mean(found) if found else np.nan


@given(slates(), codes)
def test_facet_distance_equals_the_plain_definition(lists, values):
    known = np.array(values) >= 0
    expected = [mean_over_pairs(row, lambda a, b: float(values[a] != values[b]), known) for row in lists]
    assert_allclose(metrics.facet_distance(lists, values), expected)


@given(slates(), prices)
def test_price_distance_equals_the_plain_definition(lists, price):
    def distance(a, b):
        return 1 - np.exp(-abs(np.log(price[a]) - np.log(price[b])))

    expected = [mean_over_pairs(row, distance, price > 0) for row in lists]
    assert_allclose(metrics.price_distance(lists, price), expected, atol=1e-12)


@given(slates(), vectors, codes, prices, st.tuples(*[st.integers(0, 4)] * 3).filter(any))
def test_mixed_distance_is_what_the_re_ranker_sees(lists, embeddings, values, price, weights):
    facets = {"kind": values, "price": price}
    shares = dict(zip(["embedding", "kind", "price"], map(float, weights), strict=True))
    alike = pairwise_similarity(np.arange(N_ITEMS), embeddings, facets=facets, facet_weights=shares)
    known = {"embedding": embeddings.any(axis=1), "kind": np.array(values) >= 0, "price": price > 0}
    told = np.any([np.outer(known[name], known[name]) for name, share in shares.items() if share], axis=0)
    pairs = [[(a, b) for a, b in itertools.combinations(row[row >= 0], 2) if told[a, b]] for row in lists]
    expected = [np.mean([1 - alike[a, b] for a, b in found]) if found else np.nan for found in pairs]
    assert_allclose(metrics.mixed_distance(lists, embeddings, facets, shares), expected, atol=1e-5)


def test_known_values():
    lists = np.array([[0, 1, 2], [0, 3, -1], [1, -1, -1]])
    assert_allclose(metrics.facet_distance(lists, [0, 0, 1, -1]), [2 / 3, np.nan, np.nan])
    prices = [1.0, 2.0, 4.0, 0.0]
    assert_allclose(metrics.price_distance(lists, prices), [1 - (0.5 + 0.25 + 0.5) / 3, np.nan, np.nan])
    plain = np.eye(4, dtype=np.float32)
    assert_allclose(metrics.mixed_distance(lists, plain), metrics.ild(lists, plain))


def test_a_pair_is_compared_in_what_is_known_of_both():
    """Of three items the first two share a value and are at right angles; nothing is known of the third's value."""
    vectors, facets = np.array([[1.0, 0], [0, 1], [0, 1]]), {"kind": [0, 0, -1]}
    mixed = metrics.mixed_distance([[0, 1, 2]], vectors, facets, {"embedding": 1.0, "kind": 3.0})
    assert_allclose(mixed, [(0.25 + 1 + 0) / 3])
    assert_allclose(metrics.mixed_distance([[0, 2, -1]], vectors, facets, {"kind": 1.0}), [np.nan])
