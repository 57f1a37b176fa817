"""Richness against all possible sets, its closed form, and what its slots record."""

import numpy as np
import pytest
from hypothesis import given, settings

from engine.rerank import rerank, sweep
from tests.rerank.cases import extras, mixed_extras, odd_pools, one_user, random_pools
from tests.rerank.oracle import best_richness, richness_loss, richness_objective

LEVELS = (0.0, 0.05, 0.3, 0.5, 0.9, 1.0)


def small_list(rng):
    """One shopper's pool of at most 8 with ties, gaps and unknown values."""
    pool = int(rng.integers(1, 9))
    candidates = rng.permutation(10)[:pool][None]
    candidates[rng.random(candidates.shape) < 0.1] = -1
    steps = int(rng.choice([1, 2, 4, 1000]))
    scores = rng.integers(0, steps, candidates.shape).astype(np.float32)
    values = int(rng.integers(1, 5))
    codes = rng.integers(-1 if rng.random() < 0.6 else 0, values, 10)
    return (scores, candidates, np.eye(10, dtype=np.float32)), {"facets": {"category": codes}}


def test_one_facet_is_the_best_of_all_sets():
    rng = np.random.default_rng(0)
    for _ in range(500):
        pools, extra = small_list(rng)
        k = int(rng.integers(1, 6))
        scores, items, _, wants = one_user("richness", *pools, extra, 0)
        slates = sweep(*pools, k, "richness", LEVELS, **extra)
        for level, diversity in enumerate(LEVELS):
            if len(items) == 0:
                assert (slates.items[level] == -1).all()
                continue
            best = best_richness(scores, wants, min(k, len(items)), diversity)
            assert slates.items[level, 0, : len(best)].tolist() == items[best].tolist()


def test_a_set_in_falling_score_order_whose_gains_sum_to_the_objective():
    pools = random_pools(users=6, pool=30)
    for extra in (extras("richness", pools), mixed_extras(pools)):
        slates = sweep(*pools, 9, "richness", LEVELS, **extra)
        for user in range(6):
            scores, items, _, wants = one_user("richness", *pools, extra, user)
            place = {item: j for j, item in enumerate(items)}
            for level, diversity in enumerate(LEVELS):
                rows = [place[item] for item in slates.items[level, user]]
                assert (np.diff(scores[rows]) <= 0).all()
                objective = richness_objective(scores, wants, rows, diversity)
                total = slates.gains[level, user].sum()
                assert total == pytest.approx(9 * (1 - diversity - objective), abs=1e-4)
                losses = [sum(w * richness_loss(codes[rows[:n]], n) for w, codes, _ in wants) for n in range(1, 10)]
                np.testing.assert_allclose(slates.diversity[level, user], -9 * np.diff(losses, prepend=0), atol=1e-5)


def test_closed_form():
    scores, codes = np.array([[1.0, 0.9, 0.8, 0.0]]), np.array([0, 0, 1, -1])
    pools = scores, np.array([[0, 1, 2, 3]]), np.eye(4)
    plain = rerank(*pools, k=2, method="richness", diversity=0.1, facets={"brand": codes})
    # {0, 1} costs 0.9·0.05 + 0.1·ln 2 = 0.114; {0, 2} costs 0.9·0.1 = 0.09
    assert plain.items.tolist() == [[0, 2]]
    few = rerank(*pools, k=2, method="richness", diversity=0.05, facets={"brand": codes})
    # 0.95·0.05 + 0.05·ln 2 = 0.0822 against 0.95·0.1 = 0.095
    assert few.items.tolist() == [[0, 1]]
    np.testing.assert_allclose(few.diversity, [[0, -2 * np.log(2)]], rtol=1e-6)
    np.testing.assert_allclose(few.relevance, [[1, 0.9]], rtol=1e-6)


def test_nothing_known_counts_as_one_value():
    slates = rerank(
        np.array([[3.0, 2.0, 1.0]]),
        np.array([[0, 1, 2]]),
        np.eye(3),
        k=3,
        method="richness",
        diversity=1,
        facets={"brand": np.full(3, -1)},
    )
    assert slates.items.tolist() == [[0, 1, 2]]
    np.testing.assert_allclose(slates.diversity.sum(), -3 * np.log(3), rtol=1e-6)


def greedy(scores, wants, size, diversity):
    """Each step the item that minimises the objective of the set so far; falling score decides ties."""
    order = np.argsort(-scores, kind="stable")
    s = (scores - scores.min()) / np.ptp(scores) if np.ptp(scores) else np.ones(len(scores))
    chosen = []
    for step in range(1, size + 1):

        def objective(j, step=step):
            rows = [*chosen, j]
            loss = sum(w * richness_loss(codes[rows], step) for w, codes, _ in wants)
            return round((1 - diversity) * (1 - s[rows]).sum() / step + diversity * loss, 9)

        chosen.append(min((j for j in order if j not in chosen), key=objective))
    return [j for j in order if j in chosen]


def test_several_facets_are_chosen_greedily():
    pools = random_pools(users=30, pool=25)
    for extra in (extras("richness", pools), mixed_extras(pools)):
        slates = sweep(*pools, 8, "richness", LEVELS[1:], **extra)
        for user in range(30):
            scores, items, _, wants = one_user("richness", *pools, extra, user)
            for level, diversity in enumerate(LEVELS[1:]):
                expected = greedy(scores.astype(np.float64), wants, 8, diversity)
                assert slates.items[level, user].tolist() == items[expected].tolist()


@settings(deadline=None)
@given(odd_pools())
def test_one_facet_never_costs_more_than_any_method(pools):
    extra = {"facets": {"category": extras("richness", pools)["facets"]["category"]}}
    for diversity in (0.2, 0.7, 1.0):
        best = rerank(*pools, 4, "richness", diversity, **extra).items
        other = rerank(*pools, 4, "xquad", diversity, **extra).items
        for user in range(len(best)):
            scores, items, _, wants = one_user("richness", *pools, extra, user)
            place = {item: j for j, item in enumerate(items)}
            rows, rivals = ([place[item] for item in slate if item >= 0] for slate in (best[user], other[user]))
            if rows:
                least = richness_objective(scores, wants, rows, diversity)
                assert least <= richness_objective(scores, wants, rivals, diversity) + 1e-9
