"""Words left out one by one: known answers, and what must hold for any text."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.encoders.occlusion import MOST, occlusion


def weighed(weights: dict[str, float]):  # type: ignore[no-untyped-def]
    """A value that adds up a weight for each word it reads."""

    def value(texts: Sequence[str]) -> np.ndarray:
        return np.array([sum(w * text.count(word) for word, w in weights.items()) for text in texts])

    return value


def test_a_sum_of_words_is_taken_apart_again() -> None:
    found = occlusion("White milk, 1 gal. (fresh)", weighed({"White": 2.0, "milk": -0.5, "gal": 0.25}))
    assert found == [("White", 2.0), ("milk", -0.5), ("1", 0.0), ("gal", 0.25), ("fresh", 0.0)]


def test_a_word_that_stands_twice_is_left_out_once_at_a_time() -> None:
    assert occlusion("tea tea", weighed({"tea": 1.0})) == [("tea", 1.0), ("tea", 1.0)]


def test_chinese_is_read_character_by_character() -> None:
    assert occlusion("绿茶 500ml", weighed({"茶": 3.0})) == [("绿", 0.0), ("茶", 3.0), ("500ml", 0.0)]


@pytest.mark.parametrize("text", ["", "  ", " . , !"])
def test_where_there_is_no_word_nothing_is_read(text: str) -> None:
    def value(texts: Sequence[str]) -> np.ndarray:
        raise AssertionError("nothing to read")

    assert occlusion(text, value) == []


@given(st.text(max_size=200))
def test_every_word_stands_in_the_text_and_costs_one_reading(text: str) -> None:
    read: list[str] = []

    def value(texts: Sequence[str]) -> np.ndarray:
        read.extend(texts)
        return np.array([float(len(each)) for each in texts])

    found = occlusion(text, value)
    assert len(found) <= MOST and len(read) == (len(found) + 1 if found else 0)
    for word, gone in found:
        assert word in text and gone == len(word)
