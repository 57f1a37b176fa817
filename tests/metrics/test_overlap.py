import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.spatial.distance import pdist

from engine import metrics
from engine.metrics import overlap

from . import oracle
from .cases import slates

rates = st.sampled_from([0.3, 0.5, 0.9, 0.98])


@given(slates(max_users=8))
def test_overlap_equals_the_plain_definition(lists):
    assert_allclose(metrics.jaccard_overlap(lists), oracle.over_pairs(oracle.jaccard, lists))
    assert_allclose(metrics.dice_overlap(lists), oracle.over_pairs(oracle.dice, lists))
    assert_allclose(metrics.shared_products(lists), oracle.over_pairs(oracle.common, lists))


def skewed(n_users, k, n_items, seed=0):
    """Slates with a few items that nearly everybody sees and a long tail."""
    rng = np.random.default_rng(seed)
    scores = rng.gumbel(size=(n_users, n_items)) - 1.3 * np.log(np.arange(1, n_items + 1))
    return np.argsort(-scores, axis=1)[:, :k]


def test_overlap_equals_scipy_over_several_blocks():
    lists = skewed(700, 10, 400)
    lists[::7, 3] = -1
    shown = np.zeros((700, 400), dtype=bool)
    users, slots = np.nonzero(lists >= 0)
    shown[users, lists[users, slots]] = True
    assert_allclose(metrics.jaccard_overlap(lists), 1 - pdist(shown, "jaccard").mean(), rtol=1e-9)
    assert_allclose(metrics.dice_overlap(lists), 1 - pdist(shown, "dice").mean(), rtol=1e-9)


def test_overlap_known_values():
    assert metrics.jaccard_overlap([[0, 1], [1, 0], [0, 1]]) == 1.0
    assert metrics.jaccard_overlap([[0, 1], [2, 3]]) == 0.0
    assert_allclose(metrics.jaccard_overlap([[0, 1], [0, 2]]), 1 / 3)
    assert_allclose(metrics.dice_overlap([[0, 1], [0, 2]]), 1 / 2)
    assert metrics.shared_products([[0, 1], [0, 2]]) == 1.0


def test_a_pair_of_empty_slates_is_left_out_and_empty_against_filled_is_0():
    assert_allclose(metrics.jaccard_overlap([[0, 1], [0, 1], [-1, -1], [-1, -1]]), 1 / 5)
    for lists in ([[-1], [-1]], [[3]], np.empty((0, 4), dtype=int)):
        assert np.isnan(metrics.jaccard_overlap(lists))
        assert np.isnan(metrics.shared_products(lists))


def test_overlap_sees_neither_order_nor_gaps_nor_who_is_who():
    lists = skewed(60, 6, 50)
    moved = np.pad(lists, ((0, 0), (2, 0)), constant_values=-1)[::-1, ::-1]
    assert_allclose(metrics.jaccard_overlap(moved), metrics.jaccard_overlap(lists))


def test_beyond_the_limit_a_reproducible_sample_comes_close(monkeypatch):
    lists = skewed(1500, 10, 400)
    exact = metrics.jaccard_overlap(lists)
    monkeypatch.setattr(overlap, "EXACT_USERS", 500)
    sampled = metrics.jaccard_overlap(lists)
    assert sampled == metrics.jaccard_overlap(lists)
    assert sampled != metrics.jaccard_overlap(lists, seed=1)
    assert_allclose(sampled, exact, rtol=0.05)
    estimate = metrics.overlap_interval(lists)
    assert estimate.value == sampled
    assert estimate.low < exact < estimate.high


def test_the_interval_covers_as_often_as_it_says():
    population = skewed(6000, 5, 60)
    truth = metrics.jaccard_overlap(population)
    rng = np.random.default_rng(1)
    inside = 0
    for trial in range(100):
        drawn = population[rng.choice(len(population), 120, replace=False)]
        estimate = metrics.overlap_interval(drawn, level=0.9, draws=60, seed=trial)
        assert estimate.low <= estimate.value <= estimate.high
        inside += estimate.low <= truth <= estimate.high
    assert 0.83 <= inside / 100 <= 0.97


def test_the_interval_narrows_with_more_shoppers():
    few, many = (metrics.overlap_interval(skewed(n, 5, 60), "dice", draws=100) for n in (60, 1500))
    assert many.high - many.low < (few.high - few.low) / 3


@given(slates(max_users=4), st.data())
def test_agreement_equals_the_plain_definition(first, data):
    second = data.draw(slates(len(first), len(first)))
    p = data.draw(rates)
    pairs = list(zip(first, second, strict=True))
    assert_allclose(metrics.jaccard(first, second), [oracle.jaccard(a, b) for a, b in pairs])
    expected = [oracle.rbo(a, b, p) for a, b in pairs]
    assert_allclose(metrics.rbo(first, second, p), expected, atol=1e-12)
    assert_allclose(metrics.rbo(second, first, p), expected, atol=1e-12)


def test_rbo_known_values():
    same, gap, reversed_, other = [0, 1, 2, -1], [-1, 0, 1, 2], [2, 1, 0, -1], [5, 6, 7, -1]
    nothing = [-1] * 4
    values = metrics.rbo([same] * 5 + [nothing], [same, gap, reversed_, other, nothing, nothing])
    p = 0.9
    # Overlaps 0, 1, 3 at depths 1, 2, 3, and 1 from there on.
    turned = (1 - p) / p * (p**2 / 2 + p**3) + p**3
    assert_allclose(values, [1, 1, turned, 0, 0, np.nan], atol=1e-12)


def test_rbo_keeps_the_order_of_long_slates_with_gaps():
    rng = np.random.default_rng(0)
    lists = np.array([rng.permutation(200)[:100] for _ in range(20)])
    gaps = np.where(rng.random(lists.shape) < 0.4, -1, lists)
    expected = [oracle.rbo(a, b, 0.98) for a, b in zip(gaps, lists, strict=True)]
    assert_allclose(metrics.rbo(gaps, lists, 0.98), expected)


def test_rbo_of_a_list_cut_short_extrapolates_its_agreement():
    """A prefix agrees in all that is seen of it, so nothing speaks against it."""
    assert_allclose(metrics.rbo([[0, 1, 2, 3, 4]], [[0, 1, -1, -1, -1]]), [1.0])
    assert_allclose(metrics.rbo([[0, 1, 2, 3, 4]], [[0, 9, -1, -1, -1]]), [oracle.rbo(range(5), [0, 9], 0.9)])


@given(slates(k=st.integers(2, 6)))
def test_rbo_minds_the_top_more_than_the_bottom(lists):
    full = lists[(lists >= 0).all(axis=1)]
    top, bottom = full.copy(), full.copy()
    top[:, 0], bottom[:, -1] = 98, 99
    assert np.all(metrics.rbo(full, top) < metrics.rbo(full, bottom))


def test_bad_input_is_named():
    for metric in (metrics.jaccard_overlap, metrics.shared_products, metrics.overlap_interval):
        with pytest.raises(ValueError, match="user row 0 holds item 1 more than once"):
            metric([[1, 1]] * 9)
    with pytest.raises(ValueError, match="one row for each"):
        metrics.jaccard([[0]], [[0], [1]])
    with pytest.raises(ValueError, match="p must lie"):
        metrics.rbo([[0]], [[0]], 1.0)
    eight = np.arange(8)[:, None]
    with pytest.raises(ValueError, match="at least 8"):
        metrics.overlap_interval(eight[:7])
    with pytest.raises(ValueError, match="level"):
        metrics.overlap_interval(eight, level=95)
    with pytest.raises(ValueError, match="measure"):
        metrics.overlap_interval(eight, "cosine")
