"""Distribution of overlap, groups of look-alike pages, Lorenz curve, and all lists as one shelf."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from engine import metrics
from engine.metrics import overlap

from . import oracle
from .cases import N_ITEMS, codes, slates
from .test_overlap import skewed

measures = st.sampled_from(["jaccard", "dice"])


@given(slates(max_users=8), measures, st.integers(1, 12))
def test_distributions_equal_the_plain_definition(lists, measure, bins):
    assert_allclose(metrics.shared_distribution(lists), oracle.shared_distribution(lists, lists.shape[1]))
    expected = oracle.overlap_distribution(lists, measure, bins)
    assert_allclose(metrics.overlap_distribution(lists, measure, bins), expected)


def test_the_mean_of_the_distribution_is_the_mean_overlap_over_several_blocks():
    lists = skewed(700, 10, 400)
    lists[::7, 3:] = -1
    lists[5] = -1
    shared = metrics.shared_distribution(lists)
    assert_allclose(shared.sum(), 1)
    assert_allclose(shared @ np.arange(11), metrics.shared_products(lists))
    fine = metrics.overlap_distribution(lists, bins=1000)
    assert_allclose(fine @ (np.arange(1000) + 0.5) / 1000, metrics.jaccard_overlap(lists), atol=6e-4)


def test_distribution_known_values():
    lists = [[0, 1], [1, 0], [0, 2], [3, 4]]
    assert_allclose(metrics.shared_distribution(lists), [3 / 6, 2 / 6, 1 / 6])
    assert_allclose(metrics.overlap_distribution(lists, bins=3), [3 / 6, 2 / 6, 1 / 6])  # 1/3 starts the second bin
    assert_allclose(metrics.overlap_distribution(lists, "dice", bins=2), [3 / 6, 3 / 6])
    assert np.isnan(metrics.shared_distribution([[0, 1]])).all()
    assert np.isnan(metrics.overlap_distribution([[-1], [-1]])).all()


@given(slates(min_users=3, max_users=8), measures, st.integers(0, 99))
def test_samples_have_the_overlap_of_their_own_lists(lists, measure, seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, len(lists), endpoint=True))
    samples = np.stack([rng.permutation(len(lists))[:size] for _ in range(3)])
    expected = [oracle.over_pairs(getattr(oracle, measure), lists[rows]) for rows in samples]
    assert_allclose(metrics.overlap_of_samples(lists, samples, measure), expected, rtol=1e-6)


def test_samples_over_several_blocks():
    lists = skewed(600, 10, 300)
    lists[::9, 4:], lists[::50] = -1, -1
    samples = np.stack([np.random.default_rng(n).permutation(600)[:300] for n in range(4)])
    for measure, plain in (("jaccard", metrics.jaccard_overlap), ("dice", metrics.dice_overlap)):
        assert_allclose(
            metrics.overlap_of_samples(lists, samples, measure), [plain(lists[rows]) for rows in samples], rtol=1e-6
        )


@given(slates(max_users=8), st.sampled_from([0.2, 1 / 3, 0.5, 0.75, 1.0]))
def test_groups_equal_the_plain_definition(lists, threshold):
    found = metrics.look_alike_groups(lists, threshold)
    assert found.labels.tolist() == oracle.look_alike_groups(lists, threshold)


def test_groups_equal_the_plain_definition_over_several_blocks():
    lists = skewed(300, 5, 60)
    for threshold in (0.42, 0.66, 1.0):
        found = metrics.look_alike_groups(lists, threshold)
        assert found.labels.tolist() == oracle.look_alike_groups(lists, threshold)
        assert found.labels.max() > 5


@given(slates(min_users=2, max_users=8), st.sampled_from([0.3, 0.5, 1.0]))
def test_members_are_alike_the_centre_and_groups_shrink(lists, threshold):
    labels, centres = metrics.look_alike_groups(lists, threshold)
    sizes = [int((labels == group).sum()) for group in range(len(centres))]
    assert sizes == sorted(sizes, reverse=True)
    assert all(size >= 2 for size in sizes)
    for row, group in enumerate(labels):
        if group >= 0:
            assert oracle.jaccard(lists[row], lists[centres[group]]) >= threshold - 1e-9
    alone = np.flatnonzero(labels < 0)
    for i, a in enumerate(alone):  # nobody is left who could have formed a group
        assert not any(oracle.jaccard(lists[a], lists[b]) >= threshold for b in alone[i + 1 :])


def test_groups_known_values():
    page, other = [0, 1, 2, 3], [5, 6, 7, 8]
    lists = [other, page, [3, 2, 1, 0], [0, 1, 2, 9], other, page, [10, 11, 12, 13], [-1] * 4, [-1] * 4]
    labels, centres = metrics.look_alike_groups(lists)
    assert labels.tolist() == [1, 0, 0, 0, 1, 0, -1, -1, -1]
    assert centres.tolist() == [1, 0]
    assert metrics.look_alike_groups(lists, 1.0).labels.tolist() == [1, 0, 0, -1, 1, 0, -1, -1, -1]
    assert metrics.look_alike_groups(np.empty((0, 3), dtype=int)).labels.size == 0


def test_a_chain_does_not_tie_strangers_together():
    """Each shopper is alike the next, the first and the last have nothing in common: several groups."""
    chain = np.arange(6)[:, None] + np.arange(4)
    labels = metrics.look_alike_groups(chain, 0.5).labels
    assert labels[0] != labels[-1] and len(set(labels.tolist())) > 1


def test_beyond_the_limit_everyone_joins_a_centre_she_is_alike(monkeypatch):
    rng = np.random.default_rng(3)
    pages = np.arange(12).reshape(3, 4)
    lists = pages[rng.choice(3, 900, p=[0.6, 0.3, 0.1])]
    lists[::50] = 100 + np.arange(18 * 4).reshape(18, 4)
    exact = metrics.look_alike_groups(lists)
    monkeypatch.setattr(overlap, "EXACT_USERS", 300)
    found = metrics.look_alike_groups(lists)
    assert found.labels.tolist() == exact.labels.tolist()
    assert found.labels.tolist() == metrics.look_alike_groups(lists).labels.tolist()
    assert (lists[found.centres] == lists[exact.centres]).all()


@given(slates(), st.integers(N_ITEMS, 20))
def test_lorenz_equals_the_plain_definition(lists, n_items):
    curve = metrics.lorenz(lists, n_items)
    if not (lists >= 0).any():
        assert np.isnan(curve[1:, 1]).all()
        return
    at = np.arange(n_items + 1)
    expected = [oracle.lorenz_at(lists, n_items, n) for n in at]
    assert_allclose(np.interp(at / n_items, curve[:, 0], curve[:, 1]), expected, atol=1e-12)


@given(slates(), st.integers(N_ITEMS, 40))
def test_twice_the_area_above_the_lorenz_curve_is_gini(lists, n_items):
    curve = metrics.lorenz(lists, n_items)
    if (lists >= 0).any():
        area = np.trapezoid(curve[:, 1], curve[:, 0])
        assert_allclose(1 - 2 * area, metrics.gini(lists, n_items), atol=1e-12)
        assert (np.diff(curve, axis=0) >= 0).all()


def test_lorenz_known_values():
    assert_allclose(metrics.lorenz([[0, 1], [2, 3]], 4), [[0, 0], [1, 1]])
    assert_allclose(metrics.lorenz([[0], [0], [1]], 4), [[0, 0], [0.5, 0], [0.75, 1 / 3], [1, 1]])


@given(slates(), codes)
def test_the_shelf_equals_the_plain_definition(lists, values):
    n = int(values.max()) + 3
    shares = oracle.shelf_shares(lists, values, n)
    assert_allclose(metrics.shelf_shares(lists, values, n), shares)
    known = [s for s in shares if s > 0]
    nothing = np.isnan(shares[0])
    assert_allclose(metrics.shelf_hhi(lists, values), np.nan if nothing else sum(s * s for s in known))
    bits = np.nan if nothing else -sum(s * np.log2(s) for s in known)
    assert_allclose(metrics.shelf_evenness(lists, values, n), bits / np.log2(n), atol=1e-12)
    assert_allclose(metrics.occupancy(lists, values, n), len(known) / n)


@given(slates(min_users=2), codes)
def test_one_shelf_is_never_more_concentrated_than_its_lists(lists, values):
    """Jensen: the square of a mean share is at most the mean of the squares, where lists are equally long."""
    full = lists[((values[lists] >= 0) & (lists >= 0)).all(axis=1)]
    if len(full):
        assert metrics.shelf_hhi(full, values) <= metrics.hhi(full, values).mean() + 1e-12


def test_shelf_known_values():
    values = np.array([0, 0, 1, -1])
    lists = [[0, 2, 3], [1, -1, -1]]
    assert_allclose(metrics.shelf_shares(lists, values), [2 / 3, 1 / 3])
    assert_allclose(metrics.shelf_hhi(lists, values), 5 / 9)
    assert metrics.shelf_hhi([[0]], values) == 1.0
    assert metrics.shelf_evenness([[0, 2]], values, 2) == 1.0
    assert metrics.occupancy(lists, values, 8) == 1 / 4
    assert np.isnan(metrics.shelf_evenness([[0]], values, 1))
    assert np.isnan(metrics.shelf_hhi([[3]], values))


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="bins"):
        metrics.overlap_distribution([[0], [1]], bins=0)
    with pytest.raises(ValueError, match="measure"):
        metrics.overlap_distribution([[0], [1]], "cosine")
    for threshold in (0, 1.2, float("nan")):
        with pytest.raises(ValueError, match="threshold"):
            metrics.look_alike_groups([[0], [1]], threshold)
    with pytest.raises(ValueError, match="more than once"):
        metrics.look_alike_groups([[0, 0]])
    with pytest.raises(ValueError, match="facet value 4, but there are 2"):
        metrics.shelf_shares([[0]], [4], 2)
    with pytest.raises(ValueError, match="n_values"):
        metrics.occupancy([[0]], [0], 0)
