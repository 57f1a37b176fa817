"""The largest λ that keeps what was promised: by hand, by brute force, and how often the promise is wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.statistics.fixed_sequence import fixed_sequence

GRID = (0.0, 0.1, 0.2, 0.3, 0.4)


def noisy(seed: int, n: int = 80, loss: float = 0.02) -> np.ndarray:
    """float [5, n]: figures that fall by `loss` a step on average."""
    rng = np.random.default_rng(seed)
    base = rng.uniform(0.2, 1, n)
    return np.stack([base * (1 - loss * step + 0.1 * (step > 0) * rng.standard_normal(n)) for step in range(5)])


def test_where_all_lose_alike_there_is_no_doubt() -> None:
    base = np.array([0.2, 0.5, 0.9, np.nan])
    figures = np.stack([base * share for share in (1, 0.995, 0.991, 0.98, 0.995)])
    found = fixed_sequence(figures, GRID, 0.99)
    assert (found.diversity, found.at, found.n_users) == (0.2, 2, 3)
    for each in (found.kept, found.sure, found.low, found.high):
        np.testing.assert_allclose(each, [1, 0.995, 0.991, 0.98, 0.995])
    assert fixed_sequence(figures, GRID, 1.0).diversity == 0.0
    assert fixed_sequence(figures, GRID, 0.9).diversity == 0.4


@given(st.integers(0, 1000), st.floats(0.5, 1), st.floats(0.5, 1), st.floats(0.1, 50))
def test_all_up_to_the_choice_pass_and_the_next_fails(seed: int, one: float, other: float, scale: float) -> None:
    figures = noisy(seed)
    loose, strict = (fixed_sequence(figures, GRID, keep, draws=200) for keep in sorted((one, other)))
    assert strict.at <= loose.at
    assert (loose.sure[: loose.at + 1] >= min(one, other)).all()
    assert loose.at == len(GRID) - 1 or loose.sure[loose.at + 1] < min(one, other)
    strangers = np.full((5, 3), np.nan)
    again = fixed_sequence(np.concatenate([figures * scale, strangers], axis=1), GRID, min(one, other), draws=200)
    assert again.at == loose.at and again.n_users == loose.n_users
    np.testing.assert_allclose(again.sure, loose.sure)


def test_bounds_are_those_of_a_bootstrap_by_hand() -> None:
    figures, draws, n = noisy(3), 300, 80
    times = np.random.default_rng(5).multinomial(n, np.full(n, 1 / n), size=draws)
    ratios = []
    for drawn in times:
        rows = np.repeat(np.arange(n), drawn)
        ratios.append([figures[level, rows].mean() / figures[0, rows].mean() for level in range(5)])
    found = fixed_sequence(figures, GRID, 0.9, draws=draws, seed=5)
    np.testing.assert_allclose(found.sure, np.quantile(ratios, 0.05, axis=0), rtol=1e-6)
    np.testing.assert_allclose([found.low, found.high], np.quantile(ratios, [0.025, 0.975], axis=0), rtol=1e-6)


def test_a_wrong_promise_is_rare() -> None:
    """Truth: step 1 keeps all, the others 97.9 %, so that any λ above the first breaks 98 %. Expected: 5 % at most."""
    wrong = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        base = rng.uniform(0.2, 1, 150)
        truth = (1, 1, 0.979, 0.979, 0.979)
        figures = np.stack([base * (share + 0.1 * (share < 1) * rng.standard_normal(150)) for share in truth])
        wrong += fixed_sequence(figures, GRID, 0.98, draws=200).at > 1
    assert wrong / 300 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)


@pytest.mark.parametrize(
    ("figures", "grid"),
    [
        (np.full((5, 3), np.nan), GRID),
        (np.zeros((5, 3)), GRID),
        (np.ones((5, 3)), GRID[:4]),
        (np.ones((5, 3)), (0.1, 0.2, 0.3, 0.4, 0.5)),
        (np.ones((5, 3)), (0.0, 0.2, 0.1, 0.3, 0.4)),
    ],
)
def test_what_cannot_be_judged_is_refused(figures: np.ndarray, grid: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="λ"):
        fixed_sequence(figures, grid, 0.99)
