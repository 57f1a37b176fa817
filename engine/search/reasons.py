"""Why each product is a result: its words, its meaning, and what moved it."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from engine.rerank import Slates
from engine.search.index import SearchIndex
from engine.search.pages import Pool
from engine.search.results import Move, Nearest, SearchRow, Why
from engine.search.tokens import stem
from engine.search.understanding import Understood

Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Of all n products of the index: BM25 >= 0, cosine in [-1, 1] (NaN without words), and relevance in [0, 1].

    coverage: how much, from 0 to 1, of what its words can be worth the best product holds.
    """

    lexical: Floats
    meaning: Floats
    relevance: Floats
    coverage: float

    @property
    def strength(self) -> float:
        """How well the best product answers, by words or by meaning, 0 to 1; 1 without words."""
        return max(self.coverage, 0.0 if not len(self.meaning) else float(np.nan_to_num(self.meaning, nan=1).max()))


def rows(
    index: SearchIndex, understood: Understood, evidence: Evidence, pool: Pool, slates: Slates, offset: int
) -> tuple[SearchRow, ...]:
    """The rows of a page, best first."""
    place = {int(item): at for at, item in enumerate(pool.items)}
    shown = [int(item) for item in slates.items[0] if item >= 0]
    matches = _matches(index, understood, shown)
    found: list[SearchRow] = []
    for slot, item in enumerate(shown):
        rank, at = offset + slot + 1, place[item]
        nearest, similarity = int(slates.nearest[0, slot]), float(slates.similarity[0, slot])
        like = Nearest(index.ids[nearest], index.titles[nearest], similarity) if nearest >= 0 else None
        why = Why(
            words=matches[item],
            missing=_missing(understood, matches[item]),
            lexical=float(evidence.lexical[item]),
            meaning=float(evidence.meaning[item]),
            category=_category(index, item),
            plain_rank=at + 1,
            move=_move(at + 1, rank),
            nearest=like,
        )
        found.append(SearchRow(rank, index.ids[item], index.titles[item], float(pool.scores[at]), why))
    return tuple(found)


def _matches(index: SearchIndex, understood: Understood, items: list[int]) -> dict[int, tuple[str, ...]]:
    """Of each product the words searched for that it holds."""
    held: dict[int, list[str]] = {item: [] for item in items}
    for word in understood.words:
        for used in word.used:
            holding = index.lexical.holding(stem(used))
            for item in np.intersect1d(items, holding).tolist():
                if not held[item] or held[item][-1] not in word.used:
                    held[item].append(used)
    return {item: tuple(words) for item, words in held.items()}


def _missing(understood: Understood, held: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.used[0] for word in understood.words if not set(word.used) & set(held))


def _category(index: SearchIndex, item: int) -> str | None:
    codes, names = index.codes
    return names[codes[item]] if codes[item] >= 0 else None


def _move(plain_rank: int, rank: int) -> Move:
    return "same" if plain_rank == rank else "up" if rank < plain_rank else "down"
