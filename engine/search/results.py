"""The result of a search, as plain data."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from engine.search.intents import Intents
from engine.search.understanding import Understood

Empty = Literal["no_words", "no_products", "filters", "nothing_similar", "no_more"]
Move = Literal["same", "up", "down"]


@dataclass(frozen=True)
class Nearest:
    """The product above it in the list that a product is most similar to."""

    item_id: str
    title: str
    similarity: float


@dataclass(frozen=True)
class Why:
    """Why a product is a result, and why it stands where it stands.

    words      the words searched for that the product holds; a cut word as the word that it begins
    missing    those that it does not hold
    lexical    what the words are worth (BM25, from 0)
    meaning    the cosine of query and product, -1 to 1; NaN where the query has no words
    category   of the product, None if unknown
    plain_rank its rank at λ = 0
    move       up or down against that rank: up, because it is less like the products above it than others are; down,
               because it is more like them
    nearest    the product above that it is most like; None for the first
    """

    words: tuple[str, ...]
    missing: tuple[str, ...]
    lexical: float
    meaning: float
    category: str | None
    plain_rank: int
    move: Move
    nearest: Nearest | None


@dataclass(frozen=True)
class SearchRow:
    """A result. score: its relevance for the query (and the shopper, if asked for), 0 to 1."""

    rank: int
    item_id: str
    title: str
    score: float
    why: Why


@dataclass(frozen=True)
class SearchResult:
    """A page of results and what was understood.

    diversity  the λ in use; less than asked for where it follows the intents
    plain      the ids that would stand on this page at λ = 0
    found      how many products could be listed over all pages
    empty      why there are no rows; None where there are some
    """

    understood: Understood
    intents: Intents
    diversity: float
    rows: tuple[SearchRow, ...]
    plain: tuple[str, ...]
    found: int
    empty: Empty | None = None

    def as_json(self) -> dict[str, Any]:
        """The JSON of `python -m engine search`."""
        understood = self.understood
        return {
            "query": understood.query,
            "corrected": understood.corrected,
            "words": [asdict(word) for word in understood.words],
            "intents": [asdict(intent) for intent in self.intents.categories],
            "certainty": self.intents.certainty,
            "entropy": self.intents.entropy,
            "filters": understood.filters.as_json(),
            "filters_in_query": understood.read.as_json(),
            "notes": list(understood.notes),
            "diversity": self.diversity,
            "found": self.found,
            "empty": self.empty,
            "plain": list(self.plain),
            "rows": [asdict(row) for row in self.rows],
        }
