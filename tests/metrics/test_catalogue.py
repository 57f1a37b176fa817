"""Popularity of what is shown, and how slots and attention spread over the catalogue."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import entropy

from engine import metrics

from . import oracle
from .cases import N_ITEMS, codes, per_item, slates


@given(slates(), per_item(st.sampled_from([0.0, 0.01, 0.2, 0.5, 1.0])))
def test_popularity_equals_the_plain_definition(lists, share):
    for name in ("average_popularity", "novelty"):
        expected = [getattr(oracle, name)(row, share) for row in lists]
        assert_allclose(getattr(metrics, name)(lists, share), expected, atol=1e-12)


@given(slates(), per_item(st.integers(0, 12)))
def test_tail_share_equals_the_plain_definition(lists, counts):
    assert_allclose(metrics.tail_share(lists, counts), [oracle.tail_share(row, counts) for row in lists])


def test_popularity_known_values():
    lists = np.array([[0, 1, -1], [2, -1, 3], [-1, -1, -1]])
    share = [1.0, 0.25, 0.0, 0.5]
    assert_allclose(metrics.average_popularity(lists, share), [0.625, 0.25, np.nan])
    assert_allclose(metrics.novelty(lists, share), [1.0, 1.5, np.nan])


@pytest.mark.parametrize(
    ("counts", "head"),
    [
        ([8, 1, 1], [True, False, False]),  # exactly 80 %: the next one is tail
        ([7, 2, 1], [True, True, False]),  # the one that crosses is head
        ([1, 1, 1, 1, 1], [True, True, True, True, False]),  # ties in the order of the catalogue
        ([0, 3, 3, 3], [False, True, True, True]),
        ([0, 0], [False, False]),
    ],
)
def test_the_head_takes_80_percent(counts, head):
    assert metrics.head_items(counts).tolist() == head


def test_without_interactions_there_is_no_tail():
    assert np.isnan(metrics.tail_share([[0, 1]], [0, 0])).all()


@given(slates(), st.integers(N_ITEMS, 40), st.sampled_from([0.01, 0.1, 0.5, 1.0]))
def test_concentration_equals_the_plain_definition(lists, n_items, share):
    assert_allclose(metrics.coverage(lists, n_items), oracle.coverage(lists, n_items))
    assert_allclose(metrics.gini(lists, n_items), oracle.gini(lists, n_items), atol=1e-12)
    counts = oracle.slots(lists, n_items)
    bits = entropy(counts, base=2) if sum(counts) else np.nan
    assert_allclose(metrics.shannon_entropy(lists, n_items), bits, atol=1e-12)
    top = oracle.top_share(lists, n_items, share)
    assert_allclose(metrics.top_share(lists, n_items, share), top)


def test_concentration_known_values():
    equal, single = np.arange(8).reshape(4, 2), np.zeros((5, 1), dtype=int)
    assert metrics.coverage(equal, 8) == 1.0
    assert metrics.gini(equal, 8) == 0.0
    assert metrics.shannon_entropy(equal, 8) == 3.0
    assert metrics.top_share(equal, 8) == 1 / 8
    assert metrics.coverage(single, 8) == 1 / 8
    assert metrics.gini(single, 8) == 1 - 1 / 8
    assert metrics.shannon_entropy(single, 8) == 0.0
    assert metrics.top_share(single, 8) == 1.0


def test_catalogue_rows_may_exceed_the_number_of_eligible_items():
    assert metrics.coverage([[60_000, 5]], 4) == 0.5
    assert metrics.gini([[60_000, 5]], 4) == 0.5


def test_nothing_shown():
    nothing = np.full((2, 3), -1)
    assert metrics.coverage(nothing, 5) == 0.0
    for metric in (metrics.gini, metrics.shannon_entropy, metrics.top_share):
        assert np.isnan(metric(nothing, 5))


@given(slates())
def test_gini_falls_when_a_slot_goes_to_an_unseen_item(lists):
    """Pigou–Dalton: taking from an item shown twice or more for one never shown is more equal."""
    items, counts = np.unique(lists[lists >= 0], return_counts=True)
    if not items.size or counts.max() < 2:
        return
    fairer = lists.copy()
    fairer.flat[np.flatnonzero(lists == items[counts.argmax()])[0]] = N_ITEMS
    assert metrics.gini(fairer, 20) < metrics.gini(lists, 20)
    assert metrics.shannon_entropy(fairer, 20) > metrics.shannon_entropy(lists, 20)


@given(slates(), codes)
def test_exposure_equals_the_plain_definition(lists, values):
    shares = metrics.exposure(lists, values)
    assert_allclose(shares, oracle.exposure(lists.tolist(), values.tolist()))
    if not np.isnan(shares).any() and shares.size:
        assert_allclose(shares.sum(), 1.0)


def test_exposure_known_values():
    values = np.array([0, 1, -1, 3])
    first, third = 1.0, 0.5
    expected = np.array([first, third, 0, 0]) / (first + third)
    assert_allclose(metrics.exposure([[0, 2, 1], [-1, -1, -1]], values), expected)
    assert np.isnan(metrics.exposure([[2, -1]], values)).tolist() == [True] * 4


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="not counts"):
        metrics.novelty([[0]], [17])
    with pytest.raises(ValueError, match="finite and not negative"):
        metrics.average_popularity([[0]], [np.nan])
    with pytest.raises(ValueError, match=r"n_items.*shape"):
        metrics.tail_share([[0]], [[1]])
    with pytest.raises(ValueError, match="more than the 1 eligible"):
        metrics.gini([[0, 1]], 1)
    with pytest.raises(ValueError, match="at least 1"):
        metrics.coverage([[0]], 0)
    with pytest.raises(ValueError, match="share must lie"):
        metrics.top_share([[0]], 5, 0)
