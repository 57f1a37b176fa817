"""What a query is understood to ask for: its words, as typed and as searched for, and its filters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.search.bare_values import bare_filters, holding_all
from engine.search.facet_grammar import named_filters
from engine.search.filters import Filters, has_prices
from engine.search.index import SearchIndex
from engine.search.lexical import Ints
from engine.search.price_grammar import read_prices
from engine.search.request import SearchRequest
from engine.search.tokens import HAN, STOP_WORDS, Token, folded, has_digit, stem, tokens

How = Literal["known", "corrected", "completed", "unknown"]
COMPLETIONS = 8  # words that a cut word may stand for
SHORTEST_CUT = 3  # letters of a cut word that is not the last one


@dataclass(frozen=True)
class Word:
    """A word of the query: as typed, and the words of the shop that are searched for.

    how: "known" in the shop; "corrected"; "completed", the beginning of one or several words; "unknown", left as it is.
    """

    typed: str
    used: tuple[str, ...]
    how: How

    @property
    def stems(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(stem(word) for word in self.used))


@dataclass(frozen=True)
class Understood:
    """A query, understood.

    query      as it was typed
    text       what is compared by meaning: the words without the filters, corrected and completed
    words      those that products are searched for; words such as "the" are left out
    corrected  the whole query with its corrections; None where nothing was corrected
    filters    those named in the query and those chosen beside it
    read       of the filters those that the query itself names
    notes      what could not be done: "no_prices", the query names a price and the shop has none
    """

    query: str
    text: str
    words: tuple[Word, ...]
    corrected: str | None
    filters: Filters
    read: Filters
    notes: tuple[str, ...] = ()


def understand(index: SearchIndex, request: SearchRequest) -> Understood:
    """Read filters from the query, correct and complete its words. Raises InputError for filters that do not exist."""
    text, filters = folded(request.query), Filters()
    notes: tuple[str, ...] = ()
    if request.grammar:
        text, filters, notes = _read_filters(index, text)
    found = [token for token in tokens(text) if token.text not in STOP_WORDS]
    distinct = list({token.text: token for token in found}.values())
    words = tuple(_resolved(index, distinct, request.correction))
    if request.grammar:
        filters = filters.and_(bare_filters(index, [word.stems[0] for word in words], filters))
    replaced = {word.typed: word.used[0] for word in words if _is_replaced(index, word)}
    corrections = {word.typed: word.used[0] for word in words if word.how == "corrected"}
    whole = folded(request.query)
    return Understood(
        query=request.query,
        text=_replaced(text, found, replaced),
        words=words,
        corrected=_replaced(whole, tokens(whole), corrections) if corrections else None,
        filters=filters.and_(request.filters),
        read=filters,
        notes=notes,
    )


def _read_filters(index: SearchIndex, text: str) -> tuple[str, Filters, tuple[str, ...]]:
    if index.values.is_value(text):  # such as the product type "muffins (under 6)"
        return text, Filters(), ()
    price, text = read_prices(text)
    named, text = named_filters(text, index.values)
    if price is not None and not has_prices(index.data):
        return text, named, ("no_prices",)
    return text, named.and_(Filters(price=price)), ()


def _resolved(index: SearchIndex, found: Sequence[Token], correction: bool) -> list[Word]:
    known = [stem(token.text) in index.lexical for token in found]
    among = holding_all(index, [stem(token.text) for token, is_known in zip(found, known, strict=True) if is_known])
    words: list[Word] = []
    for at, token in enumerate(found):
        if known[at]:
            words.append(Word(token.text, (token.text,), "known"))
        else:
            words.append(_unknown(index, token.text, at == len(found) - 1, among, correction))
    return words


def _unknown(index: SearchIndex, word: str, is_last: bool, among: Ints | None, correction: bool) -> Word:
    """A word that no product holds: the beginning of others, a misspelling, or neither."""
    if has_digit(word) or HAN.search(word):
        return Word(word, (word,), "unknown")
    completions = index.vocabulary.starting_with(word)
    best = _most_supported(index, completions, among)[:COMPLETIONS]
    if best and is_last:
        return Word(word, best, "completed")
    near = index.speller.near(word) if correction and not index.is_common(word) else []
    if near:
        nearest = [each.word for each in near if each.distance == near[0].distance]
        return Word(word, _most_supported(index, nearest, among)[:1], "corrected")
    if best and len(word) >= SHORTEST_CUT:
        return Word(word, best, "completed")
    return Word(word, (word,), "unknown")


def _most_supported(index: SearchIndex, words: Sequence[str], among: Ints | None) -> tuple[str, ...]:
    """Words by how many of the products `among` hold them, then by how many of all."""

    def support(word: str) -> tuple[int, int, str]:
        rows = index.lexical.holding(stem(word))
        inside = len(rows) if among is None else len(np.intersect1d(rows, among, assume_unique=True))
        return -inside, -len(rows), word

    return tuple(sorted(words, key=support))


def _is_replaced(index: SearchIndex, word: Word) -> bool:
    """Whether meaning reads the shop's word in place of the typed one. A common word may be meant as it is ("sand" need
    not be a cut "sandwich"): its completions are looked up among words alone."""
    return word.how == "corrected" or (word.how == "completed" and not index.is_common(word.typed))


def _replaced(text: str, found: Sequence[Token], words: dict[str, str]) -> str:
    """The text with some of its words replaced."""
    for token in sorted(found, key=lambda each: each.start, reverse=True):
        if token.text in words:
            text = text[: token.start] + words[token.text] + text[token.end :]
    return text
