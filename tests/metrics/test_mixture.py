import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from engine import metrics
from engine.rerank import likeness

from .cases import N_ITEMS, codes, per_item, slates

prices = per_item(st.sampled_from([0.0, np.nan, 1.0, 2.0, 4.0, 9.5])).map(np.array)
vectors = st.lists(st.lists(st.integers(-2, 2), min_size=3, max_size=3), min_size=N_ITEMS, max_size=N_ITEMS).map(
    lambda rows: np.array(rows, dtype=np.float32)
)


def mean_over_pairs(row, distance):
    items = [item for item in row if item >= 0]
    found = [distance(a, b) for a, b in itertools.combinations(items, 2)]
    return np.mean(found) if found else np.nan


@given(slates(), codes)
def test_facet_distance_equals_the_plain_definition(lists, values):
    expected = [mean_over_pairs(row, lambda a, b: float(values[a] < 0 or values[a] != values[b])) for row in lists]
    assert_allclose(metrics.facet_distance(lists, values), expected)


@given(slates(), prices)
def test_price_distance_equals_the_plain_definition(lists, price):
    def distance(a, b):
        known = price[a] > 0 and price[b] > 0
        return 1 - np.exp(-abs(np.log(price[a]) - np.log(price[b]))) if known else 1.0

    expected = [mean_over_pairs(row, distance) for row in lists]
    assert_allclose(metrics.price_distance(lists, price), expected, atol=1e-12)


@given(slates(), vectors, codes, prices, st.tuples(*[st.integers(0, 4)] * 3).filter(any))
def test_mixed_distance_is_what_the_re_ranker_sees(lists, embeddings, values, price, weights):
    facets = {"kind": values, "price": price}
    shares = dict(zip(["embedding", "kind", "price"], map(float, weights), strict=True))
    alike = likeness(np.arange(N_ITEMS), embeddings, facets=facets, facet_weights=shares)
    expected = [mean_over_pairs(row, lambda a, b: 1 - alike[a, b]) for row in lists]
    assert_allclose(metrics.mixed_distance(lists, embeddings, facets, shares), expected, atol=1e-5)


def test_known_values():
    lists = np.array([[0, 1, 2], [0, 3, -1], [1, -1, -1]])
    assert_allclose(metrics.facet_distance(lists, [0, 0, 1, -1]), [2 / 3, 1, np.nan])
    assert_allclose(metrics.price_distance(lists, [1.0, 2.0, 4.0, 0.0]), [1 - (0.5 + 0.25 + 0.5) / 3, 1, np.nan])
    plain = np.eye(4, dtype=np.float32)
    assert_allclose(metrics.mixed_distance(lists, plain), metrics.ild(lists, plain))
