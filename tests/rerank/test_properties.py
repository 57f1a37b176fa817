"""What must hold for any pools: of the slates, of their recorded terms, and of calls against each other."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rerank import METHODS, NORMALIZE, rerank, sweep
from tests.rerank.cases import extras, mixed_extras, odd_pools, of_users, part, random_pools, same
from tests.rerank.oracle import unit

LEVELS = (0.0, 0.05, 0.4, 0.7, 1.0)
methods = st.sampled_from(list(METHODS))


def given_to(method, pools, mixed):
    return mixed_extras(pools) if mixed else extras(method, pools)


scales = st.sampled_from(NORMALIZE)


@settings(deadline=None)
@given(odd_pools(), methods, scales, st.integers(1, 10), st.booleans())
def test_slates_hold_distinct_candidates_and_fill_up(pools, method, normalize, k, mixed):
    scores, candidates, embeddings = pools
    extra = given_to(method, pools, mixed)
    slates = sweep(scores, candidates, embeddings, k, method, LEVELS, normalize=normalize, **extra)
    assert slates.items.shape == (len(LEVELS), len(scores), k)
    for level in range(len(LEVELS)):
        for user, pool in enumerate(candidates):
            filled = min(k, (pool >= 0).sum())
            items = slates.items[level, user]
            assert set(items[:filled]) <= set(pool[pool >= 0])
            assert len(set(items[:filled])) == filled
            assert (items[filled:] == -1).all() and (slates.nearest[level, user, filled:] == -1).all()
            for figures in (slates.relevance, slates.diversity, slates.gains):
                assert np.isfinite(figures[level, user, :filled]).all()
                assert np.isnan(figures[level, user, filled:]).all()


@settings(deadline=None)
@given(odd_pools(), methods, scales, st.booleans())
def test_sweep_equals_rerank_at_each_lambda(pools, method, normalize, mixed):
    extra = given_to(method, pools, mixed)
    together = sweep(*pools, 5, method, LEVELS, normalize=normalize, **extra)
    for level, diversity in enumerate(LEVELS):
        assert same(part(together, level), rerank(*pools, 5, method, diversity, normalize=normalize, **extra))


@settings(deadline=None)
@given(odd_pools(), methods, scales, st.booleans())
def test_ragged_pools_equal_trimmed_ones(pools, method, normalize, mixed):
    scores, candidates, embeddings = pools
    extra = given_to(method, pools, mixed)
    scores = np.where(candidates >= 0, scores, np.nan)  # a score without a candidate counts for nothing
    ragged = sweep(scores, candidates, embeddings, 4, method, LEVELS, normalize=normalize, **extra)
    for user in range(len(scores)):
        valid = candidates[user] >= 0
        trimmed = (scores[user : user + 1, valid], candidates[user : user + 1, valid], embeddings)
        own = of_users(extra, slice(user, user + 1))
        alone = sweep(*trimmed, 4, method, LEVELS, normalize=normalize, **own)
        assert same(part(ragged, slice(None), slice(user, user + 1)), alone)


@settings(deadline=None)
@given(odd_pools(), methods)
def test_terms_recombine_to_gains(pools, method):
    slates = sweep(*pools, 6, method, LEVELS, **extras(method, pools))
    keep = (1 - np.array(LEVELS))[:, None, None]
    both = slates.relevance + slates.diversity
    total = both if method == "dpp" else keep * slates.relevance + (1 - keep) * slates.diversity
    np.testing.assert_allclose(slates.gains, total, atol=1e-4)


@settings(deadline=None)
@given(odd_pools())
def test_nearest_is_the_closest_chosen_item_and_explains_mmr(pools):
    """Take the named neighbour away: the diversity term changes, unless another one ties or it is zero."""
    scores, candidates, embeddings = pools
    embeddings[~embeddings.any(axis=1)] = 1  # all known
    vectors = unit(embeddings)
    slates = rerank(scores, candidates, embeddings, k=8, method="mmr", diversity=0.6)
    for user, slate in enumerate(slates.items):
        for rank in range(1, (slate >= 0).sum()):
            cosines = vectors[slate[:rank]] @ vectors[slate[rank]]
            named = list(slate[:rank]).index(slates.nearest[user, rank])
            assert cosines[named] == pytest.approx(cosines.max(), abs=1e-6)
            assert slates.similarity[user, rank] == pytest.approx(cosines[named], abs=1e-6)
            assert slates.diversity[user, rank] == pytest.approx(-max(cosines.max(), 0), abs=1e-6)
            without = np.clip(np.delete(cosines, named), 0, 1).max(initial=0)
            tie = np.isclose(np.delete(cosines, named), cosines[named], atol=1e-6).any()
            changes = abs(without + slates.diversity[user, rank]) > 1e-6
            assert changes or tie or abs(slates.diversity[user, rank]) <= 1e-6


@pytest.mark.parametrize("method", METHODS)
def test_nearest_of_every_method_is_the_closest(method):
    scores, candidates, embeddings = random_pools()
    vectors = unit(embeddings)
    extra = extras(method, (scores, candidates, embeddings))
    slates = rerank(scores, candidates, embeddings, k=12, method=method, diversity=0.5, **extra)
    for user, slate in enumerate(slates.items):
        cosines = vectors[slate] @ vectors[slate].T
        for rank in range(1, 12):
            assert slates.nearest[user, rank] == slate[cosines[rank, :rank].argmax()]


@pytest.mark.parametrize("method", METHODS)
def test_order_of_users_does_not_matter(method):
    scores, candidates, embeddings = random_pools(users=37)
    turn = np.random.default_rng(2).permutation(37)
    extra = extras(method, (scores, candidates, embeddings))
    straight = sweep(scores, candidates, embeddings, 8, method, LEVELS, **extra)
    turned = sweep(scores[turn], candidates[turn], embeddings, 8, method, LEVELS, **of_users(extra, turn))
    assert same(part(straight, slice(None), turn), turned)


@pytest.mark.parametrize("method", METHODS)
def test_two_callers_at_once_get_what_one_gets(method):
    pools = random_pools(users=200)
    extra = extras(method, pools)
    alone = sweep(*pools, 10, method, LEVELS, **extra)
    with ThreadPoolExecutor(4) as callers:
        futures = [callers.submit(sweep, *pools, 10, method, LEVELS, **extra) for _ in range(8)]
    assert all(same(alone, future.result()) for future in futures)


@pytest.mark.parametrize("method", ["dpp", "ssd"])
def test_twins_never_make_a_gain_that_is_no_number(method):
    """Once a chosen item spans nothing new, what rounding leaves of it must not wipe out the others."""
    for seed in range(12):
        rng = np.random.default_rng(seed)
        embeddings = np.repeat(rng.standard_normal((20, 48)), 30, axis=0).astype(np.float32)  # 30 twins of each
        scores = (9 * rng.standard_normal((20, 30))).astype(np.float32)
        candidates = rng.permuted(np.arange(600)).reshape(20, 30)
        assert np.isfinite(sweep(scores, candidates, embeddings, 25, method, (0, 0.1, 0.5), device="cpu").gains).all()
