"""Intervals: closed forms, properties, and scipy's bootstrap as oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from engine.metrics import coverage
from engine.statistics.intervals import (
    ANY,
    around,
    half_samples,
    mean_interval,
    ratio_interval,
    ratio_intervals,
    redrawn_means,
    simultaneous_low,
    whole_interval,
)


def test_a_constant_has_no_spread() -> None:
    low, high = mean_interval(np.full((50, 2), [3.0, -1.0]))
    np.testing.assert_allclose([low, high], [[3, -1], [3, -1]], rtol=1e-6)


def test_agrees_with_scipy_on_skewed_values() -> None:
    values = np.random.default_rng(1).exponential(2.0, 400)
    low, high = mean_interval(values[:, None], draws=4000)
    oracle = bootstrap((values,), np.mean, n_resamples=4000, method="percentile", rng=2).confidence_interval
    assert low[0] == pytest.approx(oracle.low, abs=0.02)
    assert high[0] == pytest.approx(oracle.high, abs=0.02)


def test_nan_is_left_out_and_a_column_of_nothing_stays_nothing() -> None:
    values = np.array([[1.0, np.nan], [np.nan, np.nan], [1.0, np.nan]] * 20)
    low, high = mean_interval(values)
    assert low[0] == high[0] == 1.0
    assert np.isnan([low[1], high[1]]).all()


def test_coverage_of_the_mean_is_near_95_percent() -> None:
    rng = np.random.default_rng(7)
    samples = rng.normal(0.5, 1.0, (150, 400))  # 400 experiments of 150 shoppers
    low, high = mean_interval(samples, draws=600)
    assert 0.92 <= np.mean((low <= 0.5) & (high >= 0.5)) <= 0.98


@given(st.integers(4, 60), st.floats(0.2, 5))
@settings(max_examples=25)
def test_a_fixed_ratio_is_found_exactly(n: int, factor: float) -> None:
    before = np.random.default_rng(n).random(n) + 0.1
    low, high = ratio_interval(before * factor, before)
    assert low == pytest.approx(factor, rel=1e-4) and high == pytest.approx(factor, rel=1e-4)


def test_half_samples_draw_nobody_twice() -> None:
    halves = half_samples(31, draws=20)
    assert halves.shape == (20, 15)
    assert all(len(set(rows)) == 15 for rows in halves.tolist())


def test_delete_half_gives_the_standard_error_of_a_mean() -> None:
    """Closed form: for a mean, half-samples without replacement have variance s²/n, the full one's own."""
    values = np.random.default_rng(3).normal(size=500)
    low, high = whole_interval(lambda rows: float(values[rows].mean()), 500, draws=2000)
    expected = 1.96 * values.std(ddof=1) / np.sqrt(500)
    assert (high - low) / 2 == pytest.approx(expected, rel=0.08)
    assert low < values.mean() < high


def test_too_few_shoppers_have_no_interval() -> None:
    assert np.isnan(whole_interval(lambda rows: 1.0, 3)).all()


def test_a_simultaneous_bound_of_one_figure_is_the_usual_one() -> None:
    samples = np.random.default_rng(0).normal(5, 2, size=(20_000, 1))
    low = simultaneous_low(np.array([5.0]), samples)
    assert low[0] == pytest.approx(5 - 1.645 * 2, abs=0.06)
    np.testing.assert_allclose(simultaneous_low(np.array([3.0]), np.full((50, 1), 3.0)), [3.0])


@given(st.integers(0, 99), st.floats(0.1, 10), st.floats(-5, 5))
def test_simultaneous_bounds_follow_scale_and_shift_and_are_wider_than_single_ones(
    seed: int, scale: float, shift: float
) -> None:
    samples = np.random.default_rng(seed).normal(size=(400, 4)) * [1, 2, 3, 4]
    centre = samples.mean(axis=0)
    low = simultaneous_low(centre, samples)
    np.testing.assert_allclose(simultaneous_low(scale * centre + shift, scale * samples + shift), scale * low + shift)
    assert (low <= [simultaneous_low(centre[[at]], samples[:, [at]])[0] + 1e-12 for at in range(4)]).all()


def test_simultaneous_bounds_hold_together_as_often_as_said() -> None:
    """Oracle: 400 populations whose means are known, five figures each."""
    held = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        values = rng.normal(1.0, 1.0, size=(120, 5)) + rng.normal(size=(120, 1))
        low = simultaneous_low(values.mean(axis=0), redrawn_means(values, 300))
        held += bool((low <= 1.0).all())
    assert 0.91 < held / 400 < 0.98


def test_an_interval_lies_in_the_range_of_its_figure_and_the_limit_costs_no_truth() -> None:
    """Coverage near 1: its unlimited end lies above 1; both intervals hold the known truth equally often."""
    rng = np.random.default_rng(5)
    lists = np.argsort(rng.gumbel(size=(5_000, 30)), axis=1)[:, :3]
    draws = [rng.choice(5_000, 40, replace=False) for _ in range(600)]
    truth = np.mean([coverage(lists[rows], 30) for rows in draws])
    beyond, held = 0, np.zeros(2)
    for rows in draws[:120]:
        slates = lists[rows]
        both = [
            whole_interval(lambda part, s=slates: coverage(s[part], 30), 40, draws=60, within=within)  # type: ignore[misc]
            for within in (ANY, (0.0, 1.0))
        ]
        beyond += both[0][1] > 1
        assert 0 <= both[1][0] <= coverage(slates, 30) <= both[1][1] <= 1
        held += [low <= truth <= high for low, high in both]
    assert beyond > 60 and held[0] == held[1] >= 0.9 * 120


@given(st.integers(0, 999))
@settings(max_examples=30)
def test_limits_only_ever_cut(seed: int) -> None:
    rng = np.random.default_rng(seed)
    centre, halves = rng.random(3), rng.normal(0.5, 0.4, (40, 3))
    free, limited = around(centre, halves), around(centre, halves, np.array([[0.0, 1.0]] * 3))
    np.testing.assert_array_equal(limited, np.clip(free, 0, 1))


def test_an_interval_holds_its_figure_where_nearly_all_halves_agree() -> None:
    halves = np.full((200, 1), 0.1)
    halves[:2] = 0.05
    low, high = around(np.array([0.1]), halves)
    assert low[0] <= 0.1 <= high[0]
    unknown = np.full((200, 1), np.nan)
    assert np.isnan(around(np.array([0.1]), unknown)).all()


@given(st.integers(2, 40), st.integers(1, 5), st.integers(0, 9))
@settings(max_examples=25)
def test_several_ratios_are_each_the_ratio_of_their_own_columns(n: int, columns: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    after, before = rng.random((n, columns)), rng.random((n, columns)) + 0.1
    lows, highs = ratio_intervals(after, before)
    alone = [ratio_interval(after[:, at], before[:, at]) for at in range(columns)]
    np.testing.assert_allclose(np.column_stack([lows, highs]), alone, rtol=1e-12)
    np.testing.assert_allclose(ratio_intervals(after, before[:, :1])[0][0], lows[0], rtol=1e-12)


def test_nobody_has_no_interval() -> None:
    assert np.isnan(ratio_intervals(np.zeros((0, 3)), np.zeros((0, 1)))).all()
