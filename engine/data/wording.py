"""From a till's abbreviations to words, by the reviewed table `sample_data/abbreviations.csv`.

Its columns: kind (department, category, type: a whole text; word: one token of a text that has no row of its
own; size: a unit), within (words for titles of one category only; `*`: of any), till, words.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

NOISE = re.compile(r"^(?:\(\d+\)|\d{5,} +|(?:[A-Z] ?){1,3} +|[A-Z](?=[ .\d]))\s*(?=[.\d]|PK|CTN)")
ALONE = {unit: f"1 {unit}" for unit in ("gal", "pt", "qt", "doz")} | {"lb": "per lb", "pk": "pack"}
PACK = re.compile(r"\b(\d+) ?[/-] ?(\d*\.\d+|\d+) (?=oz)")


@dataclass(frozen=True)
class Wording:
    """words: {(kind, within, till text): readable text}."""

    words: dict[tuple[str, str, str], str]

    @classmethod
    def read(cls, path: Path) -> "Wording":
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            return cls({(row["kind"], row["within"], row["till"]): row["words"] for row in rows})

    def phrase(self, kind: str, till: str) -> str:
        """The whole text if the table has it, else token by token, in sentence case."""
        whole = self.words.get((kind, "", till))
        if whole:
            return whole
        tokens = re.split(r"(\W+)", re.sub(r"(?<=[A-Z])\.", "", till))
        text = "".join(self.words.get(("word", "", token), token.lower()) for token in tokens)
        text = re.sub(r"\s+", " ", re.sub(r" ?: ?", ": ", text)).strip()
        return text[:1].upper() + text[1:]

    def title(self, category: str, kind: str) -> str:
        """What an item of this till category and type is called, without its size."""
        plain = self.phrase("type", kind)
        for within in (category, "*"):
            if words := self.words.get(("type", within, kind)):
                names = {"category": self.phrase("category", category), "type": plain.lower()}
                return words.format(**names)
        return plain

    def phrases(self, kind: str, texts: pd.Series) -> pd.Series:
        """A column of till texts in words; missing stays missing."""
        return texts.map({text: self.phrase(kind, text) for text in texts.dropna().unique()})

    def titles(self, categories: pd.Series, types: pd.Series) -> pd.Series:
        """Titles without sizes; an item without a type is called by its category."""
        pairs = list(zip(categories, types.fillna(""), strict=True))
        known = {pair: self.title(*pair) if pair[1] else self.phrase("category", pair[0]) for pair in set(pairs)}
        return pd.Series([known[pair] for pair in pairs], index=types.index, dtype="str")

    def size(self, text: str) -> str:
        """A package size in small letters and common units, without the codes that stand before some."""
        text = re.sub(r"\s+", " ", NOISE.sub("", text.strip()))
        text = re.sub(r"([A-Za-z]+)\.?", lambda unit: self._unit(unit[1]), text)
        text = PACK.sub(lambda match: _packs(match[1], match[2], match[0]), text)
        text = re.sub(r"(?<=\d)\.0+(?= )", "", re.sub(r"(?<![\d.])\.(?=\d)", "0.", text))
        return ALONE.get(text, text)

    def _unit(self, unit: str) -> str:
        return self.words.get(("size", "", unit), unit.lower())


def _packs(many: str, each: str, text: str) -> str:
    """`6/4 oz` is six times four ounces; `3/4 oz` may be a fraction and stays."""
    sure = "." in each or "-" in text or int(many) >= int(each)
    return f"{many} × {each} " if sure else text
