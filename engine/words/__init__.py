"""Words that reports and pages share, English and 简体中文 side by side; the pages' own stand in `ui/translations`.

Reads files and nothing else, so that pages may ask for words before anything heavy is imported.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

Table: TypeAlias = dict[str, dict[str, str]]
Say: TypeAlias = Callable[..., str]
LANGUAGES = {"en": "English", "zh": "简体中文"}
FILES = tuple(sorted(Path(__file__).parent.glob("*.toml")))


def read_table(files: Iterable[Path]) -> Table:
    """Dotted key -> {"en": …, "zh": …, optionally "en_one": …}: {name} is filled in, en_one is for n = 1."""
    table: Table = {}

    def walk(prefix: str, node: dict[str, Any]) -> None:
        if "en" in node and isinstance(node["en"], str):
            assert prefix not in table, f"{prefix} is written twice"
            table[prefix] = node
            return
        for name, inner in node.items():
            walk(f"{prefix}.{name}" if prefix else name, inner)

    for file in files:
        walk("", tomllib.loads(file.read_text(encoding="utf-8")))
    return table


def filled(entry: Mapping[str, str], language: str, values: Mapping[str, object]) -> str:
    """The words of an entry with its blanks filled in; `n=1` takes the English singular where there is one."""
    singular = language == "en" and str(values.get("n")) == "1" and "en_one" in entry
    text = entry["en_one" if singular else language]
    words = text.format(**values) if values else text
    return words.replace("） ", "）") if language == "zh" else words  # what fills a blank may end in a bracket


@cache
def shared() -> Table:
    """The words of this room."""
    return read_table(FILES)


def speaker(language: str) -> Say:
    """say(key, **values): the shared words in one language. Raises ValueError for a language that is not spoken."""
    if language not in LANGUAGES:
        raise ValueError(f"take one of {', '.join(LANGUAGES)}, not {language!r}")

    def say(key: str, **values: object) -> str:
        return filled(shared()[key], language, values)

    return say
