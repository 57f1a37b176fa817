"""Which words of a text matter: each word is left out in turn, and the change of the result is measured.

Zeiler & Fergus 2014, Visualizing and understanding convolutional networks (occlusion); for words Li, Monroe &
Jurafsky 2016, Understanding neural networks through representation erasure.
"""

import re
from collections.abc import Callable, Sequence
from threading import Lock

from engine.encoders.encoder import Floats

WORD = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")  # Chinese is written without spaces: a character each
AROUND = ".,;:!?()[]\"'"  # punctuation that stays where it is
MOST = 60  # words of a text that are looked at: an encoder reads little further
READING = Lock()  # tokenizers are not made for two threads at once


def occlusion(text: str, value: Callable[[Sequence[str]], Floats]) -> list[tuple[str, float]]:
    """The first `MOST` words of a text in their order, and for each how much lower `value` is without it.

    value: texts -> float32 [m]; it is called once, with the text itself first, and never by two threads at once.
    A word that occurs twice is left out once at a time.
    """
    spans = [span for match in WORD.finditer(text) if (span := _bare(match)) is not None][:MOST]
    if not spans:
        return []
    with READING:
        whole, *without = value([text, *(text[:start] + text[end:] for start, end in spans)]).tolist()
    return [(text[start:end], whole - less) for (start, end), less in zip(spans, without, strict=True)]


def _bare(match: re.Match[str]) -> tuple[int, int] | None:
    """Where a word stands without the punctuation around it; None where it is nothing else."""
    word = match.group()
    start = match.start() + len(word) - len(word.lstrip(AROUND))
    end = match.end() - (len(word) - len(word.rstrip(AROUND)))
    return (start, end) if start < end else None
