"""Constructed query sets for `benchmarks.search`: product types verbatim, with a typo, cut short, and shoppers' words.

A product is relevant if it is of the type. The first three are made by script from a shop's subcategories, drawn with a
seed; shoppers' words stand in search_words.toml. Nobody typed these queries into a shop: they are constructed.
"""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from engine.data import Dataset
from engine.search.tokens import folded, has_digit, tokens

KINDS = ("verbatim", "typo", "cut", "words")
WORDS = Path(__file__).with_name("search_words.toml")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 5  # letters of a word that gets a typo or is cut
CUT = 3  # letters that are left at least


@dataclass(frozen=True)
class Query:
    """A query, its kind, and the catalogue rows that answer it."""

    text: str
    kind: str
    relevant: np.ndarray


def constructed(data: Dataset, rows: np.ndarray, shop: str, most: int, skip: int = 0, seed: int = 0) -> list[Query]:
    """The queries of a shop whose products `rows` can be found: `most` of each kind at most, after the first `skip`."""
    rng = np.random.default_rng(seed)
    types = data.items["subcategory"].iloc[rows]
    names = sorted(types.dropna().unique())
    names = [str(name) for name in rng.permutation(names)[skip : skip + most]]
    queries: list[Query] = []
    for name in names:
        relevant = rows[(types == name).to_numpy()]
        text = folded(name)
        for kind, changed in (("verbatim", text), ("typo", with_typo(text, rng)), ("cut", cut_short(text, rng))):
            if changed is not None:
                queries.append(Query(changed, kind, relevant))
    return queries + _words(data, rows, shop)


def with_typo(text: str, rng: np.random.Generator) -> str | None:
    """The text with one letter of one word left out, doubled, swapped or replaced; None for short words."""
    long = [token for token in tokens(text) if len(token.text) >= SHORTEST and token.text.isascii()]
    long = [token for token in long if not has_digit(token.text)]
    if not long:
        return None
    word = long[int(rng.integers(len(long)))]
    at = int(rng.integers(1, len(word.text) - 1))
    old = word.text
    letter = LETTERS[int(rng.integers(26))]
    forms = (
        old[:at] + old[at + 1 :],
        old[:at] + old[at] + old[at:],
        old[:at] + old[at + 1] + old[at] + old[at + 2 :],
        old[:at] + letter + old[at + 1 :],
    )
    return text[: word.start] + forms[int(rng.integers(4))] + text[word.end :]


def cut_short(text: str, rng: np.random.Generator) -> str | None:
    """The text up to the middle of its last word; None where that word is short."""
    last = tokens(text)[-1]
    if len(last.text) < SHORTEST or has_digit(last.text):
        return None
    return text[: last.start + int(rng.integers(CUT, len(last.text)))]


def _words(data: Dataset, rows: np.ndarray, shop: str) -> list[Query]:
    written = tomllib.loads(WORDS.read_text(encoding="utf-8"))[shop]
    found = []
    for text, patterns in written.items():
        kept = np.zeros(len(rows), dtype=bool)
        for facet in ("category", "subcategory"):
            values = data.items[facet].iloc[rows]
            known = [value for value in values.dropna().unique() if any(fnmatchcase(value, each) for each in patterns)]
            kept |= values.isin(known).to_numpy()
        if kept.any():
            found.append(Query(text, "words", rows[kept]))
    return found
