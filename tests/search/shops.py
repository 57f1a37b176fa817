"""Small shops and an encoder without a model for the tests of search."""

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from engine.data import Dataset, Progress, silent
from engine.data.assemble import assemble
from engine.search import SearchIndex
from engine.search.opening import described_rows, in_order
from engine.search.vocabulary import read_vocabulary
from tests.fixtures.shops import catalogue

DIM = 64


class LetterEncoder:
    """Vectors of three-letter pieces: texts that share pieces are alike; it has no words of its own."""

    name, fingerprint, dim = "letters", "letters", DIM

    def __init__(self, words: Sequence[str] = ()) -> None:
        self.words = frozenset(words)

    def encode(self, texts: Sequence[str], report: Progress = silent) -> np.ndarray:
        vectors = np.zeros((len(texts), DIM), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            padded = f"  {text.casefold()} "
            for at in range(len(padded) - 2):
                vector[_bucket(padded[at : at + 3])] += 1
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(norms, 1e-9)


@cache
def _bucket(piece: str) -> int:
    return int.from_bytes(hashlib.sha256(piece.encode()).digest()[:4], "little") % DIM


def index_of(data: Dataset, words: Sequence[str] = ()) -> SearchIndex:
    """The index as `open_index` makes it, with the encoder above and without a cache."""
    from engine.encoders.text import item_texts

    rows = in_order(data, described_rows(data))
    encoder = LetterEncoder(words)
    vectors = encoder.encode(item_texts(data.items))[rows]
    return SearchIndex(data, rows, vectors, encoder, read_vocabulary(data, rows))


@cache
def furniture() -> SearchIndex:
    """The invented shop of the fixtures: 80 products with categories, brands, colours and prices."""
    return index_of(catalogue())


def titled(titles: Sequence[str], **columns: Sequence[object]) -> Dataset:
    """A catalogue of these titles."""
    items = pd.DataFrame({"item_id": [f"{row:03d}" for row in range(len(titles))], "title": list(titles), **columns})
    empty = pd.DataFrame({"user_id": [], "item_id": [], "timestamp": pd.Series([], dtype="datetime64[s]"), "event": []})
    users = pd.DataFrame({"user_id": pd.Series([], dtype=str)})
    return assemble("titles", items, users, empty)
