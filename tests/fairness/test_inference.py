"""Bootstrap, permutation test and corrections against closed forms, scipy and brute force."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from engine.fairness import adjusted, cohens_h, detectable, hedges_g, intervals, permutation_test
from engine.fairness.bootstrap import weights
from engine.fairness.moments import observed

SKEWED = np.random.default_rng(3).exponential(size=60)
HALVES = np.repeat([0, 1], [20, 40])


def test_moments_are_those_of_numpy() -> None:
    values = np.random.default_rng(0).normal(5, 2, (50, 2))
    values[3, 1] = np.nan
    codes = np.random.default_rng(1).integers(0, 3, 50)
    found, mean, spread = observed(values, codes[:, None], 3)
    for g in range(3):
        mine, rest = values[codes == g], values[codes != g]
        assert found.mean[g] * spread + mean == pytest.approx(np.nanmean(mine, axis=0), rel=1e-12)
        assert found.variance[g] * spread**2 == pytest.approx(np.nanvar(mine, axis=0, ddof=1), rel=1e-10)
        assert found.mean_rest[g] * spread + mean == pytest.approx(np.nanmean(rest, axis=0), rel=1e-12)
        assert found.n[g].tolist() == (~np.isnan(mine)).sum(axis=0).tolist()


def test_permutation_p_is_the_exact_one_of_every_deal() -> None:
    """Brute force over all C(8, 3) deals of labels, with Welch's statistic of scipy."""
    values, codes = np.array([1.0, 5, 9, 2, 2, 3, 4, 1]), np.array([0, 0, 0, 1, 1, 1, 1, 1])

    def welch(chosen: tuple[int, ...]) -> float:
        mine = np.isin(np.arange(8), chosen)
        return abs(float(stats.ttest_ind(values[mine], values[~mine], equal_var=False).statistic))

    deals = [welch(chosen) for chosen in combinations(range(8), 3)]
    exact = np.mean(np.array(deals) >= welch((0, 1, 2)) - 1e-9)
    found = permutation_test(values[:, None], codes[:, None], 2, permutations=40_000, seed=1)
    assert found.p[0, 0] == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 40_000))
    assert found.p[0, 0] == found.p[1, 0]  # two groups: one question


def test_permutation_p_agrees_with_scipys() -> None:
    def statistic(one: np.ndarray, two: np.ndarray, axis: int) -> np.ndarray:
        found = stats.ttest_ind(one, two, equal_var=False, axis=axis).statistic
        return np.abs(found)

    values = SKEWED + 0.6 * (HALVES == 0)
    theirs = stats.permutation_test(
        (values[HALVES == 0], values[HALVES == 1]), statistic, vectorized=True, n_resamples=20_000,
        alternative="greater", rng=np.random.default_rng(0),
    ).pvalue  # fmt: skip
    ours = permutation_test(values[:, None], HALVES[:, None], 2, permutations=20_000).p[0, 0]
    assert ours == pytest.approx(theirs, abs=0.012)
    assert 0.02 < ours < 0.4


def test_unequal_variances_do_not_raise_false_alarms() -> None:
    """Small group, large spread: the plain permutation test rejects far too often, the studentized one does not."""
    rng, ours, plain = np.random.default_rng(0), [], []
    for seed in range(300):
        values = np.concatenate([rng.normal(0, 4, 15), rng.normal(0, 1, 85)])
        codes = np.repeat([0, 1], [15, 85])
        ours.append(permutation_test(values[:, None], codes[:, None], 2, permutations=500, seed=seed).p[0, 0])
        drawn = rng.permuted(np.tile(values, (500, 1)), axis=1)
        gaps = np.abs(drawn[:, :15].mean(axis=1) - drawn[:, 15:].mean(axis=1))
        plain.append((1 + (gaps >= abs(values[:15].mean() - values[15:].mean())).sum()) / 501)
    assert np.mean(np.array(ours) <= 0.05) < 0.09
    assert np.mean(np.array(plain) <= 0.05) > 0.15


def test_the_critical_value_is_where_p_crosses_alpha() -> None:
    for shift in np.linspace(0, 1.5, 16):
        values = SKEWED + shift * (HALVES == 0)
        found = permutation_test(values[:, None], HALVES[:, None], 2, permutations=999, seed=4, alpha=0.05)
        moments, _, _ = observed(values[:, None], HALVES[:, None], 2)
        t = abs(moments.difference / moments.difference_error)[0, 0]
        assert (found.p[0, 0] <= 0.05) == (t > found.critical[0, 0])


def test_threads_and_further_columns_change_nothing() -> None:
    rng = np.random.default_rng(0)
    values, codes = rng.normal(size=(80, 3)), rng.integers(0, 3, (80, 1))
    values[:5, 1] = np.nan
    once = permutation_test(values, codes, 3, 1_000, seed=2, threads=1).p
    assert np.array_equal(once, permutation_test(values, codes, 3, 1_000, seed=2, threads=3).p)
    twice = permutation_test(values, np.hstack([codes, 3 + codes]), 6, 1_000, seed=2).p
    assert np.array_equal(twice, np.vstack([once, once]))


def test_nothing_to_test_is_nan_and_no_spread_is_no_accident() -> None:
    values = np.array([1.0, 1, 1, 2, 2, 2])[:, None]
    codes = np.array([0, 0, 0, 1, 1, 1])[:, None]
    assert permutation_test(values, codes, 2, 2_000).p[0, 0] == pytest.approx(2 / 20, abs=0.03)
    lonely = np.array([0, 1, 1, 1, 1, 1])[:, None]
    assert np.isnan(permutation_test(values, lonely, 2, 100).p).all()
    assert permutation_test(np.ones((6, 1)), codes, 2, 100).p.tolist() == [[1.0], [1.0]]


def test_bootstrap_interval_is_the_studentized_one_by_brute_force() -> None:
    values, n = SKEWED[:30], 30
    own, _ = intervals(values[:, None], np.zeros((n, 1), dtype=np.int64), 1, draws=250, seed=5)
    drawn = weights(n, 250, [5, 0]).astype(int)
    t = []
    for row in drawn:
        again = np.repeat(values, row)
        t.append((again.mean() - values.mean()) / (again.std(ddof=1) / np.sqrt(n)))
    error = values.std(ddof=1) / np.sqrt(n)
    high, low = values.mean() - np.quantile(t, [0.025, 0.975]) * error
    assert (own.low[0, 0], own.high[0, 0]) == pytest.approx((low, high), rel=1e-9)


def test_bootstrap_of_a_gap_agrees_with_welch_for_normal_figures() -> None:
    rng = np.random.default_rng(1)
    values, codes = rng.normal(size=400), np.repeat([0, 1], [150, 250])
    _, gap = intervals(values[:, None], codes[:, None], 2, draws=4_000)
    theirs = stats.ttest_ind(values[:150], values[150:], equal_var=False).confidence_interval()
    assert (gap.low[0, 0], gap.high[0, 0]) == pytest.approx((theirs.low, theirs.high), abs=0.02)
    assert (-gap.high[1, 0], -gap.low[1, 0]) == pytest.approx((gap.low[0, 0], gap.high[0, 0]), rel=1e-6)


def test_equal_figures_have_no_width() -> None:
    own, _ = intervals(np.full((20, 1), 0.3), np.zeros((20, 1), dtype=np.int64), 1, draws=100)
    assert (own.low[0, 0], own.high[0, 0]) == pytest.approx((0.3, 0.3))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_is_scipys(p: list[float]) -> None:
    assert adjusted(np.array(p)) == pytest.approx(stats.false_discovery_control(p), abs=1e-12)


def test_q_leaves_out_what_was_not_tested() -> None:
    assert adjusted(np.array([0.01, np.nan, 0.04])).tolist() == [0.02, pytest.approx(np.nan, nan_ok=True), 0.04]


def test_hedges_g_by_hand() -> None:
    """Means 2 and 4, both variances 1: d = −2, J = 1 − 3 / (4·4 − 1)."""
    values, codes = np.array([1.0, 2, 3, 3, 4, 5]), np.array([0, 0, 0, 1, 1, 1])
    found, _, _ = observed(values[:, None], codes[:, None], 2)
    assert hedges_g(found)[0, 0] == pytest.approx(-2 * (1 - 3 / 15))


def test_cohens_h_and_the_detectable_difference_by_hand() -> None:
    assert float(cohens_h(np.float64(0.5), np.float64(0))) == pytest.approx(np.pi / 2)
    assert float(detectable(1.0, 1)) == pytest.approx(1.959964 + 1.036433, abs=1e-5)
    assert float(detectable(1.0, 100)) > float(detectable(1.0, 10))
