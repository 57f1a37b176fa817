"""Scores on one scale: by hand, against scipy, and with scores a float32 can no longer tell apart."""

import numpy as np
from hypothesis import given, settings
from scipy.stats import rankdata

from engine.rerank import rerank
from engine.rerank.normalize import normalized
from tests.rerank.cases import odd_pools

ITEMS = np.array([[7, 3, -1, 5]])


def scaled(scores, how):
    values, items = normalized(np.array(scores, np.float32), ITEMS, how)
    return dict(zip(items[0].tolist(), values[0].tolist(), strict=True))


def test_minmax_by_hand():
    assert scaled([[1, 5, 99, 2]], "minmax") == {3: 1.0, 5: 0.25, 7: 0.0, -1: 0.0}


def test_rank_by_hand():
    assert scaled([[1, 5, 99, 1]], "rank") == {3: 1.0, 7: 0.0, 5: 0.0, -1: 0.0}
    assert scaled([[5, 5, 99, 1]], "rank") == {7: 1.0, 3: 1.0, 5: 0.0, -1: 0.0}


def test_a_pool_of_equals_is_as_good_as_its_best():
    for how in ("minmax", "rank"):
        assert scaled([[4, 4, 0, 4]], how) == {7: 1.0, 3: 1.0, 5: 1.0, -1: 0.0}


@settings(deadline=None)
@given(odd_pools())
def test_rank_agrees_with_scipy(pools):
    scores, candidates, _ = pools
    values, items = normalized(scores, candidates, "rank")
    for user, pool in enumerate(candidates):
        valid = pool >= 0
        ranks = rankdata(scores[user][valid])
        if valid.any():
            spread = np.ptp(ranks)
            expected = (ranks - ranks.min()) / spread if spread else np.ones(valid.sum())
            found = dict(zip(items[user], values[user], strict=True))
            np.testing.assert_allclose([found[item] for item in pool[valid]], expected, rtol=1e-6)


def test_lambda_0_keeps_the_raw_order_where_scaling_makes_ties():
    scores = np.array([[1.0, np.nextafter(np.float32(1), np.float32(2)), -1e9]], np.float32)
    for how in ("none", "minmax", "rank"):
        slates = rerank(scores, np.array([[0, 1, 2]]), np.eye(3), k=3, diversity=0, normalize=how)
        assert slates.items.tolist() == [[1, 0, 2]]


def test_scaled_scores_make_lambda_independent_of_the_models_unit():
    rng = np.random.default_rng(0)
    scores, vectors = rng.random((5, 20)), rng.standard_normal((20, 6))
    candidates = np.tile(np.arange(20), (5, 1))
    small = rerank(scores, candidates, vectors, k=8, normalize="minmax")
    large = rerank(scores * 512 + 4096, candidates, vectors, k=8, normalize="minmax")
    np.testing.assert_array_equal(small.items, large.items)
    assert small.relevance.max() == 1 and small.relevance.min() >= 0
