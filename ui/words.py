"""Every word a user sees, from one table: `translations/*.toml`, English and 简体中文 side by side."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

LANGUAGES = {"en": "English", "zh": "简体中文"}
TABLE = Path(__file__).with_name("translations")  # one file a page, and `shared.toml`


@cache
def table() -> dict[str, dict[str, str]]:
    """Dotted key -> {"en": …, "zh": …, optionally "en_one": …}: {name} is filled in, en_one is for n = 1."""
    found: dict[str, dict[str, str]] = {}

    def walk(prefix: str, node: dict[str, Any]) -> None:
        if "en" in node and isinstance(node["en"], str):
            assert prefix not in found, f"{prefix} is written twice"
            found[prefix] = node
            return
        for name, inner in node.items():
            walk(f"{prefix}.{name}" if prefix else name, inner)

    for file in sorted(TABLE.glob("*.toml")):
        walk("", tomllib.loads(file.read_text(encoding="utf-8")))
    return found


def language() -> str:
    """The language in use; `ui.state` keeps it."""
    return st.session_state.get("set_lang", "en")


def plain(data: str) -> str:
    """Text of the shop's data or of a link, made safe to stand inside markdown: shown as it is, never acted on."""
    return re.sub(r"([\\`*_{}\[\]()<>#+.!|~$:&-])", r"\\\1", data)


def joined(*sentences: str) -> str:
    """Sentences one after the other; Chinese ones without a space between them."""
    return ("" if language() == "zh" else " ").join(filter(None, sentences))


def t(key: str, **values: object) -> str:
    """The words for a key in the language in use; `n=1` takes the English singular where there is one.

    Where the lists of the shop in use are for products, `catalogue.KEY` goes first if there is one: the usual words
    speak of shoppers.
    """
    entry = table()[key]
    if st.session_state.get("_kind") == "products":
        entry = table().get(f"catalogue.{key}", entry)
    tongue = language()
    text = entry[tongue]
    if tongue == "en" and values.get("n") == 1 and "en_one" in entry:
        text = entry["en_one"]
    return text.format(**values) if values else text
