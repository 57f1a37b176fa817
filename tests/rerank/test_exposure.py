"""Exposure floors by prices: a closed form, what must always hold, and the exact optimum by HiGHS on small shops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, linprog, milp

from engine.data import Cancelled
from engine.rerank import Lift, find_prices, group_exposure, reachable_exposure, relevance_bound, rerank, unreachable

MOST = 4.0
K = 3
DISCOUNT = 1 / np.log2(np.arange(2, K + 2))


def shop(seed: int, users: int = 8, items: int = 9, groups: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores [U, N] in [0, 1], candidates [U, N] of which some are none, and codes [n_items], -1 = of no group."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(-1, groups, items)
    candidates = np.stack([rng.permutation(items) for _ in range(users)])
    candidates[rng.random((users, items)) < 0.1] = -1
    return (rng.random((users, items)) * np.where(codes[candidates] == 0, 0.5, 1)).astype(np.float32), candidates, codes


def maker(scores: np.ndarray, candidates: np.ndarray, codes: np.ndarray, diversity: float = 0.0):
    """Lists at given prices, by the re-ranker's public function."""
    vectors = np.random.default_rng(7).normal(size=(len(codes), 4)).astype(np.float32)

    def make(prices: np.ndarray) -> np.ndarray:
        lift = Lift(np.arange(len(codes)), np.where(codes >= 0, prices[codes], 0.0))
        return rerank(scores, candidates, vectors, K, "mmr", diversity, rules=[lift]).items

    return make


def relevance(scores: np.ndarray, candidates: np.ndarray, items: np.ndarray) -> float:
    match = candidates[:, None, :] == items[:, :, None]
    values = np.where(items >= 0, np.take_along_axis(scores, match.argmax(axis=2), axis=1), 0)
    return float((values @ DISCOUNT).sum())


def program(scores: np.ndarray, candidates: np.ndarray, codes: np.ndarray, floors: np.ndarray) -> tuple[tuple, int]:
    """max discounted relevance over all lists that hold the floors: x[u, candidate, slot] in {0, 1}."""
    users, n = candidates.shape
    cells = [(u, c, s) for u in range(users) for c in range(n) for s in range(K) if candidates[u, c] >= 0]
    sizes = np.minimum((candidates >= 0).sum(axis=1), K)
    cells = [(u, c, s) for u, c, s in cells if s < sizes[u]]
    rows, low, high = [], [], []
    for u in range(users):
        for s in range(sizes[u]):
            rows.append([a == u and d == s for a, _, d in cells])
            low, high = [*low, 1], [*high, 1]
        for c in range(n):
            rows.append([a == u and b == c for a, b, _ in cells])
            low, high = [*low, 0], [*high, 1]
    whole = sum(DISCOUNT[:size].sum() for size in sizes)
    for g, floor in enumerate(floors):
        rows.append([DISCOUNT[s] * (codes[candidates[u, c]] == g) for u, c, s in cells])
        low, high = [*low, floor * whole - 1e-9], [*high, np.inf]
    worth = np.array([-scores[u, c] * DISCOUNT[s] for u, c, s in cells])
    return (worth, np.array(rows, float), np.array(low, float), np.array(high, float)), len(cells)


def optimum(*asked: np.ndarray, whole: bool = True) -> float | None:
    (worth, rows, low, high), n = program(*asked)
    if whole:
        found = milp(worth, constraints=LinearConstraint(rows, low, high), integrality=np.ones(n), bounds=(0, 1))
        return -found.fun if found.x is not None else None
    capped = np.isfinite(high)
    found = linprog(worth, np.vstack([-rows, rows[capped]]), np.r_[-low, high[capped]], bounds=(0, 1), method="highs")
    return -found.fun if found.status == 0 else None


def test_a_price_just_above_the_difference() -> None:
    """Two shoppers, one slot each: to give group 1 half of it, the cheaper shopper changes at a price of 0.13."""
    scores, candidates, codes = (
        np.array([[0.9, 0.77], [0.9, 0.5]], np.float32),
        np.array([[0, 1], [0, 1]]),
        np.array([0, 1]),
    )
    vectors = np.eye(2, dtype=np.float32)

    def make(prices: np.ndarray) -> np.ndarray:
        return rerank(scores, candidates, vectors, 1, "mmr", 0.0, rules=[Lift(np.arange(2), prices[codes])]).items

    found = find_prices(make, codes, np.array([0.0, 0.5]), MOST)
    assert found.items.tolist() == [[1], [0]] and found.exposure.tolist() == [0.5, 0.5]
    assert found.prices[0] == 0 and 0.13 < found.prices[1] < 0.131 and not found.short.any()
    both = find_prices(make, codes, np.array([0.0, 1.0]), MOST)
    assert both.items.tolist() == [[1], [1]] and 0.4 < both.prices[1] < 0.401


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.3]), st.lists(st.floats(0, 0.33), min_size=3, max_size=3))
def test_floors_hold_or_are_told_and_nothing_is_for_nothing(seed: int, diversity: float, asked: list[float]) -> None:
    scores, candidates, codes = shop(seed)
    make, floors = maker(scores, candidates, codes, diversity), np.array(asked)
    found = find_prices(make, codes, floors, MOST)
    plain = make(np.zeros(3))
    assert (found.short == (found.exposure < floors - 1e-9)).all() and (found.prices >= 0).all()
    np.testing.assert_array_equal(found.items, make(found.prices))
    np.testing.assert_allclose(found.exposure, group_exposure(found.items, codes, 3))
    again = find_prices(make, codes, floors, MOST)
    assert again.prices.tobytes() == found.prices.tobytes()
    if (group_exposure(plain, codes, 3) >= floors).all():
        assert found.rounds == 1 and not found.prices.any()
        np.testing.assert_array_equal(found.items, plain)
    if diversity == 0:
        cost = relevance(scores, candidates, plain) - relevance(scores, candidates, found.items)
        assert cost >= -1e-5


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_price_or_floor_never_gives_less_nor_costs_less(seed: int, one: float, other: float) -> None:
    scores, candidates, codes = shop(seed)
    make, low, high = maker(scores, candidates, codes), min(one, other), max(one, other)
    lists = [make(np.array([price, 0.0, 0.0])) for price in (low, high)]
    shares = [group_exposure(items, codes, 3)[0] for items in lists]
    worth = [relevance(scores, candidates, items) for items in lists]
    assert shares[0] <= shares[1] + 1e-9 and worth[0] >= worth[1] - 1e-5
    found = [find_prices(make, codes, np.array([floor, 0.0, 0.0]), MOST) for floor in (low, high)]
    assert found[0].prices[0] <= found[1].prices[0] + 1e-9


def test_beside_the_exact_optimum() -> None:
    """Never better than it, never above the bound, and near it; where there is none, that is told and often proven."""
    kept, impossible, proven, missed = [], 0, 0, 0
    for seed in range(30):
        scores, candidates, codes = shop(seed)
        floors = np.random.default_rng(seed).dirichlet(np.ones(3)) * 0.75
        best = optimum(scores, candidates, codes, floors)
        found = find_prices(maker(scores, candidates, codes), codes, floors, MOST)
        if best is None:
            impossible += 1
            assert found.short.any()
        if found.short.any():
            if unreachable(candidates, codes, floors, K, found):
                proven += 1
                assert best is None
            missed += best is not None
            continue
        assert best is not None
        bound = relevance_bound(scores.astype(float), candidates, codes, floors, found.prices, K)
        reached = relevance(scores, candidates, found.items)
        assert reached <= best + 1e-6 and best <= bound + 1e-6
        kept.append(reached / best)
    assert len(kept) >= 15 and proven == impossible >= 10, "every impossible floor is proven to be so"
    assert np.mean(kept) > 0.96 and missed <= 2, "lists of eight shoppers are coarse"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_reach_is_the_most_that_any_lists_give(seed: int) -> None:
    _, candidates, codes = shop(seed, users=3)
    most = reachable_exposure(candidates, codes, 3, K)
    for g in range(3):
        only = maker(np.where(codes[candidates] == g, 1, 0).astype(np.float32), candidates, codes)
        assert group_exposure(only(np.zeros(3)), codes, 3)[g] == pytest.approx(most[g])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.floats(0, 3), min_size=3, max_size=3))
def test_any_prices_bound_the_relaxed_optimum(seed: int, prices: list[float]) -> None:
    scores, candidates, codes = shop(seed, users=3, items=6)
    floors = np.full(3, 0.15)
    best = optimum(scores, candidates, codes, floors, whole=False)
    if best is not None:
        assert relevance_bound(scores.astype(float), candidates, codes, floors, np.array(prices), K) >= best - 1e-6


def test_it_can_be_stopped_and_refuses_nonsense() -> None:
    scores, candidates, codes = shop(0)
    make, told = maker(scores, candidates, codes), []

    def stop(step: str, done: int, total: int) -> None:
        told.append((step, done, total))
        if len(told) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        find_prices(make, codes, np.array([0.5, 0.0, 0.0]), MOST, stop)
    assert told == [("rerank.exposure.prices", 1, told[0][2]), ("rerank.exposure.prices", 2, told[0][2])]
    for floors, most in (([-0.1, 0, 0], 1.0), ([0.6, 0.6, 0], 1.0), ([np.nan, 0, 0], 1.0), ([0.1, 0, 0], 0.0)):
        with pytest.raises(ValueError, match=r"floors must|highest price"):
            find_prices(make, codes, np.array(floors), most)


def test_many_floors_together_stay_near_the_bound() -> None:
    """No lists that hold them are better by more than that, proven by duality for each shop."""
    gaps = []
    for seed in range(6):
        scores, candidates, codes = shop(seed, users=120, items=40, groups=10)
        floors = np.minimum(0.075, 0.5 * reachable_exposure(candidates, codes, 10, K))
        found = find_prices(maker(scores, candidates, codes), codes, floors, MOST)
        quick = find_prices(maker(scores, candidates, codes), codes, floors, MOST, halvings=0)
        assert not found.short.any() and not quick.short.any() and found.prices.sum() <= quick.prices.sum()
        bound = relevance_bound(scores.astype(float), candidates, codes, floors, found.prices, K)
        gaps.append(1 - relevance(scores, candidates, found.items) / bound)
    assert min(gaps) >= 0 and max(gaps) < 0.005
