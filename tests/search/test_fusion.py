"""The fused score against plain Python, its bounds; and the vote of intents."""

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.search.fusion import POWER, WORDS, fused
from engine.search.intents import VOTES, vote
from engine.search.personal import scaled

ROWS = st.lists(st.tuples(st.floats(0, 1, width=32), st.floats(-1, 1, width=32)), min_size=1, max_size=20)


def plain(words: list[float], meaning: list[float]) -> list[float]:
    weight = WORDS * max(words) ** POWER
    best = max(0.0, *meaning)
    scaled = [max(cosine, 0.0) / best if best else 0.0 for cosine in meaning]
    return [(1 - weight) * cosine + weight * word for word, cosine in zip(words, scaled, strict=True)]


@given(ROWS)
def test_fused_is_the_formula_and_stays_in_its_range(rows: list[tuple[float, float]]) -> None:
    words, meaning = (list(column) for column in zip(*rows, strict=True))
    scores = fused(np.array(words, np.float32), np.array(meaning, np.float32))
    np.testing.assert_allclose(scores, plain(words, meaning), atol=1e-5)
    assert ((scores >= 0) & (scores <= 1 + 1e-6)).all()


@given(ROWS)
def test_without_a_word_meaning_alone_orders(rows: list[tuple[float, float]]) -> None:
    meaning = np.array([cosine for _, cosine in rows], np.float32)
    scores = fused(np.zeros_like(meaning), meaning)
    for one, other in zip(scores, meaning, strict=True):
        assert (scores[meaning > other] >= one).all()


def test_better_in_both_is_better() -> None:
    scores = fused(np.array([1, 0.5, 0.2], np.float32), np.array([0.9, 0.5, 0.1], np.float32))
    assert scores[0] > scores[1] > scores[2] and scores[0] == pytest.approx(1)


def test_intents_in_closed_form() -> None:
    names = ["Bread", "Juice", "Milk"]
    one = vote(np.ones(12, np.float32), np.array([2] * 10 + [0, 0]), names)
    assert [(each.category, each.p) for each in one.categories] == [("Milk", 1.0)]
    assert one.entropy == 0 and one.certainty == "one" and one.ambiguity == 0
    two = vote(np.array([1.0, 0.5, 0.5], np.float32), np.array([0, 1, 1]), names)
    assert [each.category for each in two.categories] == ["Bread", "Juice"] and two.entropy == pytest.approx(1)
    assert two.certainty == "several" and two.ambiguity == pytest.approx(1 / log2(VOTES))
    weak = vote(np.ones(3, np.float32), np.array([2, 2, 2]), names, strength=0.2)
    assert weak.certainty == "unknown"


def test_scattered_votes_and_no_votes_are_unknown() -> None:
    names = [str(number) for number in range(10)]
    scattered = vote(np.ones(10, np.float32), np.arange(10), names)
    assert scattered.certainty == "unknown" and scattered.ambiguity == pytest.approx(1)
    for codes in (np.full(3, -1), np.empty(0, int)):
        nobody = vote(np.ones(len(codes), np.float32), codes, names)
        assert nobody.categories == () and nobody.certainty == "unknown" and nobody.entropy == 0


@given(st.lists(st.tuples(st.floats(0.0625, 1, width=32), st.integers(-1, 4)), max_size=15))
def test_shares_are_shares(votes: list[tuple[float, int]]) -> None:
    found = vote(np.array([w for w, _ in votes], np.float32), np.array([c for _, c in votes], int), list("abcde"))
    shares = [each.p for each in found.categories]
    assert not shares or sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True) and 0 <= found.ambiguity <= 1


def test_scaling_leaves_no_infinity() -> None:
    assert scaled(np.full(3, -np.inf, np.float32)).tolist() == [0, 0, 0]
    assert scaled(np.array([2, 2, -np.inf], np.float32)).tolist() == [1, 1, 0]
