"""How the text of a link becomes the value of a setting; ValueError for what is not allowed."""

import re
from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any


def one_of(*allowed: Any) -> Callable[[str], Any]:
    by_text = {str(value): value for value in allowed}

    def read(text: str) -> Any:
        if text not in by_text:
            raise ValueError(text)
        return by_text[text]

    return read


def listed(names: Iterable[str]) -> str:
    """Names with commas between, as a link carries them; a comma inside of a name is escaped."""
    return ",".join(name.replace("%", "%25").replace(",", "%2C") for name in names)


def unescaped(name: str) -> str:
    """A name of such a list."""
    return name.replace("%2C", ",").replace("%25", "%")


def weight(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError(text)
    return round(value, 2)


def target(text: str) -> str:
    key, _, wanted = text.rpartition(":")
    if text and not (key and isfinite(float(wanted))):
        raise ValueError(text)
    return text


def step(text: str) -> str:
    if text and not re.fullmatch(r"[a-z]+\.[1-9]", text):
        raise ValueError(text)
    return text


def version(text: str) -> int:
    number = int(text)
    if not 0 <= number < 1_000_000:
        raise ValueError(text)
    return number
