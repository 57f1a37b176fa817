"""Search: what a query asks for, the products that answer it, and their order at any λ."""

from engine.search.index import SearchIndex
from engine.search.opening import bench_index, open_index
from engine.search.request import LONGEST_QUERY, SearchRequest
from engine.search.results import SearchResult, SearchRow
from engine.search.search import search

__all__ = [
    "LONGEST_QUERY",
    "SearchIndex",
    "SearchRequest",
    "SearchResult",
    "SearchRow",
    "bench_index",
    "open_index",
    "search",
]
