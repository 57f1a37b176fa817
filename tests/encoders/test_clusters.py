"""Clusters of items: they find what was planted, and the words say what is in them."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Cancelled
from engine.encoders import clusters as room
from engine.encoders.clusters import cluster_items, names, telling_words

KINDS = ("apple juice", "frozen pizza", "dog food")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path))


def planted(sizes: tuple[int, ...] = (9, 6, 3)) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """A catalogue with three kinds of products, their vectors far apart, and the kind of each, in mixed order."""
    rng = np.random.default_rng(0)
    kind = rng.permutation(np.repeat(np.arange(3), sizes))
    vectors = np.eye(3, 8)[kind] + 0.02 * rng.standard_normal((len(kind), 8))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    items = pd.DataFrame({"item_id": [f"i{n}" for n in range(len(kind))], "title": [KINDS[k].title() for k in kind]})
    return items, vectors, kind


def test_planted_kinds_are_found_and_numbered_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST", 3)
    items, vectors, kind = planted()
    found = cluster_items(items, np.arange(18), vectors)
    np.testing.assert_array_equal(found.labels, kind)
    assert [set(name) for name in found.names] == [{"apple", "juice"}, {"frozen", "pizza"}, {"dog", "food"}]


def test_only_the_rows_asked_for_are_clustered() -> None:
    items, vectors, kind = planted()
    rows = np.flatnonzero(kind != 1)
    found = cluster_items(items, rows, vectors)
    assert (found.labels[kind == 1] == -1).all() and (found.labels[rows] >= 0).all()
    nothing = cluster_items(items, np.zeros(0, np.int64), vectors)
    assert nothing.names == [] and (nothing.labels == -1).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1_000), n=st.integers(8, 60))
def test_every_item_is_in_the_cluster_of_the_nearest_middle(seed: int, n: int) -> None:
    """Lloyd's fixed point, checked without a library, and the numbering by falling size."""
    vectors = np.random.default_rng(seed).standard_normal((n, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = room._k_means(vectors)
    sizes = np.bincount(labels)
    assert len(sizes) == round(math.sqrt(2 * n)) and (np.diff(sizes) <= 0).all() and sizes.min() > 0
    middles = np.stack([vectors[labels == c].mean(axis=0) for c in range(len(sizes))])
    distance = np.linalg.norm(vectors[:, None] - middles[None], axis=2)
    np.testing.assert_allclose(distance[np.arange(n), labels], distance.min(axis=1), atol=1e-3)


def test_clusters_are_the_same_again_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items, vectors, _ = planted()
    first = cluster_items(items, np.arange(18), vectors)
    (file,) = (tmp_path / "cache").iterdir()
    file.unlink()
    np.testing.assert_array_equal(cluster_items(items, np.arange(18), vectors).labels, first.labels)
    monkeypatch.setattr(room, "_k_means", None)  # cannot be made again
    np.testing.assert_array_equal(cluster_items(items, np.arange(18), vectors).labels, first.labels)


def test_cancelled_before_the_work_begins(tmp_path: Path) -> None:
    def stop(*_: object) -> None:
        raise Cancelled

    items, vectors, _ = planted()
    with pytest.raises(Cancelled):
        cluster_items(items, np.arange(18), vectors, stop)
    assert not (tmp_path / "cache").exists()


def test_equal_vectors_are_never_torn_apart() -> None:
    vectors = np.eye(4, dtype=np.float32)[np.arange(40) % 4]
    labels = room._k_means(vectors)
    assert all(len(set(labels[start::4])) == 1 for start in range(4))


def by_hand(texts: list[str], labels: list[int], count: int) -> list[dict[str, float]]:
    """c-TF-IDF from its definition, word by word."""
    words = [Counter() for _ in range(count)]
    for text, label in zip(texts, labels, strict=True):
        words[label].update(text.lower().split())
    total = sum(words, Counter())
    mean = sum(total.values()) / count
    return [
        {word: n / sum(own.values()) * math.log(1 + mean / total[word]) for word, n in own.items()} for own in words
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from(["aa", "bb", "cc", "dd", "ee"]), min_size=1, max_size=5), st.integers(0, 2)),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_telling_words_are_those_of_highest_c_tf_idf(lines: list[tuple[list[str], int]]) -> None:
    texts, labels = [" ".join(words) for words, _ in lines], [label for _, label in lines]
    found, score = telling_words(texts, np.array(labels), 3), by_hand(texts, labels, 3)
    for cluster, words in enumerate(found):
        best = sorted(score[cluster].values(), reverse=True)[:4]
        np.testing.assert_allclose([score[cluster][word] for word in words], best)


def test_a_name_is_the_facet_value_that_fills_the_cluster() -> None:
    items = pd.DataFrame(
        {
            "title": ["red shoe", "blue shoe", "green shoe", "old pan", "new pan", "big sofa", "wide lamp"],
            "subcategory": ["Shoes", "Shoes", "Boots", "Pans", None, "Sofa", "Lamp"],
            "category": ["Wear", "Wear", "Wear", "Kitchen", "Kitchen", "Room", "Light"],
        }
    )
    labels = np.array([0, 0, 0, 1, 1, 2, 2])
    assert names(items, labels)[:2] == [("Shoes",), ("Pans",)]
    by_category = names(items.drop(columns="subcategory"), labels)
    assert by_category[:2] == [("Wear",), ("Kitchen",)]
    by_words = names(items[["title"]], labels)
    assert by_words[0][0] == "shoe" and by_words[1][0] == "pan"


def test_two_clusters_never_share_a_name_where_words_tell_them_apart() -> None:
    items = pd.DataFrame({"title": ["red tea", "red tea", "iced tea", "iced tea"], "category": ["Tea"] * 4})
    found = names(items, np.array([0, 0, 1, 1]))
    assert found == [("Tea", "red"), ("Tea", "iced")]


def test_a_shop_without_words_still_names_its_clusters() -> None:
    items = pd.DataFrame({"item_id": ["1", "2"]})
    assert names(items, np.array([0, 1])) == [("–",), ("–",)]
