"""What a search is asked for, checked once."""

import unicodedata
from dataclasses import dataclass, field

from engine.data.problems import InputError, refuse
from engine.rerank import METHODS
from engine.search.filters import Filters

LONGEST_QUERY = 300  # characters; nobody types more, and an encoder reads little further
LARGEST_POOL = 2_000
LARGEST_PAGE = 100


@dataclass(frozen=True)
class SearchRequest:
    """A query and how its results are ordered.

    diversity   λ in [0, 1]
    k, offset   products on a page, and those of the pages before it
    pool        best results that the re-ranker may choose from; it is the same for all pages of a query
    filters     chosen by controls; filters that the query itself names are added
    correction  whether misspelled words are corrected
    grammar     whether filters are read from the query
    by_intent   whether λ is lowered where the query means few categories
    user        a row of the shop's shoppers for personal results; None for the same results for everybody
    personal    weight in [0, 1] of the shopper's own scores against the query's
    """

    query: str
    diversity: float = 0.3
    k: int = 10
    offset: int = 0
    method: str = "mmr"
    pool: int = 200
    filters: Filters = field(default_factory=Filters)
    correction: bool = True
    grammar: bool = True
    by_intent: bool = False
    user: int | None = None
    personal: float = 0.3

    def __post_init__(self) -> None:
        """Raises InputError for what is out of range, naming the field."""
        object.__setattr__(self, "query", checked_query(self.query))
        _in_range("diversity", self.diversity, 0, 1)
        _in_range("personal", self.personal, 0, 1)
        _in_range("k", self.k, 1, LARGEST_PAGE)
        _in_range("pool", self.pool, self.k, LARGEST_POOL)
        _in_range("offset", self.offset, 0, LARGEST_POOL)
        if self.method not in METHODS:
            raise _refused("method", self.method, "there is no such method", f"take {', '.join(METHODS)}")
        if self.offset % self.k:
            raise _refused("offset", self.offset, "it is inside a page", f"take a multiple of {self.k}")


def checked_query(text: str) -> str:
    """The query with single spaces and without control characters and lone surrogates.

    Raises InputError for an empty query, and for one of more than `LONGEST_QUERY` characters.
    """
    sound = text.encode("utf-8", "ignore").decode("utf-8")
    visible = "".join(" " if unicodedata.category(each) == "Cc" else each for each in sound[: 40 * LONGEST_QUERY])
    query = " ".join(visible.split())
    if not query:
        raise refuse("query", "query_empty", "the query is empty", "type what you look for", column="query")
    if len(query) > LONGEST_QUERY:
        problem = f"the query has {len(sound):,} characters, and at most {LONGEST_QUERY} are read"
        details = {"n": str(len(sound)), "most": str(LONGEST_QUERY)}
        raise refuse("query", "query_too_long", problem, "shorten it", column="query", details=details)
    return query


def _in_range(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise _refused(name, value, "it is out of range", f"take {least:g} to {most:g}")


def _refused(name: str, value: object, problem: str, fix: str) -> InputError:
    return refuse("search", "search_setting", problem, fix, column=name, value=str(value), loc=(name,))
