import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import sparse
from sklearn.metrics import ndcg_score

from engine import metrics

from . import oracle
from .cases import slates, wanted

NAMES = ["ndcg", "recall", "hit_rate", "mrr"]


@pytest.mark.parametrize("name", NAMES)
@given(slates(), st.randoms(use_true_random=False))
def test_equals_the_plain_definition(name, lists, random):
    matrix, sets = wanted(random, len(lists))
    expected = [getattr(oracle, name)(row, items) for row, items in zip(lists.tolist(), sets, strict=True)]
    assert_allclose(getattr(metrics, name)(lists, matrix), expected, rtol=1e-12)


@given(slates(), st.randoms(use_true_random=False))
def test_serendipity_equals_the_plain_definition(lists, random):
    matrix, sets = wanted(random, len(lists))
    obvious, known = wanted(random, len(lists))
    expected = [oracle.serendipity(*case) for case in zip(lists.tolist(), sets, known, strict=True)]
    assert_allclose(metrics.serendipity(lists, matrix, obvious), expected)


def test_known_values():
    relevant = sparse.csr_array([[1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 1, 0, 0]])
    lists = np.array([[0, -1, 2], [0, 1, 3], [0, 1, 2], [-1, -1, -1]])
    ideal = 1 + 1 / np.log2(3)
    assert_allclose(metrics.ndcg(lists, relevant), [1.5 / ideal, 0.5, np.nan, 0])
    assert_allclose(metrics.recall(lists, relevant), [1, 1, np.nan, 0])
    assert_allclose(metrics.hit_rate(lists, relevant), [1, 1, np.nan, 0])
    assert_allclose(metrics.mrr(lists, relevant), [1, 1 / 3, np.nan, 0])
    obvious = sparse.csr_array([[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    assert_allclose(metrics.serendipity(lists, relevant, obvious), [1 / 2, 1 / 3, np.nan, np.nan])


def test_ndcg_equals_scikit_learn():
    rng = np.random.default_rng(0)
    n_users, n_items, k = 40, 30, 10
    relevant = (rng.random((n_users, n_items)) < 0.2).astype(float)
    relevant[:, 0] = 1.0
    scores = rng.random((n_users, n_items))
    lists = np.argsort(-scores, axis=1)[:, :k]
    ours = metrics.ndcg(lists, sparse.csr_array(relevant))
    theirs = [ndcg_score(relevant[[u]], scores[[u]], k=k) for u in range(n_users)]
    assert_allclose(ours, theirs, rtol=1e-12)


def test_the_ideal_list_is_1_and_a_later_hit_is_worth_less():
    relevant = sparse.csr_array(np.eye(1, 8))
    ranks = np.array([np.roll([0, 1, 2, 3, 4], shift) for shift in range(5)])
    kept = [metrics.ndcg(ranks[[r]], relevant)[0] for r in range(5)]
    assert kept[0] == 1.0
    assert np.all(np.diff(kept) < 0)


def test_counts_and_repeated_entries_are_one_relevant_item():
    bought_twice = sparse.csr_array(([5, 1, 1], [3, 2, 2], [0, 3]), shape=(1, 5))  # unsorted, not summed
    assert metrics.recall([[2, 0]], bought_twice) == [0.5]


def test_the_callers_matrix_is_left_alone():
    matrix = sparse.csr_array((np.array([1.0, 0.0]), np.array([3, 1]), np.array([0, 2])), shape=(1, 5))
    metrics.ndcg([[1, 2]], matrix)
    assert matrix.indices.tolist() == [3, 1]
    assert matrix.data.tolist() == [1.0, 0.0]


@given(slates())
def test_discounted_kept_is_at_most_1_for_the_top_k(lists):
    rng = np.random.default_rng(lists.size)
    base = -np.sort(-rng.random(lists.shape), axis=1)
    other = np.where(rng.random(lists.shape) < 0.3, np.nan, base * rng.random(lists.shape))
    kept = metrics.discounted_kept(other, base)
    assert np.all((kept >= 0) & (kept <= 1))
    assert_allclose(metrics.discounted_kept(base, base), 1.0)


def test_discounted_kept_by_hand():
    kept = metrics.discounted_kept([[0.5, 1.0, np.nan], [1.0, 0, 0]], [[1.0, 0.5, 0.0], [0.0, 0.0, 0.0]])
    ln3 = 1 / np.log2(3)
    assert_allclose(kept, [(0.5 + ln3) / (1 + 0.5 * ln3), np.nan])


@pytest.mark.parametrize("name", NAMES)
def test_a_repeated_item_is_refused(name):
    with pytest.raises(ValueError, match="user row 1 holds item 3 more than once"):
        getattr(metrics, name)([[0, 1, 2], [3, -1, 3]], sparse.csr_array((2, 5)))


def test_bad_input_is_named():
    matrix = sparse.csr_array((2, 5))
    with pytest.raises(ValueError, match="row 5, but there are 5 items"):
        metrics.ndcg([[5], [0]], matrix)
    with pytest.raises(ValueError, match="one row for each of the 1 slates"):
        metrics.recall([[0]], matrix)
    with pytest.raises(ValueError, match="same shape"):
        metrics.serendipity([[0], [1]], matrix, sparse.csr_array((2, 4)))
    for score in (-0.1, np.inf):
        with pytest.raises(ValueError, match="min–max"):
            metrics.discounted_kept([[score]], [[1.0]])
    with pytest.raises(ValueError, match="must both be"):
        metrics.discounted_kept([[0.1]], [[1.0, 0.5]])
