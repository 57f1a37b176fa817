"""A λ for each shopper: its mean, its order, and lists that are those of the sweep."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.personal import personal, slates_at
from engine.bench.bench import Bench
from engine.slates.make import make_slates, sweep_slates
from engine.strategy.strategy import Strategy

STRATEGY = Strategy(method="mmr", diversity=0.3, pool=60, k=8)


def test_by_hand() -> None:
    np.testing.assert_allclose(personal(np.array([0.5, 0.1, 0.9]), 0.3, 1.0), [0.3, 0.0, 0.6])
    np.testing.assert_allclose(personal(np.array([0.5, 0.1, 0.9]), 0.8, 0.5), [0.8, 0.7, 0.9])
    np.testing.assert_allclose(personal(np.array([2.0, np.nan, 2.0, 3.0]), 0.4, 1.0), [0.2, 0.4, 0.2, 0.8])
    np.testing.assert_allclose(personal(np.array([np.nan, 0.7]), 0.4), [0.4, 0.4])
    assert personal(np.zeros(0), 0.4).shape == (0,)


@given(st.lists(st.floats(0, 2) | st.just(np.nan), max_size=60), st.floats(0, 1), st.floats(0, 1))
def test_the_mean_stays_and_the_order_is_that_of_spread(spread: list[float], base: float, strength: float) -> None:
    values = np.array(spread, dtype=float)
    found = personal(values, base, strength)
    assert ((found >= -1e-12) & (found <= 1 + 1e-12)).all()
    if len(found):
        assert found.mean() == pytest.approx(base)
    known = ~np.isnan(values)
    ranked = found[known][np.argsort(values[known], kind="stable")]
    assert (np.diff(ranked) >= -1e-12).all() and np.allclose(found[~known], base)
    n = int(known.sum())
    if n > 1:  # oracle: pandas' ranks
        places = (pd.Series(values[known]).rank().to_numpy() - 1) / (n - 1)
        np.testing.assert_allclose(found[known], base + strength * (2 * places - 1) * min(base, 1 - base))


def test_lists_are_those_of_the_sweep(bench: Bench) -> None:
    rng = np.random.default_rng(0)
    levels = rng.random(len(bench.users))
    found = slates_at(bench, STRATEGY, levels)
    grid = [round(step * 0.05, 2) for step in range(21)]
    sweep = sweep_slates(bench, STRATEGY, grid).items
    places = np.round(levels / 0.05).astype(int)
    np.testing.assert_array_equal(found, sweep[places, np.arange(len(levels))])
    assert found.dtype == np.int64
    rows = np.array([9, 2, 5])
    np.testing.assert_array_equal(slates_at(bench, STRATEGY, levels[rows], rows), found[rows])
    np.testing.assert_array_equal(slates_at(bench, STRATEGY, np.full(3, 0.33), rows, step=0.01),
                                  make_slates(bench, STRATEGY.at(diversity=0.33), rows).items)  # fmt: skip


def test_from_real_histories(bench: Bench) -> None:
    levels = personal(bench.evidence("all").spread, 0.3)
    assert levels.mean() == pytest.approx(0.3) and levels.min() == pytest.approx(0.15)
    assert slates_at(bench, STRATEGY, levels).shape == (len(bench.users), 8)


@pytest.mark.parametrize("levels", [np.array([0.5]), np.array([0.5, 1.1]), np.array([0.5, np.nan])])
def test_other_levels_are_refused(bench: Bench, levels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="one λ"):
        slates_at(bench, STRATEGY, levels, np.array([0, 1]))
    with pytest.raises(ValueError, match="base and strength"):
        personal(np.ones(3), 1.2)
