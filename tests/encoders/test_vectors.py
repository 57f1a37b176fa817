"""Item vectors: composition, caching, and what they say about known structure."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Dataset, Progress, silent
from engine.encoders import item_vectors
from engine.encoders.behaviour import _weighted, behaviour_vectors
from engine.encoders.text import encode_cached, item_texts
from tests.fixtures.shops import journey
from tests.recommend.shops import shop


class Letters:
    """An encoder that counts letters, and how often it was asked."""

    name, fingerprint, dim = "letters", "letters-1", 26

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], report: Progress = silent) -> np.ndarray:
        self.asked += texts
        counts = np.array([[1e-3 + text.lower().count(chr(97 + at)) for at in range(26)] for text in texts])
        return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path))


def test_the_text_of_an_item() -> None:
    items = pd.DataFrame({"title": ["Milk", None, ""], "category": ["Dairy", "Bread", None], "brand": ["x", "y", "z"]})
    assert item_texts(items) == ["Milk. Dairy", "Bread", ""]
    assert item_texts(items[["brand"]]) == ["x", "y", "z"]


def test_distinct_texts_are_encoded_once_ever() -> None:
    first, second = Letters(), Letters()
    vectors = encode_cached(["ab", "c", "ab", ""], first)
    assert first.asked == ["ab", "c"]
    np.testing.assert_array_equal(vectors[0], vectors[2])
    np.testing.assert_array_equal(vectors[3], 0)
    again = encode_cached(["d", "c", "ab"], second)
    assert second.asked == ["d"]
    np.testing.assert_array_equal(again[2], vectors[0])
    assert encode_cached([], second).shape == (0, 26)


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text("abc", max_size=3), min_size=1, max_size=8))
def test_the_cache_never_changes_an_answer(texts: list[str]) -> None:
    cached = encode_cached(texts, Letters())
    filled = np.array([text != "" for text in texts])
    np.testing.assert_array_equal(cached[filled], Letters().encode(texts)[filled])


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_cache_is_made_again(tmp_path: Path, damage: bytes | None) -> None:
    vectors = encode_cached(["ab", "c"], Letters())
    (file,) = (tmp_path / "cache").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    encoder = Letters()
    np.testing.assert_array_equal(encode_cached(["ab", "c"], encoder), vectors)
    assert encoder.asked == ["ab", "c"] and file.read_bytes() == whole


def test_text_vectors_stand_in_their_catalogue_rows() -> None:
    data = journey().before("2017-06-01")
    vectors, eligible = item_vectors(data, "text", Letters()), data.eligible()
    assert vectors.shape == (data.n_items, 26)
    expected = Letters().encode(item_texts(data.items.iloc[eligible]))
    np.testing.assert_array_equal(vectors[eligible], expected)
    np.testing.assert_array_equal(np.delete(vectors, eligible, axis=0), 0)
    some = item_vectors(data, "text", Letters(), rows=np.array([1]))
    assert np.flatnonzero(some.any(axis=1)).tolist() == [1]


def two_worlds() -> Dataset:
    """Items 0-4 are bought by shoppers 0-9, items 5-9 by shoppers 10-19; nobody bought item 10."""
    rng = np.random.default_rng(0)
    pairs = [(u, int(i) + 5 * (u >= 10), 1.0) for u in range(20) for i in rng.permutation(5)[:3]]
    return shop(pairs, 20, 11, title=["same"] * 11)


def test_items_with_equal_texts_differ_by_behaviour() -> None:
    data = two_worlds()
    text, behaviour = item_vectors(data, "text", Letters()), item_vectors(data, "behaviour")
    assert np.ptp(text[data.eligible()], axis=0).max() == 0
    cosines = behaviour @ behaviour.T
    np.testing.assert_allclose(np.diag(cosines)[:10], 1, atol=1e-5)
    np.testing.assert_allclose(cosines[:5, 5:10], 0, atol=1e-5)
    assert not behaviour[10].any()
    alike = behaviour_vectors(journey().before("2017-06-01"))
    assert alike.shape[1] == 64


def test_behaviour_equals_an_exact_svd() -> None:
    """With as many factors as the matrix has ranks, cosines of V·S are cosines of the columns."""
    data = two_worlds()
    columns = _weighted(data).toarray().T
    norms = np.linalg.norm(columns, axis=1, keepdims=True)
    unit = np.divide(columns, norms, out=np.zeros_like(columns), where=norms > 0)
    mine = behaviour_vectors(data)
    np.testing.assert_allclose(mine @ mine.T, unit @ unit.T, atol=1e-5)


def test_behaviour_is_cached_by_what_it_saw_and_repeats_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = replace(journey(), name="again")
    early, late = behaviour_vectors(data.before("2017-04-01")), behaviour_vectors(data.before("2017-06-01"))
    assert np.abs(early - late).max() > 0.01
    assert len(list((tmp_path / "cache").iterdir())) == 2
    monkeypatch.setattr("engine.encoders.behaviour._factors", None)  # a second computation would fail
    np.testing.assert_array_equal(behaviour_vectors(data.before("2017-04-01")), early)
    monkeypatch.undo()
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path / "elsewhere"))
    np.testing.assert_array_equal(behaviour_vectors(data.before("2017-04-01")), early)


def test_both_is_the_mean_of_the_two_cosines() -> None:
    data = journey().before("2017-06-01")
    vectors = {kind: item_vectors(data, kind, Letters()) for kind in ("text", "behaviour", "both")}
    cosines = {kind: (rows @ rows.T)[np.ix_(data.eligible(), data.eligible())] for kind, rows in vectors.items()}
    np.testing.assert_allclose(cosines["both"], (cosines["text"] + cosines["behaviour"]) / 2, atol=1e-5)
    norms = np.linalg.norm(vectors["both"], axis=1)
    np.testing.assert_allclose(norms[norms > 0], 1, atol=1e-5)
    with pytest.raises(ValueError, match="kind is"):
        item_vectors(data, "sound", Letters())  # type: ignore[arg-type]
