"""Chinese text into words: by rjieba where it is installed, else pairs of neighbouring characters.

Chinese is written without spaces. Pairs (bigrams) are what Lucene's CJK analyser takes where there is no dictionary;
they find the same products and match some products that a dictionary would not.
"""

from functools import cache
from typing import Any, Literal

Segmenter = Literal["rjieba", "bigrams"]


@cache
def _rjieba() -> Any:
    try:
        import rjieba
    except ImportError:
        return None
    return rjieba


def segmenter() -> Segmenter:
    """Which of the two is used on this machine."""
    return "bigrams" if _rjieba() is None else "rjieba"


def words_of(run: str) -> list[str]:
    """The words of a run of Chinese characters, in their order."""
    library = _rjieba()
    return bigrams(run) if library is None else list(library.cut(run))


def bigrams(run: str) -> list[str]:
    """Pairs of neighbouring characters; a single character is itself.

    >>> bigrams("红色沙发")
    ['红色', '色沙', '沙发']
    """
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


def indexed_words(run: str) -> list[str]:
    """The words under which a product is found: those of `words_of`, and with pairs also each single character."""
    words = words_of(run)
    return words if _rjieba() is not None or len(run) == 1 else words + list(run)
