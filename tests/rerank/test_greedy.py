"""Every greedy step against the definition in float64, and cases whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rerank import METHODS, rerank, sweep
from tests.rerank.cases import BY_SIMILARITY, extras, mixed_extras, odd_pools, one_user, random_pools
from tests.rerank.oracle import gain, terms

LEVELS = (0.0, 0.2, 0.5, 0.8, 1.0)
STEPWISE = (*BY_SIMILARITY, "xquad", "calibrated")  # richness chooses a set


def check_slates(method, pools, extra, k):
    slates = sweep(*pools, k=k, method=method, diversities=LEVELS, **extra)
    for user in range(len(pools[0])):
        pool = one_user(method, *pools, extra, user)
        for level, diversity in enumerate(LEVELS):
            check_slate(method, slates, level, user, *pool, diversity)


def check_slate(method, slates, level, user, scores, candidates, alike, wants, diversity):
    """The recorded terms are the definition's, and no candidate left out had a higher gain."""
    place = {item: j for j, item in enumerate(candidates)}
    chosen = []
    for rank, item in enumerate(slates.items[level, user]):
        if item < 0:
            assert len(chosen) == len(candidates)
            break
        relevance, variety = terms(method, scores, alike, chosen, diversity, wants)
        j = place[item]
        assert slates.relevance[level, user, rank] == pytest.approx(relevance[j], abs=1e-4)
        assert slates.diversity[level, user, rank] == pytest.approx(variety[j], abs=2e-3)
        total = gain(method, relevance, variety, diversity)
        open_ = [other for other in range(len(candidates)) if other not in chosen]
        if diversity == 0 or (rank == 0 and (method != "cover" or diversity == 1)):
            assert scores[j] == scores[open_].max()
        else:
            assert total[j] >= total[open_].max() - 1e-4
        chosen.append(j)


@pytest.mark.parametrize("method", STEPWISE)
def test_steps_follow_the_definition(method):
    pools = random_pools(users=8, pool=14, dim=12)
    check_slates(method, pools, extras(method, pools), k=9)


@pytest.mark.parametrize("method", STEPWISE)
def test_steps_follow_the_definition_with_mixed_similarity(method):
    pools = random_pools(users=8, pool=14, dim=12)
    check_slates(method, pools, mixed_extras(pools), k=9)


@settings(deadline=None, max_examples=60)
@given(odd_pools(), st.sampled_from(["mmr", "msd", "cover", "xquad", "calibrated"]), st.booleans())
def test_steps_follow_the_definition_on_odd_pools(pools, method, mixed):
    check_slates(method, pools, mixed_extras(pools) if mixed else extras(method, pools), k=5)


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_lambda_0_is_the_top_k_in_candidate_order(method, mixed):
    scores, candidates, embeddings = random_pools(pool=60)
    scores = np.round(scores, 1)  # many ties
    order = np.argsort(-scores, axis=1, kind="stable")[:, :25]
    pools = scores, candidates, embeddings
    extra = mixed_extras(pools) if mixed else extras(method, pools)
    slates = rerank(*pools, k=25, method=method, diversity=0, **extra)
    np.testing.assert_array_equal(slates.items, np.take_along_axis(candidates, order, axis=1))


@pytest.mark.parametrize("method", STEPWISE)
def test_lambda_1_ignores_relevance_after_the_first_pick(method):
    """But for the values that unknown ones borrow: relevance says from whom."""
    scores, candidates, embeddings = random_pools()
    extra = extras(method, (scores, candidates, embeddings))
    extra |= {"facets": {name: np.abs(values) for name, values in extra.get("facets", {}).items()}}
    first = rerank(scores, candidates, embeddings, k=10, method=method, diversity=1, **extra)
    best = scores.argmax(axis=1)
    np.testing.assert_array_equal(first.items[:, 0], candidates[np.arange(len(scores)), best])
    other = np.random.default_rng(1).random(scores.shape).astype(np.float32)
    other[np.arange(len(scores)), best] = 2
    second = rerank(other, candidates, embeddings, k=10, method=method, diversity=1, **extra)
    np.testing.assert_array_equal(first.items, second.items)


TWINS = np.array([[1, 0], [1, 0], [0, 1], [-1, 0]], np.float32)  # 0 and 1 alike, 2 across, 3 opposite
FALLING = np.array([[4.0, 3.0, 2.0, 1.0]], np.float32)
POOL = np.array([[0, 1, 2, 3]])


def test_mmr_closed_form():
    slates = rerank(FALLING, POOL, TWINS, k=4, method="mmr", diversity=0.75)
    np.testing.assert_array_equal(slates.items, [[0, 2, 3, 1]])
    np.testing.assert_allclose(slates.diversity, [[0, 0, 0, -1]])
    np.testing.assert_allclose(slates.gains, [[1, 0.5, 0.25, 0]])
    assert slates.nearest[0, 0] == -1 and slates.nearest[0, 3] == 0
    assert np.isnan(slates.similarity[0, 0]) and slates.similarity[0, 3] == 1


def test_msd_closed_form():
    slates = rerank(FALLING, POOL, TWINS, k=3, method="msd", diversity=1)
    np.testing.assert_array_equal(slates.items, [[0, 3, 1]])  # 2 from 0; then 1 and 2 tie at 2: the first
    np.testing.assert_allclose(slates.diversity, [[0, 2, 2]])


def test_dpp_closed_form():
    angle = np.pi / 3
    vectors = np.array([[1, 0], [np.cos(angle), np.sin(angle)]], np.float32)
    slates = rerank(np.array([[3.0, 1.0]]), np.array([[0, 1]]), vectors, k=2, method="dpp", diversity=0.5)
    np.testing.assert_allclose(slates.relevance, [[1, -1]], atol=1e-6)  # 2·(1-λ)·z, z = ±1
    np.testing.assert_allclose(slates.diversity, [[0, np.log(np.sin(angle) ** 2)]], atol=1e-6)


def test_dpp_twins_stay_finite():
    slates = rerank(FALLING, POOL, TWINS, k=4, method="dpp", diversity=0.5)
    np.testing.assert_array_equal(slates.items[0, :2], [0, 2])
    least = np.log(np.finfo(np.float32).eps)
    assert ((slates.diversity[0, 2:] >= least - 1e-4) & (slates.diversity[0, 2:] < least + 3)).all()


def test_dpp_survives_an_outlier_in_a_large_pool():
    pool = 6000
    scores = np.zeros((1, pool), np.float32)
    scores[0, 17] = 1
    vectors = np.random.default_rng(0).standard_normal((pool, 4)).astype(np.float32)
    slates = rerank(scores, np.arange(pool)[None], vectors, k=3, method="dpp", diversity=0.1)
    assert slates.items[0, 0] == 17
    assert np.isfinite(slates.gains).all()


def test_ssd_closed_form():
    slates = rerank(FALLING, POOL, TWINS, k=2, method="ssd", diversity=1)
    assert slates.items.tolist() == [[0, 3]]  # (1,0,1) and (-1,0,1) are orthogonal: all of √2 is left
    np.testing.assert_allclose(slates.diversity, [[np.sqrt(2), np.sqrt(2)]], rtol=1e-6)


def test_a_zero_vector_is_unknown_and_where_no_text_is_known_all_are_unlike():
    vectors = np.array([[1, 0], [0, 0], [1, 0]], np.float32)
    slates = rerank(np.array([[3.0, 2.0, 1.0]]), np.array([[0, 1, 2]]), vectors, k=3, method="mmr", diversity=1)
    np.testing.assert_array_equal(slates.items, [[0, 1, 2]])
    np.testing.assert_allclose(slates.diversity, [[0, -1, -1]])  # item 1 borrows the text of item 2
    np.testing.assert_array_equal(slates.nearest, [[-1, -1, 0]])
    ssd = rerank(np.array([[3.0, 2.0, 1.0]]), np.array([[1, 0, 2]]), vectors, k=1, method="ssd", diversity=1)
    np.testing.assert_allclose(ssd.diversity, [[np.sqrt(2)]], rtol=1e-6)
    none = rerank(np.array([[3.0, 2.0]]), np.array([[0, 1]]), vectors[[1, 1]], k=2, method="ssd", diversity=1)
    np.testing.assert_allclose(none.diversity, [[1, 0]], atol=1e-3)  # only the appended 1 is left of the first
