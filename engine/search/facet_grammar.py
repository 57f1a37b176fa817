"""Facet values that a query names: "colour: red", "by Nordvik", and a bare colour or brand ("red sofa").

A bare value becomes a filter only where some product keeps it and holds the other words; it is no filter where it is
a part of a longer value ("white oak" is a finish and not white), where nothing else is asked for, or, for brands, where
its words also stand in the titles of others ("apple juice").
"""

from collections.abc import Sequence
from typing import NamedTuple

from engine.data import Dataset
from engine.search.filters import Filters
from engine.search.tokens import STOP_WORDS, folded, stem, tokens

BARE = ("colour", "brand")  # facets whose values need no word before them
SELLERS = ("brand", "provider")  # after "by"
BY = frozenset({"by", "from"})
ALIASES = {"color": "colour", "maker": "brand", "make": "brand", "type": "subcategory", "kind": "category",
           "颜色": "colour", "品牌": "brand", "类目": "category", "商家": "provider"}  # fmt: skip
MOST_WORDS = 8  # of a value


class Span(NamedTuple):
    """A facet value that stands in a query: tokens start to end, and the facets that have it."""

    start: int
    end: int
    values: tuple[tuple[str, str], ...]  # (facet, value)

    def of(self, facets: Sequence[str]) -> Filters:
        """The filter for the first of `facets` that has the value; none where none has."""
        for facet in facets:
            same = tuple(value for name, value in self.values if name == facet)
            if same:
                return Filters(((facet, same),))
        return Filters()


class FacetValues:
    """All facet values of the products that can be found, by their words."""

    def __init__(self, data: Dataset, rows: list[int] | None = None) -> None:
        self._by_words: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        self.facets = tuple(data.facets())
        for facet in self.facets:
            column = data.items[facet] if rows is None else data.items[facet].iloc[rows]
            for value in column.dropna().unique():
                words = stems(str(value))
                if 0 < len(words) <= MOST_WORDS:
                    self._by_words.setdefault(words, []).append((facet, str(value)))

    def facet(self, word: str) -> str | None:
        """The facet that a word before a colon names."""
        name = ALIASES.get(word, word)
        return name if name in self.facets else None

    def is_value(self, text: str) -> bool:
        """Whether a text is the name of a value, as a whole."""
        return stems(text) in self._by_words

    def longest(self, words: Sequence[str], start: int) -> Span | None:
        """The longest value that begins at a word."""
        for end in range(min(len(words), start + MOST_WORDS), start, -1):
            values = self._by_words.get(tuple(words[start:end]))
            if values:
                return Span(start, end, tuple(values))
        return None

    def spans(self, words: Sequence[str]) -> list[Span]:
        """The values in a query from left to right, the longest first; they do not overlap."""
        found: list[Span] = []
        at = 0
        while at < len(words):
            span = self.longest(words, at)
            if span is not None:
                found.append(span)
            at = at + 1 if span is None else span.end
        return found


def stems(text: str) -> tuple[str, ...]:
    """The words by which a value is found in a query."""
    return tuple(stem(token.text) for token in tokens(folded(text)))


def named_filters(text: str, values: FacetValues) -> tuple[Filters, str]:
    """The filters that a folded text names by a key or by "by", and the text without them."""
    filters = Filters()
    found = _first(text, values)
    while found is not None:
        added, start, end = found
        filters = filters.and_(added)
        text = f"{text[:start]} {text[end:]}".strip()
        found = _first(text, values)
    return filters, text


def _first(text: str, values: FacetValues) -> tuple[Filters, int, int] | None:
    """The first named filter, and the part of the text that names it."""
    words = tokens(text)
    ends = [stem(word.text) for word in words]
    for at, word in enumerate(words[:-1]):
        span = values.longest(ends, at + 1)
        if span is None:
            continue
        mark = text[word.end : words[at + 1].start].strip(" \"'")
        facet = values.facet(word.text) if mark in (":", "=", "：") else None
        chosen = span.of((facet,)) if facet else span.of(SELLERS) if word.text in BY and not mark else Filters()
        if chosen:
            return chosen, word.start, words[span.end - 1].end + text[words[span.end - 1].end :].startswith(('"', "'"))
    return None


def bare_spans(words: Sequence[str], values: FacetValues) -> list[Span]:
    """The values of colours and brands in a query that asks for something else as well."""
    spans = [span for span in values.spans(words) if span.of(BARE)]
    covered = {at for span in spans for at in range(span.start, span.end)}
    others = [word for at, word in enumerate(words) if at not in covered and word not in STOP_WORDS]
    return spans if others else []
