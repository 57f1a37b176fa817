"""Every word a user sees, from one table: `words.toml`, English and 简体中文 side by side."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

LANGUAGES = {"en": "English", "zh": "简体中文"}
TABLE = Path(__file__).with_name("words.toml")


@cache
def table() -> dict[str, dict[str, str]]:
    """Dotted key -> {"en": …, "zh": …, optionally "en_one": …}."""
    found: dict[str, dict[str, str]] = {}

    def walk(prefix: str, node: dict[str, Any]) -> None:
        if "en" in node and isinstance(node["en"], str):
            found[prefix] = node
            return
        for name, inner in node.items():
            walk(f"{prefix}.{name}" if prefix else name, inner)

    walk("", tomllib.loads(TABLE.read_text(encoding="utf-8")))
    return found


def language() -> str:
    """The language in use; `ui.state` keeps it."""
    return st.session_state.get("set_lang", "en")


def plain(data: str) -> str:
    """Text of the shop's data or of a link, made safe to stand inside markdown: shown as it is, never acted on."""
    return re.sub(r"([\\`*_{}\[\]()<>#+.!|~$:&-])", r"\\\1", data)


def t(key: str, **values: object) -> str:
    """The words for a key in the language in use; `n=1` takes the English singular where there is one."""
    entry = table()[key]
    tongue = language()
    text = entry[tongue]
    if tongue == "en" and values.get("n") == 1 and "en_one" in entry:
        text = entry["en_one"]
    return text.format(**values) if values else text
