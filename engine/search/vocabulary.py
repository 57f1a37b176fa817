"""The words of a shop: which product holds which, and how often the names of products use them."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.data import Dataset
from engine.search.chinese import indexed_words
from engine.search.tokens import STOP_WORDS, folded, has_digit, stem, tokens

NAMES = ("title", "category", "subcategory", "brand", "provider")  # their words are those that spelling corrects to
TEXTS = (*NAMES, "colour", "description")
SHORTEST_PREFIX = 2  # letters


@dataclass(frozen=True)
class Vocabulary:
    """The words of the products in `rows`.

    documents  of each product the stems of its words, with repetitions
    counts     how many products have a word, as it is written, in their names
    written    every word of any text, sorted
    """

    documents: tuple[tuple[str, ...], ...]
    counts: dict[str, int]
    written: tuple[str, ...]

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stem(word) for word in self.written)

    def starting_with(self, prefix: str) -> tuple[str, ...]:
        """The words that begin with a prefix, sorted; none for a single letter."""
        if len(prefix) < SHORTEST_PREFIX:
            return ()
        start = bisect_left(self.written, prefix)
        end = bisect_left(self.written, prefix + "\U0010ffff")
        return self.written[start:end]


def read_vocabulary(data: Dataset, rows: npt.NDArray[np.int64]) -> Vocabulary:
    """The vocabulary of the products in the catalogue rows given, in their order."""
    further = [facet for facet in data.facets() if facet not in TEXTS]
    documents: list[list[str]] = [[] for _ in rows]
    counts: Counter[str] = Counter()
    written: set[str] = set()
    for column in (*TEXTS, *further):
        if column not in data.items:
            continue
        texts = data.items[column].iloc[rows].fillna("").astype(str).tolist()
        words_of = {text: _words(text) for text in set(texts)}
        for document, text in zip(documents, texts, strict=True):
            document += (stem(word) for word in words_of[text])
        written.update(word for words in words_of.values() for word in words)
        if column in NAMES:
            for text, n in Counter(texts).items():
                counts.update(dict.fromkeys(words_of[text], n))
    names = {word: n for word, n in counts.items() if not has_digit(word)}
    return Vocabulary(tuple(map(tuple, documents)), names, tuple(sorted(written)))


def _words(text: str) -> Sequence[str]:
    return [token.text for token in tokens(folded(text), indexed_words) if token.text not in STOP_WORDS]
