"""What search knows of a shop: its words, their spelling, its facet values and the vectors of its products."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from engine.data import Dataset
from engine.data.labels import main_facet
from engine.encoders import Encoder
from engine.encoders.occlusion import READING
from engine.search.facet_grammar import FacetValues
from engine.search.lexical import LexicalIndex
from engine.search.spelling import Speller
from engine.search.vocabulary import Vocabulary

Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]


@cache
def _thread_pools() -> ThreadpoolController:
    """The thread pools of the libraries that are loaded by now; torch is one of them once products have vectors."""
    import torch  # noqa: F401

    return ThreadpoolController()


@runtime_checkable
class KnowsWords(Protocol):
    """An encoder that can say which words it has whole."""

    @property
    def words(self) -> frozenset[str]: ...


@dataclass(frozen=True, eq=False)
class SearchIndex:
    """An index over n products, which stand in it by falling sales and then by id, whatever their order in the file.

    Equal scores are settled by that order, so the better known product stands first.

    data      the shop
    rows      int64 [n], their catalogue rows
    vectors   float32 [n, d], unit rows, their texts as the encoder reads them
    encoder   reads queries
    personal  scores float32 [n] of all products for a row of the shop's shoppers, -inf where there is none; None where
              no model is open
    """

    data: Dataset
    rows: Ints
    vectors: Floats
    encoder: Encoder
    vocabulary: Vocabulary
    personal: Callable[[int], Floats] | None = None

    @cached_property
    def lexical(self) -> LexicalIndex:
        return LexicalIndex(self.vocabulary.documents)

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.vocabulary.counts)

    @cached_property
    def values(self) -> FacetValues:
        return FacetValues(self.data, self.rows.tolist())

    @cached_property
    def ids(self) -> list[str]:
        """The products' ids."""
        return self.data.items["item_id"].iloc[self.rows].astype(str).tolist()

    @cached_property
    def titles(self) -> list[str]:
        """The products' titles; the type, the category or the id of one without a title."""
        titles = self.data.items["item_id"].iloc[self.rows].astype(str).tolist()
        for name in ("category", "subcategory", "title"):
            if name in self.data.items:
                texts = self.data.items[name].iloc[self.rows].fillna("").astype(str)
                titles = [text or title for text, title in zip(texts, titles, strict=True)]
        return titles

    @cached_property
    def main_facet(self) -> str | None:
        """The facet whose values are the intents of a query; None in a shop without facets."""
        return main_facet(self.data.facets())

    @cached_property
    def codes(self) -> tuple[Ints, list[str]]:
        """The main facet's value numbers int64 [n], -1 = unknown, and the names of the values."""
        if self.main_facet is None:
            return np.full(len(self.rows), -1, dtype=np.int64), []
        codes, names = self.data.codes(self.main_facet)
        return codes[self.rows], names

    def is_common(self, word: str) -> bool:
        """Whether the encoder has a word whole: then it is no misspelling, although no product may hold it."""
        return isinstance(self.encoder, KnowsWords) and word in self.encoder.words

    def likeness(self, text: str) -> Floats:
        """float32 [n] in [-1, 1]: the cosine of a text's vector with each product's.

        On one thread: a short text gains nothing by a second one, and on a busy machine, where threads wait for each
        other, it took six times as long.
        """
        with READING, _thread_pools().limit(limits=1):
            query = self.encoder.encode([text])[0]
            cosines: Floats = self.vectors @ query
        return cosines

    def warm(self) -> None:
        """Load and compile everything, so that no first query waits for it."""
        from engine.rerank import warm

        self.lexical.scores([(word,) for word in self.vocabulary.written[:1]])
        self.speller.near("warmed")
        _ = self.values, self.ids, self.titles, self.codes
        self.likeness("chair")
        warm()
