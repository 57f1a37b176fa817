import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.metrics.pairwise import cosine_distances

from engine import metrics
from engine.metrics import slates as checked

from . import oracle
from .cases import N_ITEMS, slates

# Small whole numbers: zero rows, equal rows and opposite rows all come up.
vectors = st.lists(st.lists(st.integers(-2, 2), min_size=3, max_size=3), min_size=N_ITEMS, max_size=N_ITEMS).map(
    lambda rows: np.array(rows, dtype=np.float32)
)


@given(slates(), vectors)
def test_equals_the_plain_definition(lists, embeddings):
    plain = embeddings.tolist()
    assert_allclose(metrics.ild(lists, embeddings), [oracle.ild(row, plain) for row in lists], atol=1e-12, rtol=0)
    assert_allclose(metrics.ilmd(lists, embeddings), [oracle.ilmd(row, plain) for row in lists], atol=1e-6, rtol=0)


@given(slates(), vectors, st.sampled_from([-1.0, 0.0, 0.55, 0.9, 1.0]))
def test_look_alike_pairs_equals_the_plain_definition(lists, embeddings, threshold):
    pairs = [oracle.distances(row, embeddings.tolist()) for row in lists]
    expected = [sum(1 - d >= threshold - 1e-6 for d in found) if found else np.nan for found in pairs]
    assert_allclose(metrics.look_alike_pairs(lists, embeddings, threshold), expected)


@given(slates(), vectors, st.floats(0.1, 100))
def test_ild_ignores_order_and_length_and_is_at_least_ilmd(lists, embeddings, scale):
    ild = metrics.ild(lists, embeddings)
    assert_allclose(metrics.ild(lists[:, ::-1], embeddings * np.float32(scale)), ild, atol=1e-6)
    judged = ~np.isnan(ild)
    assert np.all(metrics.ilmd(lists, embeddings)[judged] <= ild[judged] + 1e-6)
    known = (lists >= 0) & embeddings.any(axis=1)[lists]
    assert judged.tolist() == (known.sum(axis=1) >= 2).tolist()


def test_known_values():
    embeddings = np.array([[1, 0], [0, 2], [-3, 0], [1, 0], [0, 0]], dtype=np.float32)
    lists = np.array([[0, 3, -1], [0, 1, -1], [0, -1, 2], [0, 1, 2], [0, 4, 3], [1, -1, -1], [-1, -1, -1]])
    assert_allclose(metrics.ild(lists, embeddings), [0, 1, 2, 4 / 3, 0, np.nan, np.nan], atol=1e-12)
    assert_allclose(metrics.ilmd(lists, embeddings), [0, 1, 2, 1, 0, np.nan, np.nan], atol=1e-6)
    assert_allclose(metrics.look_alike_pairs(lists, embeddings), [1, 0, 0, 0, 1, np.nan, np.nan])


def test_equals_scikit_learn_over_several_blocks(monkeypatch):
    monkeypatch.setattr(checked, "BLOCK_BYTES", 2**14)
    rng = np.random.default_rng(0)
    embeddings = rng.standard_normal((300, 32)).astype(np.float32)
    lists = np.array([rng.choice(300, 8, replace=False) for _ in range(101)])
    upper = np.triu_indices(8, 1)
    theirs = np.array([cosine_distances(embeddings[row].astype(float))[upper] for row in lists])
    assert_allclose(metrics.ild(lists, embeddings), theirs.mean(axis=1), rtol=1e-12)
    assert_allclose(metrics.ilmd(lists, embeddings), theirs.min(axis=1), atol=1e-6)
    assert_allclose(metrics.look_alike_pairs(lists, embeddings, 0.2), (theirs <= 0.8).sum(axis=1))


def test_nearly_equal_items_do_not_cancel():
    """Angles of 1e-4: distances near 5e-9, far below float32's rounding of a cosine."""
    angles = np.arange(6) * 1e-4
    embeddings = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    expected = np.mean([1 - math.cos(angles[j] - angles[i]) for i in range(6) for j in range(i + 1, 6)])
    assert_allclose(metrics.ild([np.arange(6)], embeddings), [expected], rtol=1e-6)


def test_an_item_shown_twice_is_a_pair_at_distance_0():
    embeddings = np.eye(3, dtype=np.float32)
    assert_allclose(metrics.ild([[0, 0, 1]], embeddings), [2 / 3])
    assert_allclose(metrics.ilmd([[0, 0, 1]], embeddings), [0], atol=1e-6)


def test_bad_input_is_named():
    embeddings = np.eye(3, dtype=np.float32)
    with pytest.raises(ValueError, match="floats"):
        metrics.ild([[0, 1]], np.eye(3, dtype=int))
    for metric in (metrics.ild, metrics.ilmd):
        with pytest.raises(ValueError, match="finite"):
            metric([[0, 1]], embeddings * np.nan)
        with pytest.raises(ValueError, match="row 3, but there are 3 items"):
            metric([[0, 3]], embeddings)
    with pytest.raises(ValueError, match="threshold"):
        metrics.look_alike_pairs([[0, 1]], embeddings, 1.5)


def test_an_unshown_broken_vector_does_not_matter():
    embeddings = np.eye(3, dtype=np.float32)
    embeddings[2] = np.nan
    assert_allclose(metrics.ild([[0, 1, -1]], embeddings), [1])
    assert_allclose(metrics.ilmd([[0, 1, -1]], embeddings), [1])
