"""Which products hold the words of a query, and how much that counts: BM25 by bm25s."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]
K1, B = 1.5, 0.75  # the usual values (Robertson & Zaragoza 2009)


class LexicalIndex:
    """Scores documents, lists of stems, for words of a query.

    score = Σ over the query's words of ln(1 + (N - n + 0.5) / (n + 0.5)) · f / (f + k1·(1 - b + b·length/mean length)),
    n being the documents that hold the word and f how often this one does (Lucene's BM25).
    """

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self.n = len(documents)
        stems = sorted({stem for document in documents for stem in document})
        self._ids = {stem: number for number, stem in enumerate(stems)}
        self._bm25 = _indexed([[self._ids[stem] for stem in document] for document in documents], self._ids)

    def __contains__(self, stem: str) -> bool:
        return stem in self._ids

    def holding(self, stem: str) -> Ints:
        """The documents that hold a stem, ascending."""
        number = self._ids.get(stem)
        if number is None:
            return np.empty(0, dtype=np.int64)
        scores = self._bm25.scores
        start, end = scores["indptr"][number : number + 2]
        return np.unique(scores["indices"][start:end]).astype(np.int64)

    def holding_any(self, stems: Iterable[str]) -> Ints:
        """The documents that hold one of some stems, ascending."""
        parts = [self.holding(stem) for stem in stems]
        return np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.int64)

    def most(self, groups: Iterable[Sequence[str]]) -> float:
        """What a document would score that holds every group as well as any document does.

        A word that none holds counts as once in a document of mean length: so a product that holds only the other words
        is known to answer only a part of the query.
        """
        unseen = math.log(1 + (self.n + 0.5) / 0.5) / (1 + K1)
        return sum(max((self._best(stem) for stem in group if stem in self._ids), default=unseen) for group in groups)

    def _best(self, stem: str) -> float:
        """The largest score of a stem."""
        number, scores = self._ids[stem], self._bm25.scores
        start, end = scores["indptr"][number : number + 2]
        return float(scores["data"][start:end].max())

    def scores(self, groups: Iterable[Sequence[str]]) -> Floats:
        """float32 [n] >= 0: the sum over groups of stems; within a group, the completions of a cut word, the best
        counts. A document without any of them has 0."""
        total = np.zeros(self.n, dtype=np.float32)
        singles: list[str] = []
        for group in groups:
            known = [stem for stem in dict.fromkeys(group) if stem in self._ids]
            if len(known) == 1:
                singles += known
            elif known:
                total += np.max([self._bm25.get_scores([stem]) for stem in known], axis=0)
        if singles:
            total += self._bm25.get_scores(singles)
        return total


def _indexed(documents: list[list[int]], ids: dict[str, int]) -> Any:
    """The index of bm25s; None for documents without any word, which it refuses."""
    if not ids:
        return None
    import bm25s

    index = bm25s.BM25(k1=K1, b=B, method="lucene", backend="numba")
    index.index((documents, ids), show_progress=False)
    index.activate_numba_scorer()
    return index
