"""Misspelled words, corrected to words of the shop: symspellpy (Garbe's symmetric deletes)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.search.tokens import has_digit

SHORTEST, LONG = 4, 7  # letters: a word from 4 on may have one mistake, from 7 on two, but not in the first letter
LONGEST = 40


@dataclass(frozen=True)
class Suggestion:
    """A word of the shop near a misspelled one: its edit distance, swaps of neighbours counted once, and how many
    products use it."""

    word: str
    distance: int
    count: int


class Speller:
    """Finds the words nearest to a word. counts: the words of the shop's names, and how many products use each."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = {word: n for word, n in counts.items() if len(word) >= SHORTEST - 1 and not has_digit(word)}
        self._dictionary = _dictionary(self._counts)

    def near(self, word: str) -> list[Suggestion]:
        """The words at the least distance from `word`, the most frequent first; none for a word of the shop, a short
        one, one with digits, and one of another script."""
        if not SHORTEST <= len(word) <= LONGEST or has_digit(word) or not word.isascii() or word in self._counts:
            return []
        if not self._counts:
            return []
        from symspellpy import Verbosity

        found = self._dictionary.lookup(word, Verbosity.CLOSEST, max_edit_distance=2 if len(word) >= LONG else 1)
        near = [Suggestion(each.term, each.distance, each.count) for each in found]
        near = [each for each in near if each.distance < 2 or each.word[0] == word[0]]
        return sorted(near, key=lambda each: (each.distance, -each.count, each.word))


def _dictionary(counts: Mapping[str, int]) -> Any:
    from symspellpy import SymSpell

    dictionary = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
    for word in sorted(counts):
        dictionary.create_dictionary_entry(word, counts[word])
    return dictionary
