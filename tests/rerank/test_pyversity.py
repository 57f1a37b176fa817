"""The chosen sequences equal pyversity's for λ in (0, 1): the issue's own measure."""

import numpy as np
import pytest
import pyversity

from engine.rerank import rerank, sweep
from tests.rerank.cases import random_pools
from tests.rerank.oracle import gain, similarity, terms

LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)


def peer(method, scores, candidates, embeddings, k, diversity):
    one = getattr(pyversity, method)
    pairs = zip(scores, candidates, strict=True)
    return [one(embeddings[pool], row, k, diversity) for row, pool in pairs]


def large_pools():
    rng = np.random.default_rng(7)
    embeddings = rng.standard_normal((5000, 384)).astype(np.float32)
    candidates = np.stack([rng.choice(5000, 200, replace=False) for _ in range(150)])
    return rng.random((150, 200)).astype(np.float32), candidates, embeddings


def alike_pools():
    """Embeddings that share a direction, and scores of which one stands far out."""
    scores, candidates, embeddings = random_pools(users=30, pool=60, dim=64, seed=3)
    scores[:, 5] = 40
    return scores, candidates, embeddings


@pytest.mark.parametrize("method", ["mmr", "msd", "dpp", "ssd"])
def test_150_random_users(method):
    scores, candidates, embeddings = large_pools()
    ours = sweep(scores, candidates, embeddings, k=20, method=method, diversities=LEVELS)
    for level, diversity in enumerate(LEVELS):
        theirs = peer(method, scores, candidates, embeddings, 20, diversity)
        chosen = np.stack([pool[one.indices] for pool, one in zip(candidates, theirs, strict=True)])
        np.testing.assert_array_equal(ours.items[level], chosen)
        gains = np.stack([one.selection_scores for one in theirs])
        expected = np.log(gains) if method == "dpp" else gains
        np.testing.assert_allclose(ours.gains[level], expected, atol=2e-5)


@pytest.mark.parametrize("method", ["mmr", "msd", "dpp", "ssd"])
def test_alike_items_and_one_outlier(method):
    scores, candidates, embeddings = alike_pools()
    for diversity in LEVELS:
        ours = rerank(scores, candidates, embeddings, k=15, method=method, diversity=diversity)
        theirs = peer(method, scores, candidates, embeddings, 15, diversity)
        chosen = np.stack([pool[one.indices] for pool, one in zip(candidates, theirs, strict=True)])
        np.testing.assert_array_equal(ours.items, chosen)


@pytest.mark.parametrize("pools", [large_pools, alike_pools])
def test_cover(pools):
    """pyversity takes the difference of two large float32 sums: where it rounds a near tie, exact sums side with us."""
    scores, candidates, embeddings = pools()
    same = []
    for diversity in LEVELS:
        ours = rerank(scores, candidates, embeddings, k=20, method="cover", diversity=diversity)
        theirs = peer("cover", scores, candidates, embeddings, 20, diversity)
        for user, one in enumerate(theirs):
            equal = np.array_equal(ours.items[user], candidates[user][one.indices])
            same.append(equal)
            if equal:
                np.testing.assert_allclose(ours.gains[user], one.selection_scores, atol=1e-3)
            else:
                exact = exact_cover(scores[user], similarity(embeddings[candidates[user]]), 20, diversity)
                np.testing.assert_array_equal(ours.items[user], candidates[user][exact])
    assert np.mean(same) > 0.97


def exact_cover(scores, alike, k, diversity):
    chosen = []
    for _ in range(k):
        total = gain("cover", *terms("cover", scores, alike, chosen, diversity), diversity)
        total[chosen] = -np.inf
        chosen.append(int(total.argmax()))
    return chosen
