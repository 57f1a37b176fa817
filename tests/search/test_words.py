"""Tokens, Chinese words, BM25 against a plain formula, and spelling."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.encoders import default_encoder
from engine.search import chinese
from engine.search.lexical import K1, B, LexicalIndex
from engine.search.spelling import Speller
from engine.search.tokens import STOP_WORDS, folded, stem, tokens
from tests.search.shops import furniture

STEMS = ["milk", "juice", "apple", "cheese", "oat"]
DOCUMENTS = st.lists(st.lists(st.sampled_from(STEMS), max_size=6), max_size=12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café au LAIT", ["cafe", "au", "lait"]),
        ("ＡＢＣ ﬁne", ["abc", "fine"]),
        ("Lay's men’s don't", ["lay", "men", "dont"]),
        ("1.5 l of 2% milk, 12,000 ct", ["1.5", "l", "of", "2", "milk", "12,000", "ct"]),
        ("F00012 b_c", ["f00012", "b", "c"]),
        ("ガラス", ["ガラス"]),
        ("STRASSE straße", ["strasse", "strasse"]),
        ("🍕 !!", []),
    ],
)
def test_tokens_in_closed_form(text: str, expected: list[str]) -> None:
    assert [token.text for token in tokens(folded(text))] == expected


@given(st.text(max_size=60))
def test_folding_is_done_once_and_tokens_stand_where_they_say(text: str) -> None:
    once = folded(text)
    for token in tokens(once):
        assert once[token.start : token.end] == token.text and token.text


@pytest.mark.parametrize(
    ("one", "many"),
    [("berry", "berries"), ("box", "boxes"), ("tomato", "tomatoes"), ("shoe", "shoes"), ("dish", "dishes"),
     ("apple", "apples"), ("glass", "glasses"), ("church", "churches"), ("pie", "pies")],
)  # fmt: skip
def test_a_plural_is_found_by_its_singular(one: str, many: str) -> None:
    assert stem(one) == stem(many)


@pytest.mark.parametrize("word", ["7ups", "glass", "hummus", "gas", "bus", "красс", "5s"])
def test_what_is_no_plural_is_left_alone(word: str) -> None:
    assert stem(word) == word


def test_chinese_is_cut_into_words_or_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "红色沙发2000元"
    assert chinese.segmenter() == "rjieba"
    assert [token.text for token in tokens(text)] == ["红色", "沙发", "2000", "元"]
    monkeypatch.setattr(chinese, "_rjieba", lambda: None)
    assert chinese.segmenter() == "bigrams"
    assert [token.text for token in tokens(text)] == ["红色", "色沙", "沙发", "2000", "元"]
    assert chinese.indexed_words("沙发") == ["沙发", "沙", "发"]


def bm25(documents: list[list[str]], query: list[str]) -> list[float]:
    """The formula of `LexicalIndex`, word by word."""
    lengths = [len(document) for document in documents]
    mean = sum(lengths) / len(lengths)
    scores = []
    for document, length in zip(documents, lengths, strict=True):
        score = 0.0
        for word in query:
            n, f = sum(word in other for other in documents), document.count(word)
            idf = math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
            score += idf * f / (f + K1 * (1 - B + B * length / mean)) if f else 0.0
        scores.append(score)
    return scores


@given(DOCUMENTS.filter(any), st.lists(st.sampled_from(STEMS), min_size=1, max_size=3, unique=True))
def test_bm25_is_the_formula(documents: list[list[str]], query: list[str]) -> None:
    index = LexicalIndex(documents)
    groups = [(word,) for word in query]
    scores = index.scores(groups)
    np.testing.assert_allclose(scores, bm25(documents, query), rtol=1e-5, atol=1e-6)
    assert (scores <= index.most(groups) + 1e-5).all()
    for word in query:
        assert index.holding(word).tolist() == [row for row, document in enumerate(documents) if word in document]


@given(DOCUMENTS, st.lists(st.lists(st.sampled_from([*STEMS, "unknown"]), max_size=3), max_size=3))
def test_any_documents_can_be_searched(documents: list[list[str]], groups: list[list[str]]) -> None:
    scores = LexicalIndex(documents).scores(groups)
    assert scores.shape == (len(documents),) and (scores >= 0).all()
    held = {stem for group in groups for stem in group}
    for score, document in zip(scores, documents, strict=True):
        assert (score > 0) == bool(held & set(document))


def test_of_completions_the_best_counts() -> None:
    documents = [["milk", "milkshake"], ["milk"], ["juice"]]
    index = LexicalIndex(documents)
    both = index.scores([("milk", "milkshake")])
    np.testing.assert_allclose(both, np.maximum(bm25(documents, ["milk"]), bm25(documents, ["milkshake"])), rtol=1e-5)


def test_the_nearest_and_most_frequent_word_comes_first() -> None:
    speller = Speller({"banana": 3, "bananas": 9, "bread": 5, "bream": 1, "7up": 4, "chocolate": 2})
    assert [each.word for each in speller.near("bannana")] == ["banana"]
    assert [each.word for each in speller.near("breat")] == ["bread", "bream"]
    assert [(each.word, each.distance) for each in speller.near("chcoolat")] == [("chocolate", 2)]
    assert not any(speller.near(word) for word in ("bread", "bre", "7upp", "面包店", "xyzzy", "hhocolte"))
    assert not Speller({}).near("banana")


def test_the_packaged_encoder_tells_common_words_from_misspelled_ones() -> None:
    words = default_encoder().words  # type: ignore[attr-defined]
    assert {"couch", "milk", "carpet"} <= words and not {"choclate", "dinning", "tabel"} & words


@given(st.sampled_from(sorted(furniture().vocabulary.counts)))
def test_a_word_of_the_shop_is_never_corrected(word: str) -> None:
    assert word in STOP_WORDS or not furniture().speller.near(word)


@given(st.text(max_size=50))
def test_spelling_takes_any_text(text: str) -> None:
    for each in furniture().speller.near(text):
        assert each.word in furniture().vocabulary.counts and 1 <= each.distance <= 2
