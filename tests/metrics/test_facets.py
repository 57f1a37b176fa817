import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from engine import metrics

from . import oracle
from .cases import codes, slates

NAMES = ["facet_entropy", "facet_count", "hhi", "richness_loss"]
weights = st.sampled_from([0.0, 0.0, 0.5, 1.0, 3.0])


def profiles(n_users):
    row = st.lists(weights, min_size=4, max_size=4)
    return st.lists(row, min_size=n_users, max_size=n_users).map(np.array)


cases = slates().flatmap(lambda lists: st.tuples(st.just(lists), codes, profiles(len(lists))))


@pytest.mark.parametrize("name", NAMES)
@given(slates(), codes)
def test_equals_the_plain_definition(name, lists, values):
    expected = [getattr(oracle, name)(row, values) for row in lists]
    assert_allclose(getattr(metrics, name)(lists, values), expected, atol=1e-12)


def test_known_values():
    values = np.array([0, 0, 1, 2, -1])
    lists = np.array([[0, 1, -1, -1], [0, 2, -1, 4], [0, 1, 2, 3], [4, -1, -1, -1]])
    assert_allclose(metrics.facet_entropy(lists, values), [0, 1, 1.5, np.nan])
    assert_allclose(metrics.facet_count(lists, values), [1, 2, 3, np.nan])
    assert_allclose(metrics.hhi(lists, values), [1, 1 / 2, 3 / 8, np.nan])
    assert_allclose(metrics.richness_loss(lists, values), [np.log(2), 0, np.log(4 / 3), np.nan])


def test_entropy_equals_scipy_for_many_values():
    rng = np.random.default_rng(0)
    values = rng.integers(0, 40, 500)
    lists = np.array([rng.choice(500, 60, replace=False) for _ in range(30)])
    theirs = [entropy(np.bincount(values[row]), base=2) for row in lists]
    assert_allclose(metrics.facet_entropy(lists, values), theirs, rtol=1e-12)
    assert metrics.facet_count(lists, values).tolist() == [len(set(values[row])) for row in lists]


@given(slates(), codes)
def test_bounds_and_relabelling(lists, values):
    known = ((lists >= 0) & (values[lists] >= 0)).sum(axis=1)
    judged = known > 0
    bits, count, concentration = (getattr(metrics, n)(lists, values)[judged] for n in NAMES[:3])
    assert np.all(bits <= np.log2(count) + 1e-12)
    assert np.all((concentration >= 1 / count - 1e-12) & (concentration <= 1))
    relabelled = np.where(values >= 0, 7 - values, -1)
    for name in NAMES:
        assert_allclose(getattr(metrics, name)(lists, relabelled), getattr(metrics, name)(lists, values))


@given(cases)
def test_calibration_equals_the_plain_definition(case):
    lists, values, history = case
    kl = [oracle.calibration_kl(row, values, past) for row, past in zip(lists, history, strict=True)]
    assert_allclose(metrics.calibration_kl(lists, values, history), kl, atol=1e-12)
    pairs = [oracle.both_shares(row, values, past) for row, past in zip(lists, history, strict=True)]
    js = [np.nan if found is None else jensenshannon(*np.transpose(found), base=2) ** 2 for found in pairs]
    assert_allclose(metrics.calibration_js(lists, values, history), js, atol=1e-9)


def test_calibration_known_values():
    values = np.array([0, 1, -1])
    lists = np.array([[0, 1], [0, 2], [1, -1], [0, 1], [2, -1]])
    history = np.array([[0.5, 0.5], [1, 0], [1, 0], [0, 0], [1, 0]])
    expected = [0, 0, np.log2(100), np.nan, np.nan]
    assert_allclose(metrics.calibration_kl(lists, values, history), expected, atol=1e-12)
    assert_allclose(metrics.calibration_js(lists, values, history), [0, 0, 1, np.nan, np.nan], atol=1e-12)


def test_calibration_takes_weights_as_well_as_shares():
    rng = np.random.default_rng(0)
    values, history = rng.integers(0, 5, 50), rng.random((20, 5))
    lists = np.array([rng.choice(50, 8, replace=False) for _ in range(20)])
    for metric in (metrics.calibration_kl, metrics.calibration_js):
        assert_allclose(metric(lists, values, 7 * history), metric(lists, values, history))


def test_history_profile_halves_every_120_days():
    profile = metrics.history_profile([0, 0, 1, 2], [0, 1, 1, -1], [0, 120, 5000, 3], (4, 2))
    assert_allclose(profile, [[2 / 3, 1 / 3], [0, 1], [0, 0], [0, 0]])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 2), st.floats(0, 1000)), min_size=1))
def test_history_profile_equals_a_loop(log):
    expected = np.zeros((4, 3))
    for user, value, age in log:
        if value >= 0:
            expected[user, value] += 2 ** (-age / 30)
    total = expected.sum(axis=1, keepdims=True)
    expected = np.divide(expected, total, out=np.zeros_like(expected), where=total > 0)
    assert_allclose(metrics.history_profile(*zip(*log, strict=True), (4, 3), half_life=30), expected, atol=1e-12)


def test_a_very_old_history_is_still_a_history():
    assert_allclose(metrics.history_profile([0, 0], [0, 1], [900_000, 900_120], (1, 2)), [[2 / 3, 1 / 3]])


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="codes hold -2"):
        metrics.hhi([[0]], [-2])
    with pytest.raises(ValueError, match="codes must be integers"):
        metrics.hhi([[0]], [0.5])
    with pytest.raises(ValueError, match="facet value 3, but profiles have 2"):
        metrics.calibration_kl([[0]], [3], [[1, 0]])
    with pytest.raises(ValueError, match="not negative"):
        metrics.calibration_js([[0]], [0], [[1, -1]])
    with pytest.raises(ValueError, match="one row for each"):
        metrics.calibration_kl([[0]], [0], [[1], [1]])
    with pytest.raises(ValueError, match="leak"):
        metrics.history_profile([0], [0], [-1], (1, 1))
    with pytest.raises(ValueError, match="outside the shape"):
        metrics.history_profile([1], [0], [1], (1, 1))
    with pytest.raises(ValueError, match="equally long"):
        metrics.history_profile([0, 0], [0], [1], (1, 1))
    with pytest.raises(ValueError, match="half_life"):
        metrics.history_profile([0], [0], [1], (1, 1), half_life=0)
