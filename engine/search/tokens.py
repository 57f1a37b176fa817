"""Text into tokens: folded to one case and one Unicode form, plurals joined with their singular."""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from engine.search.chinese import words_of

WORD = re.compile(r"[^\W_]+(?:(?<=\d)[.,](?=\d)[^\W_]+)*")  # 1.5 and 12,000 are one token each
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
ACCENTS = re.compile(r"[\u0300-\u036f]")  # of Latin, Greek and Cyrillic; marks of other scripts are letters
POSSESSIVE = re.compile(r"(?<=[^\W\d_])['’]s\b")
APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’](?=[^\W\d_])")
_FUNCTION_WORDS = "a an and any are as at by for from i in is it me my of on or our some that the this to with your 的"
STOP_WORDS = frozenset(_FUNCTION_WORDS.split(" "))  # they say nothing of a product: not searched for, not corrected
SHORTEST_PLURAL = 4  # letters; "gas" and "bus" are no plurals


class Token(NamedTuple):
    """A word and where it stands in the folded text."""

    text: str
    start: int
    end: int


def folded(text: str) -> str:
    """One case (case folding), compatibility forms and accents removed: "Café", "ＣＡＦＥ" and "cafe" are the same."""
    # "İ" folds to two code points and full-width letters to plain ones, so the order is: compose, fold, take apart
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    joined = unicodedata.normalize("NFC", ACCENTS.sub("", plain))
    return APOSTROPHE.sub("", POSSESSIVE.sub("", joined))


def tokens(text: str, chinese: Callable[[str], list[str]] = words_of) -> list[Token]:
    """The tokens of a folded text. `chinese` cuts runs of Chinese characters into words."""
    found: list[Token] = []
    for match in WORD.finditer(text):
        at = match.start()
        for run in HAN.finditer(text, at, match.end()):
            _add(found, text, at, run.start())
            found += _chinese_tokens(text, run.start(), run.end(), chinese)
            at = run.end()
        _add(found, text, at, match.end())
    return found


def _add(found: list[Token], text: str, start: int, end: int) -> None:
    if start < end:
        found.append(Token(text[start:end], start, end))


def _chinese_tokens(text: str, start: int, end: int, chinese: Callable[[str], list[str]]) -> list[Token]:
    """Words follow one another, or overlap by a character where they are pairs."""
    found: list[Token] = []
    at = start
    for word in chinese(text[start:end]):
        place = text.find(word, at, end)
        place = text.find(word, start, end) if place < 0 else place
        found.append(Token(word, place, place + len(word)))
        at = place + 1
    return found


def has_digit(word: str) -> bool:
    """Whether a word holds a digit: sizes, model numbers and article numbers are taken as they are."""
    return any(character.isdigit() for character in word)


def stem(word: str) -> str:
    """The word without its English plural; words with digits, short words and other scripts are left alone.

    The S-stemmer of Harman 1991, How effective is suffixing?, with -xes, -ches, -shes, -sses, -zes and -oes added.

    >>> [stem(word) for word in ["berries", "boxes", "tomatoes", "shoes", "glass", "apples", "7up"]]
    ['berry', 'box', 'tomato', 'shoe', 'glass', 'apple', '7up']
    """
    if len(word) < SHORTEST_PLURAL or not word.isascii() or has_digit(word) or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y" if len(word) > SHORTEST_PLURAL else word[:-1]
    if word.endswith(("xes", "ches", "shes", "sses", "zzes")):
        return word[:-2]
    if word.endswith("oes") and len(word) > len("shoes"):
        return word[:-2]
    return word if word.endswith(("us", "ss")) else word[:-1]
