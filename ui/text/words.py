"""Every word a user sees, from one table: `translations/*.toml`, English and 简体中文 side by side."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import streamlit as st

from engine.words import FILES, LANGUAGES, filled, read_table

__all__ = ["LANGUAGES", "clauses", "enumerated", "joined", "labelled", "language", "plain", "t", "table", "unbroken"]
APART = ":small[]"  # an empty element of Streamlit's markdown
ACTED_ON = re.compile(  # places, in an escaped text, in the middle of what would be acted on
    r"""(?<=\\:/)(?=/)                     # https://
    | (?<=[wW]{3})(?=\\\.)                  # www.
    | (?<=@)(?=.)                          # someone@example.com
    | (?<=\\:)(?=[\w/+-]+\\:)              # :smile: and :material/home:
    | (?<=\\[<>=~-])(?=\\[<>=-])           # ->, <-, <->, --, <=, >=, ~=
    """,
    re.VERBOSE,
)
TABLE = Path(__file__).parents[1] / "translations"  # one file a page, and `shared.toml`


@cache
def table() -> dict[str, dict[str, str]]:
    """Every key with its words (`engine.words.read_table`): the pages' own, and those that reports say as well."""
    return read_table([*FILES, *sorted(TABLE.glob("*.toml"))])


def language() -> str:
    """The language in use; `ui.state` keeps it."""
    return str(getattr(st.session_state.get("view"), "lang", "en"))


def plain(data: str) -> str:
    """Text of the shop's data or of a link, made safe to stand inside markdown: shown as it is, never acted on.

    Escapes are not enough. Streamlit looks for addresses, emoji and arrows in texts whose escapes are undone already,
    each text by itself; so such a text is cut in two by an element without content.
    """
    return ACTED_ON.sub(APART, re.sub(r"([\\`*_{}\[\]()<>#+.!|~$:&=-])", r"\\\1", " ".join(data.splitlines())))


def joined(*sentences: str) -> str:
    """Join sentences. Chinese ones have no space between them."""
    return ("" if language() == "zh" else " ").join(filter(None, sentences))


def enumerated(names: Iterable[str]) -> str:
    """Join names with the separator of the language."""
    return ("、" if language() == "zh" else ", ").join(names)


def clauses(parts: Iterable[str]) -> str:
    """Join parts that may contain commas themselves."""
    return ("；" if language() == "zh" else "; ").join(parts)


def labelled(label: str, words: str) -> str:
    """A label and its value, with the colon of the language between them."""
    return f"{label}{'：' if language() == 'zh' else ': '}{words}"


def unbroken(words: str) -> str:
    """Replace spaces by no-break spaces, so that words such as an interval stay on one line."""
    return words.replace(" ", "\u00a0")


def t(key: str, **values: object) -> str:
    """The words for a key in the language in use; `n=1` takes the English singular where there is one.

    The usual words are about shoppers. If the lists of the shop in use are made for something else, the words of
    that context take precedence, if there are any: `products.KEY`.
    """
    entry = table().get(f"{st.session_state.get('_context')}.{key}", table()[key])
    return filled(entry, language(), values)
