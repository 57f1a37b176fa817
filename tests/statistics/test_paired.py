"""Paired tests: a closed form, scipy as oracle, properties, and that chance is called chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, permutation_test

from engine.statistics.paired import adjusted, paired


def test_by_hand() -> None:
    """Ten shoppers gain alike: of 2^10 flips only all-plus and all-minus are as far, p = 2/1024."""
    found = paired(np.full(10, 0.75), np.full(10, 0.5))
    assert found.difference == found.low == found.high == 0.25 and found.n_users == 10
    assert abs(found.p - 2 / 1024) < 0.002


def test_a_p_is_never_0() -> None:
    """Of 40 shoppers who gain alike no flip drawn is as far; the lists as they are count as one of 10,001."""
    assert paired(np.full(40, 0.75), np.full(40, 0.5)).p == 1 / 10_001


def test_ties_and_nobody() -> None:
    same = paired(np.array([0.1, 0.2, np.nan]), np.array([0.1, 0.2, 0.3]))
    assert (same.difference, same.p, same.n_users) == (0.0, 1.0, 2)
    nobody = paired(np.array([np.nan]), np.array([1.0]))
    assert np.isnan(nobody.p) and nobody.n_users == 0
    with pytest.raises(ValueError, match="both be"):
        paired(np.zeros(3), np.zeros(4))


def test_agrees_with_scipy() -> None:
    rng = np.random.default_rng(4)
    old, shift = rng.random(60), rng.normal(0.03, 0.1, 60)
    ours = paired(old + shift, old).p
    theirs = permutation_test((shift,), np.mean, permutation_type="samples", n_resamples=20_000, rng=1).pvalue
    assert abs(ours - theirs) < 0.015


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=30))
def test_swapping_the_models_turns_the_sign_only(values: list[float]) -> None:
    new, old = np.array(values), np.zeros(len(values))
    there, back = paired(new, old), paired(old, new)
    assert there.difference == -back.difference and 0 < there.p <= 1
    assert there.p == back.p


def test_false_alarms_are_as_rare_as_promised() -> None:
    rng = np.random.default_rng(0)
    ps = [paired(rng.normal(size=40), rng.normal(size=40), seed=n).p for n in range(200)]
    assert np.mean(np.array(ps) < 0.05) < 0.11  # 5 % and three standard errors
    assert np.mean(np.array(ps) < 0.5) > 0.35


def test_adjusted_is_benjamini_hochberg() -> None:
    ps = [0.01, np.nan, 0.04, 0.03]
    found = adjusted(ps)
    assert np.isnan(found[1])
    np.testing.assert_allclose(np.delete(found, 1), false_discovery_control([0.01, 0.04, 0.03]))
    np.testing.assert_allclose(np.delete(found, 1), [0.03, 0.04, 0.04])
