"""Layouts of item vectors: the same on every machine, frozen on disk, and as true as they say."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.decomposition import PCA

from engine.data import Cancelled
from engine.encoders import layout as room
from engine.encoders.layout import FEWEST, framed, layout, nearest, pca, stored_layout, trustworthiness

ROOT = Path(__file__).resolve().parents[2]
GROUPS, EACH = 4, 30


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path))


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def planted(seed: int = 0, noise: float = 0.25) -> np.ndarray:
    """float32 [120, 16]: four groups of thirty, row i in group i % 4."""
    rng = np.random.default_rng(seed)
    middles = np.eye(GROUPS, 16)[np.arange(GROUPS * EACH) % GROUPS]
    return unit(middles + noise * rng.standard_normal((GROUPS * EACH, 16)))


def mark(points: np.ndarray) -> str:
    return hashlib.sha256(points.tobytes()).hexdigest()


def test_pca_of_a_plane_is_that_plane() -> None:
    corners = np.array([[2, 0, 1], [-2, 0, 1], [0, 1, 1], [0, -1, 1]], np.float32)
    np.testing.assert_allclose(np.abs(pca(corners)), [[2, 0], [2, 0], [0, 1], [0, 1]], atol=1e-12)
    np.testing.assert_allclose(np.abs(pca(np.array([[3], [5]], np.float32))), [[1, 0], [1, 0]])


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(3, 40), d=st.integers(3, 12))
def test_pca_equals_a_peer_with_fixed_signs(seed: int, n: int, d: int) -> None:
    vectors = np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)
    mine, theirs = pca(vectors), PCA(2, svd_solver="full").fit_transform(vectors.astype(np.float64))
    np.testing.assert_allclose(np.abs(mine), np.abs(theirs), atol=1e-8)
    peaks = mine[np.abs(mine).argmax(axis=0), [0, 1]]
    assert (peaks >= 0).all()
    np.testing.assert_allclose(np.abs(pca(vectors[::-1])), np.abs(mine[::-1]), atol=1e-8)


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, 30), st.just(2)), elements=st.floats(-1e6, 1e6)))
def test_the_frame_keeps_shape_and_fills_one_side(plane: np.ndarray) -> None:
    points = framed(plane).astype(np.float64)
    assert np.abs(points).max() <= 1 + 1e-6
    extent, shape = np.ptp(plane, axis=0), np.ptp(points, axis=0)
    if extent.max() > 1e-3:
        assert shape.max() == pytest.approx(2, abs=1e-5)
        np.testing.assert_allclose(shape, 2 * extent / extent.max(), atol=1e-4)


def by_hand(vectors: np.ndarray, plane: np.ndarray, k: int) -> float:
    """Venna & Kaski's formula, written out: 1 − 2 / (nk(2n − 3k − 1)) · Σ_i Σ_{j intrudes} (rank(i, j) − k)."""
    n = len(vectors)
    penalty = 0
    for i in range(n):
        others = [j for j in range(n) if j != i]
        truly = sorted(others, key=lambda j: 1 - float(vectors[i] @ vectors[j]))
        drawn = sorted(others, key=lambda j: float(np.linalg.norm(plane[i] - plane[j])))[:k]
        penalty += sum(max(truly.index(j) + 1 - k, 0) for j in drawn)
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * penalty


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(8, 24))
def test_trustworthiness_is_venna_and_kaskis(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, plane = unit(rng.standard_normal((n, 6))), rng.standard_normal((n, 2)).astype(np.float32)
    assert trustworthiness(vectors, plane, 3) == pytest.approx(by_hand(vectors, plane, 3), abs=1e-9)


def test_trustworthiness_of_a_true_and_of_a_shuffled_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    angle = np.linspace(0, 1, 60) ** 2  # no two distances alike
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    assert trustworthiness(circle, circle, 5) == pytest.approx(1, abs=1e-3)  # float32 makes a tie or two
    assert trustworthiness(circle, circle[np.random.default_rng(0).permutation(60)], 5) < 0.7
    assert np.isnan(trustworthiness(circle[:2], circle[:2]))
    monkeypatch.setattr(room, "SAMPLE", 40)  # a sample drawn twice is the same sample
    assert trustworthiness(circle, circle[::-1], 5) == trustworthiness(circle, circle[::-1], 5)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(4, 40))
def test_neighbours_are_the_nearest_whatever_the_order_of_sums(seed: int, n: int) -> None:
    vectors = unit(np.random.default_rng(seed).standard_normal((n, 9)))
    found, distance = nearest(vectors, 4)
    whole = np.rint(vectors.astype(np.float64) * room.GRID).astype(np.int64)
    for i in range(n):
        dots = [2**40 if j == i else int(whole[i] @ whole[j]) for j in range(n)]  # whole numbers: no rounding at all
        assert found[i].tolist() == sorted(range(n), key=lambda j: (-dots[j], j))[:4]
    true = 1 - np.take_along_axis(vectors @ vectors.T, found, axis=1)
    np.testing.assert_allclose(distance, np.where(found == np.arange(n)[:, None], 0, true), atol=1e-3)
    turned, _ = nearest(vectors[:, ::-1], 4)  # the same sums in another order
    np.testing.assert_array_equal(turned, found)


def test_blocks_of_rows_do_not_change_the_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, whole = planted(), nearest(planted(), 5)
    monkeypatch.setattr(room, "ROWS", 7)
    for one, other in zip(whole, nearest(vectors, 5), strict=True):
        np.testing.assert_array_equal(one, other)


AGAIN = """
import hashlib, sys
import numpy as np
from engine.encoders.layout import layout
vectors = np.load(sys.argv[1])
print(*(hashlib.sha256(layout(vectors, method).points.tobytes()).hexdigest() for method in ("pca", "umap")))
"""


def test_another_process_draws_the_same_bytes(tmp_path: Path) -> None:
    vectors = planted()
    np.save(tmp_path / "vectors.npy", vectors)
    environment = os.environ | {"EVENSHELF_HOME": str(tmp_path / "elsewhere"), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "ignore", "-c", AGAIN, str(tmp_path / "vectors.npy")]
    told = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
    drawn = layout(vectors, "umap")
    assert told.split() == [mark(layout(vectors, "pca").points), mark(drawn.points)]
    assert drawn.points.dtype == np.float32 and drawn.points.shape == (120, 2)
    group = np.arange(len(vectors)) % GROUPS  # and the picture is true: groups stand together
    distance = np.linalg.norm(drawn.points[:, None] - drawn.points[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    assert (group[distance.argsort(axis=1)[:, :5]] == group[:, None]).mean() > 0.95
    assert drawn.trust > 0.9


def test_a_layout_is_frozen_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = planted()
    assert stored_layout(vectors, "pca") is None
    first = layout(vectors, "pca")
    monkeypatch.setattr(room, "pca", None)  # cannot be made again
    again = layout(vectors, "pca")
    np.testing.assert_array_equal(again.points, first.points)
    assert again.trust == first.trust and again.method == "pca"
    other = vectors.copy()
    other[0] = -other[0]
    assert (
        stored_layout(other, "pca") is None
        and stored_layout(vectors, "umap") is None
        and stored_layout(vectors[:-1], "pca") is None
    )
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(file.read_bytes()[:40])
    assert stored_layout(vectors, "pca") is None


@pytest.mark.parametrize("step", ["map.neighbours", "map.layout"])
def test_a_cancelled_layout_leaves_nothing_and_can_be_made_again(tmp_path: Path, step: str) -> None:
    heard = []

    def stop(name: str, done: int, total: int) -> None:
        heard.append((name, done, total))
        if name == step:
            raise Cancelled

    with pytest.raises(Cancelled):
        layout(planted(), "umap", stop)
    assert heard[0] == ("map.neighbours", 0, 120) and heard[-1][0] == step
    assert not (tmp_path / "cache").exists() or not list((tmp_path / "cache").iterdir())
    assert layout(planted(), "pca").points.shape == (120, 2)


def test_epochs_are_reported() -> None:
    heard: list[tuple[int, int]] = []
    layout(planted(1), "umap", lambda name, done, total: heard.append((done, total)) if name == "map.layout" else None)
    assert heard and all(total == room.EPOCHS and 0 <= done <= total for done, total in heard)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10, FEWEST - 1])
def test_too_few_products_for_umap_are_drawn_by_pca(n: int) -> None:
    vectors = planted()[:n]
    few = layout(vectors, "umap")
    assert few.method == "pca" and stored_layout(vectors, "umap").method == "pca"  # type: ignore[union-attr]
    np.testing.assert_array_equal(few.points, layout(vectors, "pca").points)
    assert few.points.shape == (n, 2) and np.isfinite(few.points).all()


def test_items_of_one_vector_stand_beside_each_other_and_none_hides_another() -> None:
    distinct = planted()[:8]
    vectors = np.repeat(distinct, [1, 5, 1, 60, 1, 1, 1, 1], axis=0)
    group = np.repeat(np.arange(8), [1, 5, 1, 60, 1, 1, 1, 1])
    points = layout(vectors, "pca").points.astype(np.float64)
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    assert distance.min() > 0.001
    alone = framed(pca(distinct))
    for value in range(8):
        assert np.linalg.norm(points[group == value] - alone[value], axis=1).max() < 0.06
