"""EASE of matrices that are too large to invert: against the textbook, the stated bound, and the exact solution."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.recommend import Ease, EaseConfig, ridge, spectral
from engine.recommend.counts import decayed_counts
from engine.recommend.solved import Solved
from tests.fixtures.shops import journey
from tests.recommend.test_models import textbook_ease


def random_matrix(shape: tuple[int, int], seed: int, density: float = 0.3) -> sp.csr_array:
    return sp.random_array(shape, density=density, rng=np.random.default_rng(seed), dtype=np.float32).tocsr()


def inverse(X: sp.csr_array, value: float) -> np.ndarray:
    dense = X.toarray().astype(float)
    return np.linalg.inv(dense.T @ dense + value * np.eye(X.shape[1]))


def approximate_inverse(X: sp.csr_array, basis: spectral.Eigenbasis, solution: spectral.Spectral) -> np.ndarray:
    """P as the formula says, all dense."""
    gram = (X.T @ X).toarray().astype(float)
    vectors = basis.vectors.astype(float)
    rest = np.eye(len(gram)) - vectors @ vectors.T
    powers = [rest @ np.linalg.matrix_power(gram @ rest, power) for power in range(len(solution.coefficients))]
    p = sum(c * power for c, power in zip(solution.coefficients, powers, strict=True))
    return p + (vectors / (basis.values + solution.ridge)) @ vectors.T


@settings(max_examples=40, deadline=None)
@given(
    shape=st.tuples(st.integers(2, 14), st.integers(2, 14)),
    value=st.floats(0.5, 500.0),
    seed=st.integers(0, 10_000),
)
def test_with_all_eigenvectors_it_is_the_textbook(shape: tuple[int, int], value: float, seed: int) -> None:
    X = random_matrix(shape, seed, 0.4)
    basis = spectral.leading(X, value)
    mine = spectral.scores(spectral.solve(X, basis, [value])[value], basis, X, X)
    np.testing.assert_allclose(mine, textbook_ease(X.toarray().astype(float), value), rtol=2e-3, atol=5e-4)


@settings(max_examples=40, deadline=None)
@given(bound=st.floats(1e-6, 1e4), value=st.floats(1.0, 1e4), degree=st.integers(1, 3))
def test_the_polynomial_keeps_its_bound_and_none_is_better(bound: float, value: float, degree: int) -> None:
    points = np.linspace(0.0, bound, 501)
    residual = 1 - (points + value) * np.polynomial.polynomial.polyval(
        points, spectral.best_polynomial(bound, value, degree)
    )
    promised = spectral.error(bound, value, degree)
    assert np.abs(residual).max() <= promised * (1 + 1e-6) + 1e-9
    if promised > 1e-6 and bound > 2e-3 * value:  # it swings between the ends degree + 2 times: no other does better
        ends = residual[np.abs(residual) > 0.99 * promised]
        assert (np.diff(np.sign(ends)) != 0).sum() == degree + 1


@pytest.mark.parametrize("degree", [1, 2, 3])
@pytest.mark.parametrize("value", [5.0, 50.0])
def test_the_inverse_is_within_the_bound_and_the_diagonal_is_its_own(
    monkeypatch: pytest.MonkeyPatch, degree: int, value: float
) -> None:
    monkeypatch.setattr(spectral, "RANKS", (12,))
    monkeypatch.setattr(spectral, "DEGREES", (degree,))
    monkeypatch.setattr(spectral, "ITERATIONS", 60)  # the bound is that of exact eigenvectors
    X = random_matrix((80, 60), 3)
    basis = spectral.leading(X, value)
    solution = spectral.solve(X, basis, [value])[value]
    assert len(solution.coefficients) == degree + 1 and 12 <= len(basis.values) < 60
    P, mine = inverse(X, value), approximate_inverse(X, basis, solution)
    root = np.linalg.cholesky(np.linalg.inv(P))  # P = (L Lᵀ)⁻¹
    relative = np.linalg.eigvalsh(root.T @ mine @ root) - 1
    assert np.abs(relative).max() <= solution.error * 1.1 + 1e-4
    np.testing.assert_allclose(solution.diagonal, np.diag(mine), rtol=1e-4)
    B = np.eye(60) - mine / np.diag(mine)
    np.testing.assert_allclose(spectral.scores(solution, basis, X[:9], X), X[:9] @ B, rtol=1e-3, atol=1e-4)


def test_eigenvalues_far_above_the_bound_do_not_blow_up_rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spectral, "RANKS", (6,))
    monkeypatch.setattr(spectral, "ITERATIONS", 60)
    X = random_matrix((80, 60), 3)
    X.data[:] += 100.0 * (X.indices < 4)  # four bestsellers: the largest eigenvalue is about 40,000 times the bound
    basis = spectral.leading(X, 10.0)
    solution = spectral.solve(X, basis, [10.0])[10.0]
    assert basis.values[0] / basis.bound > 1e4 and len(solution.coefficients) > 3
    mine = approximate_inverse(X, basis, solution)
    B = np.eye(60) - mine / np.diag(mine)
    np.testing.assert_allclose(solution.diagonal, np.diag(mine), rtol=1e-3)
    np.testing.assert_allclose(spectral.scores(solution, basis.stored(), X, X), X @ B, rtol=1e-2, atol=1e-2)


def test_eigenpairs_are_those_of_the_dense_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spectral, "RANKS", (8,))
    X = random_matrix((90, 70), 5)
    basis = spectral.leading(X, 30.0)
    values = np.linalg.eigvalsh((X.T @ X).toarray().astype(float))[::-1]
    np.testing.assert_allclose(basis.values[:4], values[:4], rtol=1e-2)
    assert values[len(basis.values)] <= basis.bound <= values[7] * 1.001
    np.testing.assert_allclose(basis.vectors.T @ basis.vectors, np.eye(len(basis.values)), atol=1e-5)


def test_more_eigenvectors_are_taken_until_they_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spectral, "RANKS", (4, 8, 16))
    X = random_matrix((90, 70), 5)
    few, many = spectral.leading(X, 1e4), spectral.leading(X, 0.01)
    assert len(few.values) < 8 and len(many.values) >= 16


def test_a_shopper_who_bought_nothing_and_products_nobody_bought_have_scores_of_zero() -> None:
    X = random_matrix((30, 20), 2).tolil()
    X[4], X[:, 7] = 0, 0
    X = sp.csr_array(X.tocsr())
    basis = spectral.leading(X, 10.0)
    scores = spectral.scores(spectral.solve(X, basis, [10.0])[10.0], basis, X, X)
    assert np.isfinite(scores).all()
    assert (np.abs(scores[4]) < 1e-6).all() and (np.abs(scores[:, 7]) < 1e-6).all()


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every matrix counts as large."""
    monkeypatch.setattr(ridge, "BYTES", 0)


@pytest.mark.parametrize("scope", ["all", "new"])
@pytest.mark.usefixtures("large")
def test_ease_of_a_large_shop_is_near_the_textbook(scope: str) -> None:
    data = journey().before("2017-06-01")
    model = Ease(EaseConfig(ridge_all=30.0, ridge_new=300.0)).fit(data)
    X = np.sqrt(decayed_counts(data, data.eligible(), 60.0).toarray().astype(float))
    users = np.flatnonzero(X.any(axis=1))[:25]
    expected = textbook_ease(X, {"all": 30.0, "new": 300.0}[scope])[users]
    np.testing.assert_allclose(model.score(users, scope), expected, rtol=5e-2, atol=5e-3)


@pytest.mark.usefixtures("large")
def test_it_is_the_same_twice_and_stored_and_read() -> None:
    X = random_matrix((60, 50), 8)
    users = np.arange(20)
    first, second = Solved.of(X, (30.0, 300.0)), Solved.of(X, (30.0, 300.0))
    restored = Solved.restored(first.arrays())
    for value in (30.0, 300.0):
        np.testing.assert_array_equal(first.scores(value, users), second.scores(value, users))
        np.testing.assert_array_equal(first.scores(value, users), restored.scores(value, users))
        np.testing.assert_array_equal(first.scores_of(value, X[users]), first.scores(value, users))


def test_small_matrices_are_solved_exactly() -> None:
    assert ridge.is_small((2_467, 12_523)) and ridge.is_small((1_000_000, 6_000))
    assert not ridge.is_small((32_000, 24_000))
    solved = Solved.of(random_matrix((20, 30), 1), [5.0])
    assert solved.basis is None and list(solved.exact) == [5.0]


def test_progress_moves_within_the_long_step_and_can_be_cancelled() -> None:
    shares: list[float] = []
    spectral.leading(random_matrix((90, 70), 5), 30.0, lambda _, done, total: shares.append(done / total))
    assert len(shares) > spectral.ITERATIONS and shares[0] == 0 and shares[-1] == 1
    assert (np.diff(shares) > 0).all()

    def stop(step: str, done: int, total: int) -> None:
        if done > 0:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        spectral.leading(random_matrix((90, 70), 5), 30.0, stop)


@pytest.mark.parametrize("degree", [2, 3])
def test_the_diagonal_is_the_same_whatever_is_held_at_once(monkeypatch: pytest.MonkeyPatch, degree: int) -> None:
    monkeypatch.setattr(spectral, "RANKS", (12,))
    monkeypatch.setattr(spectral, "DEGREES", (degree,))
    X = random_matrix((80, 60), 3)
    basis = spectral.leading(X, 5.0)
    whole = spectral.solve(X, basis, [5.0])[5.0]
    monkeypatch.setattr(spectral, "CELLS", 7 * 80)
    parts = spectral.solve(X, basis, [5.0])[5.0]
    np.testing.assert_allclose(parts.diagonal, whole.diagonal, rtol=1e-6)
