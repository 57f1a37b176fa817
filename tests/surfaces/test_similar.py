"""Similar products: nearest by cosine, never the product itself; in closed form, by properties, against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

from engine.data import Dataset
from engine.retrieval import CHUNK
from engine.surfaces import SURFACES, SimilarityScorer, nearest
from tests.fixtures.shops import catalogue

SHOP = catalogue()


def shop_of(n: int) -> Dataset:
    """A catalogue of n rows: the surface asks it for their number alone."""
    from dataclasses import replace

    import pandas as pd

    return replace(SHOP, items=pd.DataFrame({"item_id": [str(row) for row in range(n)]}))


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def drawn(seed: int, n: int, d: int) -> np.ndarray:
    return unit(np.random.default_rng(seed).standard_normal((n, d)))


def similar(vectors: np.ndarray, products: np.ndarray, n: int, items: np.ndarray | None = None):  # type: ignore[no-untyped-def]
    rows = np.arange(len(vectors)) if items is None else items
    alike = SimilarityScorer(rows, lambda: vectors)
    return SURFACES["similar"].candidates(alike, shop_of(len(vectors)), products, n)


def test_closed_form_angles_in_the_plane() -> None:
    angles = np.radians([0, 10, 40, 90, 180])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    found = similar(vectors, np.array([0, 2]), 5)
    assert found.items.tolist() == [[1, 2, 3, 4, -1], [1, 0, 3, 4, -1]]
    np.testing.assert_allclose(found.scores[0, :4], np.cos(angles[1:]), atol=1e-6)
    np.testing.assert_allclose(found.scores[1, :4], np.cos(np.radians([30, 40, 50, 140])), atol=1e-6)
    assert np.isneginf(found.scores[:, 4]).all()


def test_equal_texts_stand_in_catalogue_order() -> None:
    vectors = np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (5, 1))
    assert similar(vectors, np.array([2]), 4).items.tolist() == [[0, 1, 3, 4]]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 30), st.integers(2, 8), st.integers(1, 40))
def test_never_itself_distinct_falling_and_blind_to_rotation(seed: int, n: int, d: int, k: int) -> None:
    vectors = drawn(seed, n, d)
    products = np.arange(n)
    found = similar(vectors, products, k)
    assert not (found.items == products[:, None]).any()
    for items, scores in zip(found.items, found.scores, strict=True):
        shown = items[items >= 0]
        assert len(set(shown.tolist())) == len(shown) == min(k, n - 1)
        assert (np.diff(scores[items >= 0]) <= 0).all()
    turn, _ = np.linalg.qr(np.random.default_rng(seed + 1).standard_normal((d, d)))
    turned = similar((vectors @ turn).astype(np.float32), products, k)
    np.testing.assert_allclose(turned.scores, found.scores, atol=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_against_brute_force_over_some_eligible_items(seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, items = drawn(seed, 60, 5), np.sort(rng.choice(60, 40, replace=False))
    products = rng.choice(60, 20, replace=False)  # also products that may not be shown themselves
    found = similar(vectors, products, 7, items)
    for row, product in enumerate(products):
        cosines = {int(i): float(sum(vectors[product] * vectors[i])) for i in items if i != product}
        best = sorted(cosines, key=lambda i: (-cosines[i], i))[:7]
        assert found.items[row].tolist() == best
        np.testing.assert_allclose(found.scores[row], [cosines[i] for i in best], atol=1e-5)


def test_against_a_peer_over_more_products_than_a_chunk() -> None:
    vectors = drawn(1, CHUNK + 200, 6)
    found = similar(vectors, np.arange(len(vectors)), 5)
    distances, rows = NearestNeighbors(n_neighbors=6, metric="cosine", algorithm="brute").fit(vectors).kneighbors()
    np.testing.assert_allclose(found.scores, 1 - distances[:, :5], atol=1e-5)
    assert (found.items == rows[:, :5]).mean() > 0.999, "but for ties of rounding"


def test_a_query_finds_the_products_nearest_to_it() -> None:
    vectors = drawn(2, 30, 4)
    alike = SimilarityScorer(np.arange(10, 30), lambda: vectors)
    found = nearest(alike, vectors[[12, 3]], 40)
    assert found.items[0, 0] == 12 and found.scores[0, 0] == pytest.approx(1, abs=1e-6)
    assert found.users.tolist() == [-1, -1]
    assert (found.items >= 0).sum(axis=1).tolist() == [20, 20]
    best = sorted(range(10, 30), key=lambda i: -float(vectors[3] @ vectors[i]))
    assert found.items[1, :20].tolist() == best
