"""Each recommender against its formula: known answers, and oracles written from the textbook."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.recommend import (
    Blend,
    BlendConfig,
    Ease,
    EaseConfig,
    Frequency,
    FrequencyConfig,
    Popularity,
    PopularityConfig,
    Weights,
    ridge,
)
from engine.recommend.counts import decayed_counts, shoppers_lately
from engine.recommend.solved import Solved
from tests.fixtures.shops import journey
from tests.recommend.shops import checkerboard, shop

NOW = "2024-01-31"  # day 30


def test_decayed_counts_in_closed_form() -> None:
    data = shop([(0, 1, 20.0), (0, 1, 30.0), (1, 0, 10.0)], 2, 2).before("2024-01-31 00:00:01")
    counts = decayed_counts(data, np.array([0, 1]), half_life=10.0).toarray()
    np.testing.assert_allclose(counts, [[0, 0.5 + 1], [0.25, 0]], rtol=1e-5)


def test_a_shopper_counts_once_in_the_trend() -> None:
    data = shop([(0, 0, 10.0), (0, 0, 20.0), (1, 0, 10.0), (1, 1, 30.0)], 2, 2).before("2024-01-31 00:00:01")
    np.testing.assert_allclose(shoppers_lately(data, np.array([0, 1]), 10.0), [0.5 + 0.25, 1.0], rtol=1e-5)
    scores = Popularity(PopularityConfig(half_life=10.0)).fit(data).score(np.array([0, 1]))
    np.testing.assert_allclose(scores, [[0.75, 1.0]] * 2, rtol=1e-5)


def test_frequency_ranks_own_purchases_first_and_settles_ties_by_trend() -> None:
    own = [(0, 2, 30.0), (0, 0, 30.0), (0, 3, 29.0)]
    others = [(u, 2, 25.0) for u in (1, 2, 3)] + [(u, 1, 25.0) for u in (1, 2)] + [(1, 4, 25.0)]
    data = shop(own + others, 4, 5).before("2024-01-31 00:00:01")
    items, _ = Frequency().fit(data).recommend(np.array([0]), 5)
    assert items[0].tolist() == [2, 0, 3, 1, 4]


def test_frequency_forgets_by_half_every_half_life() -> None:
    data = shop([(0, 0, 0.0), (0, 1, 30.0)], 1, 2).before("2024-01-31 00:00:01")
    scores = Frequency(FrequencyConfig(half_life=15.0)).fit(data).score(np.array([0]))[0]
    np.testing.assert_allclose(scores, [0.25, 1.0], atol=2e-4)


@pytest.mark.parametrize("model", [Ease(EaseConfig(ridge_all=1, ridge_new=1)), Blend()])
def test_the_gap_in_the_checkerboard_is_filled(model: Ease | Blend) -> None:
    data = checkerboard()
    items, _ = model.fit(data).recommend(np.arange(12), 1, "new")
    assert items[:, 0].tolist() == list(range(12))


def textbook_ease(X: np.ndarray, value: float) -> np.ndarray:
    """XB with B = I - P / diag P, written as in the paper."""
    P = np.linalg.inv(X.T @ X + value * np.eye(X.shape[1]))
    B = -P / np.diag(P)
    np.fill_diagonal(B, 0.0)
    return X @ B


@settings(max_examples=40, deadline=None)
@given(
    shape=st.tuples(st.integers(2, 14), st.integers(2, 14)),
    value=st.floats(0.5, 500.0),
    seed=st.integers(0, 10_000),
)
def test_either_side_of_ease_equals_the_textbook(shape: tuple[int, int], value: float, seed: int) -> None:
    X = ridge.sp.random_array(shape, density=0.4, rng=np.random.default_rng(seed), dtype=np.float32).tocsr()
    solution = ridge.solve(X, value)
    assert solution.dual == (shape[0] < shape[1])
    mine = ridge.scores(solution, X, X, np.arange(shape[0]))
    np.testing.assert_allclose(mine, textbook_ease(X.toarray().astype(float), value), rtol=1e-3, atol=1e-4)


def test_who_was_not_learned_from_is_scored_by_what_was() -> None:
    X = ridge.sp.random_array((20, 30), density=0.3, rng=np.random.default_rng(1), dtype=np.float32).tocsr()
    learning = np.sort(np.random.default_rng(2).permutation(20)[:8])
    stored = Solved(X, learning, {5.0: ridge.solve(X[learning], 5.0)}, {})  # as version 0.1 stored a large shop
    mine = stored.scores(5.0, np.arange(20))
    dense = X.toarray().astype(float)
    P = np.linalg.inv(dense[learning].T @ dense[learning] + 5.0 * np.eye(30))
    B = -P / np.diag(P)
    np.fill_diagonal(B, 0.0)
    np.testing.assert_allclose(mine, dense @ B, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("scope", ["all", "new"])
def test_ease_on_a_shop_equals_the_textbook(scope: str) -> None:
    data = journey().before("2017-06-01")
    model = Ease(EaseConfig(ridge_all=10.0, ridge_new=100.0)).fit(data)
    X = np.sqrt(decayed_counts(data, data.eligible(), 60.0).toarray().astype(float))
    users = np.flatnonzero(X.any(axis=1))[:25]
    expected = textbook_ease(X, {"all": 10.0, "new": 100.0}[scope])[users]
    np.testing.assert_allclose(model.score(users, scope), expected, rtol=1e-3, atol=1e-4)


def test_blend_equals_a_straightforward_reference() -> None:
    data = journey().before("2017-06-01")
    weights = Weights(recent=1.0, regular=0.5, ease=0.2, trend=0.1, momentum=-0.3, taste=0.4, leader=0.2)
    user = int(data.interactions["user"].iloc[0])
    mine = Blend(BlendConfig(all=weights)).fit(data).score(np.array([user]))[0]
    items, log = data.eligible(), data.positives()
    column = {item: at for at, item in enumerate(items)}
    age = (data.cutoff - log["timestamp"]).dt.total_seconds() / 86_400
    counts = {days: np.zeros(len(items)) for days in (30, 365, 120)}
    last: dict[tuple[int, int], float] = {}
    for who, item, days in zip(log["user"], log["item"], age, strict=True):
        if item not in column:
            continue
        last[who, item] = min(last.get((who, item), np.inf), days)
        for half_life, row in counts.items():
            row[column[item]] += 0.5 ** (days / half_life) * (who == user)
    shoppers = {days: np.full(len(items), 0.1) for days in (7, 14, 28)}
    for (_, item), days in last.items():
        for half_life, row in shoppers.items():
            row[column[item]] += 0.5 ** (days / half_life)
    taste, leader, known = (np.zeros(len(items)) for _ in range(3))
    for facet in data.facets():
        codes = data.codes(facet)[0][items]
        total = counts[120][codes >= 0].sum()
        for at in np.flatnonzero(codes >= 0):
            same = codes == codes[at]
            taste[at] += np.log(counts[120][same].sum() / total + 1e-3)
            leader[at] += np.log(shoppers[14][at] / shoppers[14][same].sum())
            known[at] += 1
    known = np.maximum(known, 1)
    ease = Ease(EaseConfig(ridge_all=300.0)).fit(data).score(np.array([user]))[0].astype(float)
    expected = (
        np.log1p(counts[30])
        + 0.5 * np.log1p(counts[365])
        + 0.2 * (ease - ease.mean()) / ease.std()
        + 0.1 * np.log(shoppers[14])
        - 0.3 * np.log(shoppers[7] / shoppers[28])
        + 0.4 * taste / known
        + 0.2 * leader / known
    )
    np.testing.assert_allclose(mine, expected, rtol=1e-3, atol=2e-3)


def test_each_scope_has_weights_of_its_own() -> None:
    data = journey().before("2017-06-01")
    config = BlendConfig(all=Weights(recent=1.0), new=Weights(trend=1.0))
    users = np.unique(data.interactions["user"])[:5].astype(np.int64)
    model = Blend(config).fit(data)
    trend = model.score(users, "new")
    np.testing.assert_array_equal(trend, np.repeat(trend[:1], len(users), axis=0))
    assert (model.score(users, "all").std(axis=0) > 0).any()
