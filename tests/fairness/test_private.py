"""Noise is what it says, a budget is never overspent, and intervals hold what they are about."""

import json
import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import InputError
from engine.fairness.budget import Budget, read_budget, write_budget
from engine.fairness.private import UNITS, Means, Noisy, Range, accuracy, noisy, noisy_means, opendp

dp = pytest.importorskip("opendp.prelude")
KEY = b"k" * 32
ASKED = [0.001, 0.1, 0.2, 0.25, 0.3, 0.7, 1.0, 2.5]


@pytest.mark.parametrize(("sensitivity", "epsilon"), [(1, 1.0), (1, 0.1), (UNITS, 0.03), (3, 0.7)])
def test_the_scale_is_sensitivity_over_epsilon(sensitivity: int, epsilon: float) -> None:
    found = noisy(np.zeros(2, dtype=np.int64), sensitivity, epsilon)
    assert found.scale == pytest.approx(sensitivity / epsilon, rel=1e-12)
    assert 0.999999 * epsilon < found.epsilon <= epsilon


def test_neighbours_differ_in_a_tiny_histogram_by_at_most_e_to_epsilon() -> None:
    """Counts (2, 1) against (1, 1): every outcome's chance within e^ε, up to five standard errors of the log ratio."""
    epsilon, n = math.log(2), 20_000
    one, two = (
        noisy(np.tile(counts, n), 1, epsilon).released.reshape(n, 2) for counts in (np.array([2, 1]), np.array([1, 1]))
    )
    ratios = []
    for first in range(-1, 5):
        for second in range(3):
            a, b = (int((told == (first, second)).all(axis=1).sum()) for told in (one, two))
            slack = 5 * math.sqrt(1 / a + 1 / b)
            assert abs(math.log(a / b)) <= epsilon + slack
            ratios.append(abs(math.log(a / b)))
    assert max(ratios) > 0.8 * epsilon  # the bound is reached, so half the noise would be caught


def test_accuracy_is_opendps() -> None:
    opendp()
    for scale in (5.0, 80.0, 1e6):
        for miss in (0.05, 0.0125):
            theirs = dp.discrete_laplacian_scale_to_accuracy(scale, miss)
            assert theirs - 1 <= accuracy(scale, 1, miss) <= theirs + 2
            told = noisy(np.zeros(20_000, dtype=np.int64), 1, 1 / scale).released
            chance = 2 * math.exp(-theirs / scale) / (1 + math.exp(-1 / scale))  # of a discrete Laplace, in whole steps
            assert chance <= miss * 1.001
            assert (np.abs(told) >= theirs).mean() == pytest.approx(chance, abs=6 * math.sqrt(chance / 20_000))


def test_accuracy_of_sums() -> None:
    for terms in (2, 7):
        told = noisy(np.zeros(20_000 * terms, dtype=np.int64), 1, 1 / 50).released.reshape(-1, terms).sum(axis=1)
        outside = (np.abs(told) > accuracy(50.0, terms, 0.05)).mean()
        assert 0.03 < outside < 0.05 + 5 * math.sqrt(0.05 / 20_000)


def test_means_are_near_and_their_intervals_hold() -> None:
    rng = np.random.default_rng(0)
    codes = np.repeat([0, 1, 2], [300, 80, 40])
    values = rng.random((2, 420))
    values[0, :20] = np.nan
    limits, held = Range(0.0, 1.0), []
    judged = ~np.isnan(values).any(axis=0)
    for _ in range(300):
        for row, mean in zip(values, noisy_means(values, codes, 3, limits, 1.5), strict=True):
            for members in (np.arange(3) == 2, np.arange(3) != 2):
                low, high = mean.interval(members)
                assert 0 <= low <= mean.mean(members) <= high <= 1
                truth = row[judged & members[codes]].mean()
                held.append(low <= truth <= high)
    assert np.mean(held) >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / 300)


@pytest.mark.parametrize(("told", "end"), [(10**9, 1.0), (-(10**9), 0.0)])
def test_noise_that_carries_an_interval_beyond_the_range_leaves_it_at_the_end(told: int, end: float) -> None:
    found = Means(Noisy(np.array([50]), 0.1, 1.0), Noisy(np.array([told]), 1.0, 1.0), Range(0.0, 1.0))
    everyone = np.array([True])
    assert found.interval(everyone) == (end, end) and found.mean(everyone) == end


def test_without_noise_to_speak_of_the_mean_is_the_clipped_mean() -> None:
    values, codes = np.array([[0.2, 0.4, 7.0, np.nan, -3.0]]), np.array([0, 0, 0, 0, 1])
    (found,) = noisy_means(values, codes, 2, Range(0.0, 1.0), 1e4)
    assert found.count.released.tolist() == [3, 1]
    assert found.mean(np.array([True, False])) == pytest.approx(1.6 / 3, abs=1e-2)
    assert found.mean(np.array([False, True])) == pytest.approx(0.0, abs=1e-2)


@given(st.lists(st.floats(-50, 50) | st.just(math.nan), min_size=1, max_size=30), st.floats(-50, 50))
def test_one_shopper_moves_a_sum_by_half_the_range_at_most(values: list[float], more: float) -> None:
    limits = Range(-2.0, 5.0)
    one, two = limits.units(np.array(values)).sum(), limits.units(np.array([*values, more])).sum()
    assert abs(int(two) - int(one)) <= UNITS


@settings(max_examples=60)
@given(st.sampled_from(ASKED), st.lists(st.sampled_from(ASKED), max_size=25))
def test_a_budget_is_never_overspent(total: float, wishes: list[float]) -> None:
    budget, spent = Budget().with_total(total), Decimal(0)
    for number, epsilon in enumerate(wishes):
        fits = spent + Decimal(str(epsilon)) <= Decimal(str(total))
        if fits:
            budget = budget.spending(epsilon, str(number), {})
            spent += Decimal(str(epsilon))
        else:
            with pytest.raises(InputError, match="is left"):
                budget.spending(epsilon, str(number), {})
    assert budget.left == float(Decimal(str(total)) - spent) >= 0


@pytest.mark.parametrize("epsilon", [0.0, -1.0, math.nan, math.inf, 11.0])
def test_an_epsilon_out_of_range_is_refused(epsilon: float) -> None:
    with pytest.raises(InputError, match="out of range"):
        Budget().with_total(1.0).check(epsilon)


def test_a_budget_is_kept_for_its_owner_and_cannot_be_raised(tmp_path: Path) -> None:
    file = tmp_path / "private.json"
    kept = Budget().with_total(0.5).spending(0.2, "q", {"a": 1})
    write_budget(file, kept, KEY)
    assert file.stat().st_mode & 0o077 == 0
    again = read_budget(file, KEY)
    assert (again.total, again.left, dict(again.answers)) == (0.5, 0.3, {"q": {"a": 1}})
    with pytest.raises(InputError, match=r"budget is 0\.5"):
        again.with_total(2.0)
    with pytest.raises(InputError, match="another key"):
        read_budget(file, b"x" * 32)
    content = json.loads(file.read_text())
    for broken in ("{", json.dumps(content | {"spent": [{"epsilon": -5, "question": "q"}]})):
        file.write_text(broken)
        with pytest.raises(InputError):
            read_budget(file, KEY)
