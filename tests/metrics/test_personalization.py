"""Slate against history."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import sparse

from engine import metrics

from . import oracle
from .cases import N_ITEMS, codes, slates

vectors = st.integers(0, 99).map(
    lambda seed: np.random.default_rng(seed).normal(size=(N_ITEMS, 3)) * (np.arange(N_ITEMS) != seed % 12)[:, None]
)  # some with a product of which nothing is known


def histories(random, n_users):
    """Weights sparse [n_users, N_ITEMS] with stored zeros, and as {item: weight} a shopper."""
    dense = np.array([[random.choice([0, 0, 0.5, 1, 3]) for _ in range(N_ITEMS)] for _ in range(n_users)])
    stored = sparse.csr_array(np.ones_like(dense))
    stored.data[:] = dense.ravel()
    return stored, [{int(i): float(row[i]) for i in np.flatnonzero(row)} for row in dense]


@given(slates(), vectors, codes, st.randoms(use_true_random=False))
def test_all_equal_the_plain_definition(lists, embeddings, values, random):
    history, had = histories(random, len(lists))
    told = [{i: w for i, w in items.items() if embeddings[i].any()} for items in had]  # with a vector
    both, by_text = list(zip(lists, had, strict=True)), list(zip(lists, told, strict=True))
    assert_allclose(
        metrics.history_similarity(lists, embeddings, metrics.taste(history, embeddings)),
        [oracle.history_similarity(row, embeddings, items) for row, items in by_text],
        atol=1e-12,
    )
    spread = metrics.history_ild(history, embeddings)
    assert_allclose(spread, [oracle.ild(sorted(items), embeddings) for items in told], atol=1e-12)
    assert_allclose(
        metrics.narrowing(lists, embeddings, spread),
        [oracle.narrowing(row, embeddings, items) for row, items in by_text],
        atol=1e-9,
    )
    counts = metrics.facet_counts(history, values, int(values.max()) + 1)
    assert_allclose(
        metrics.facet_narrowing(lists, values, counts),
        [oracle.facet_narrowing(row, values, items) for row, items in both],
        atol=1e-9,
    )
    assert_allclose(metrics.repeat_share(lists, history), [oracle.repeat_share(row, items) for row, items in both])


def test_known_values():
    axes = np.eye(4)
    history = sparse.csr_array(np.array([[3.0, 1, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]]))
    lists = np.array([[0, 2], [0, 1], [0, 1]])
    tastes = metrics.taste(history, axes)
    assert_allclose(tastes, [[0.75, 0.25, 0, 0], [0.25] * 4, [np.nan] * 4])
    assert_allclose(metrics.history_similarity(lists, axes, tastes), [0.375, 0.25, np.nan])
    spread = metrics.history_ild(history, axes)
    assert_allclose(spread, [1, 1, np.nan])
    assert_allclose(metrics.narrowing(lists, axes, spread), [1, 1, np.nan])
    assert_allclose(metrics.repeat_share(lists, history), [0.5, 1, 0])
    assert np.isnan(metrics.repeat_share([[-1]], history[:1])).all()
    kinds = np.array([0, 0, 1, 1])
    counts = metrics.facet_counts(history, kinds, 2)
    assert counts.toarray().tolist() == [[2, 0], [2, 2], [0, 0]]
    # The two products had are one kind; of four in two kinds, two drawn show 5/3 kinds.
    assert_allclose(metrics.facet_narrowing(lists, kinds, counts), [2, 3 / 5, np.nan])


@given(st.integers(0, 200), st.integers(2, 8))
def test_a_random_list_from_the_history_is_neither_narrower_nor_wider(seed, k):
    """Size-fair: over every list of k products from a history, both ratios have a mean of 1."""
    from itertools import combinations

    rng = np.random.default_rng(seed)
    embeddings, values = rng.normal(size=(8, 3)), rng.integers(0, 4, 8)
    lists = np.array(list(combinations(range(8), k)))
    history = sparse.csr_array(np.ones((len(lists), 8)))
    narrowing = metrics.narrowing(lists, embeddings, metrics.history_ild(history, embeddings))
    assert_allclose(narrowing.mean(), 1, rtol=1e-9)
    kinds = metrics.facet_narrowing(lists, values, metrics.facet_counts(history, values, 4))
    assert_allclose(kinds.mean(), 1, rtol=1e-9)


def test_a_long_history_does_not_overflow():
    n = 3000
    counts = metrics.facet_counts(sparse.csr_array(np.ones((1, n))), np.arange(n), n)
    assert_allclose(metrics.facet_narrowing(np.arange(10)[None], np.arange(n), counts), [1.0])


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="one row for each"):
        metrics.history_similarity([[0]], np.eye(2), np.ones((3, 2)))
    with pytest.raises(ValueError, match="finite and not negative"):
        metrics.taste(sparse.csr_array([[-1.0, 0]]), np.eye(2))
    with pytest.raises(ValueError, match="one row for each"):
        metrics.repeat_share([[0]], sparse.csr_array(np.ones((2, 2))))
    with pytest.raises(ValueError, match="one row for each"):
        metrics.facet_narrowing([[0]], [0, 1], sparse.csr_array(np.ones((2, 2))))
