"""P-MMF: the authors' program, the nearest point by a solver, the best that hindsight allows, and closed forms."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from benchmarks.peers import fair_authors
from engine.rerank import p_mmf
from engine.rerank.exposure.p_mmf import bounded

AUTHORS = Path(fair_authors.RESULT)


def everything(scores: np.ndarray) -> np.ndarray:
    return np.tile(np.arange(scores.shape[1]), (len(scores), 1))


def figures(scores: np.ndarray, items: np.ndarray, maker: np.ndarray, shares: np.ndarray, weight: float) -> list[float]:
    """The paper's W, mean nDCG by score, and min over providers of exposure / share."""
    got, k = np.take_along_axis(scores, items, axis=1), items.shape[1]
    discount = 1 / np.log2(np.arange(2, k + 2))
    kept = (got @ discount) / (-np.sort(-scores, axis=1)[:, :k] @ discount)
    least = (np.bincount(maker[items].ravel(), minlength=len(shares)) / (shares * items.size)).min()
    return [got.sum() / len(scores) + weight * least, kept.mean(), least]


@pytest.mark.parametrize("run", json.loads(AUTHORS.read_text(encoding="utf-8"))["p_mmf"], ids=lambda run: run["seed"])
def test_the_authors_program_comes_to_the_same(run: dict) -> None:
    raw, maker = fair_authors.instance(run["seed"])
    scores = 1 / (1 + np.exp(-raw))
    lines = fair_authors.log(maker)
    shares = (1 + 1 / fair_authors.PROVIDERS) * np.bincount(lines["city:token"]) / len(lines)
    made = p_mmf(scores, everything(scores), maker, shares, fair_authors.K, fair_authors.WEIGHT, run["rate"])
    assert figures(scores, made.items, maker, shares, fair_authors.WEIGHT) == pytest.approx(run["W, RRQ, MMF"])
    assert (np.abs(np.minimum(shares * made.prices, 0).sum(axis=1)) <= fair_authors.WEIGHT + 1e-12).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-2, 2), min_size=1, max_size=5), st.floats(0.01, 2))
def test_the_nearest_point_is_the_solvers(values: list[float], weight: float) -> None:
    point = np.array(values)
    found = bounded(point, weight)
    assert np.maximum(-found, 0).sum() <= weight + 1e-9
    held = {"type": "ineq", "fun": lambda x: weight - np.maximum(-x, 0).sum()}
    solved = minimize(lambda x: ((x - point) ** 2).sum(), np.zeros(len(point)), constraints=held, method="SLSQP")
    assert ((found - point) ** 2).sum() <= solved.fun + 1e-5


def hindsight(scores: np.ndarray, maker: np.ndarray, shares: np.ndarray, k: int, weight: float) -> float:
    """The paper's offline optimum, shares of lists allowed, by HiGHS."""
    shoppers, items = scores.shape
    cells, whole = shoppers * items, shoppers * k
    of = np.tile((maker[:, None] == np.arange(len(shares))).T.astype(float), (1, shoppers))  # [P, cells]
    rows = [
        np.hstack([of, np.zeros((len(shares), 1))]),
        np.hstack([-of / (shares * whole)[:, None], np.ones((len(shares), 1))]),
    ]
    each = np.hstack([np.kron(np.eye(shoppers), np.ones(items)), np.zeros((shoppers, 1))])
    solved = linprog(
        np.r_[-scores.ravel() / shoppers, -weight], np.vstack(rows), np.r_[shares * whole, np.zeros(len(shares))],
        each, np.full(shoppers, k), bounds=[(0, 1)] * cells + [(0, None)], method="highs",
    )  # fmt: skip
    assert solved.status == 0
    return float(-solved.fun)


def test_never_above_hindsight_and_near_it() -> None:
    worth, plain = [], []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        maker = np.arange(12) % 4
        scores = np.clip(rng.random((60, 12)) * (1 - 0.2 * maker), 0, 1)
        shares = np.full(4, 1.25 / 4)
        best = hindsight(scores, maker, shares, 3, 0.5)
        made = p_mmf(scores, everything(scores), maker, shares, 3, 0.5, rate=0.2, momentum=0.5)
        reached = figures(scores, made.items, maker, shares, 0.5)[0]
        top = np.argsort(-scores, axis=1)[:, :3]
        assert reached <= best + 1e-9
        worth.append(reached / best)
        plain.append(figures(scores, top, maker, shares, 0.5)[2] - figures(scores, made.items, maker, shares, 0.5)[2])
    assert np.mean(worth) > 0.95 and np.max(plain) < 0, "it serves the least served better than scores alone"


def test_without_weight_and_limits_it_is_the_top_k_and_nobody_later_is_looked_at() -> None:
    rng = np.random.default_rng(0)
    scores, maker = rng.random((30, 20)), np.arange(20) % 4
    made = p_mmf(scores, everything(scores), maker, np.full(4, 1e6), 5, weight=0.0, rate=1e-9)
    np.testing.assert_array_equal(made.items, np.argsort(-scores, axis=1)[:, :5])
    shares = np.full(4, 0.3)
    whole = p_mmf(scores, everything(scores), maker, shares, 5, 0.5, 0.1)
    changed = np.vstack([scores[:20], rng.random((10, 20))])
    np.testing.assert_array_equal(
        p_mmf(changed, everything(scores), maker, shares, 5, 0.5, 0.1).items[:20], whole.items[:20]
    )


def test_short_pools_leave_slots_empty_and_nonsense_is_refused() -> None:
    scores, few = np.full((2, 3), 0.5), np.array([[0, -1, 2], [-1, -1, -1]])
    made = p_mmf(scores, few, np.array([0, 1, 1]), np.full(2, 0.9), 3)
    assert [sorted(row) for row in made.items.tolist()] == [[-1, 0, 2], [-1, -1, -1]]
    for wrong in ({"shares": np.array([0.5, 0.0])}, {"codes": np.array([0, 1, 2])}, {"weight": -1.0}, {"momentum": 0.0},
                  {"scores": np.full((2, 3), np.nan)}, {"rate": 0.0}, {"k": 0}):  # fmt: skip
        asked = {"scores": scores, "candidates": few, "codes": np.array([0, 1, 1]), "shares": np.full(2, 0.9)} | wrong
        with pytest.raises(ValueError, match=r"must|give|take"):
            p_mmf(**asked)
