"""Which colour a title names."""

import re

import pandas as pd

from engine.data.intake.catalogue.colour_words import COLOUR_WORDS, LANGUAGES

WORD = re.compile(r"[^\W\d_]+")
CHINESE = re.compile("|".join(sorted(COLOUR_WORDS["zh"], key=len, reverse=True)))  # 深蓝色 before 蓝色


def colours_of(titles: pd.Series) -> pd.Series:
    """The one colour that each title names, "" where it names none or several, in the language that names most of them.

    "Rote Bluse" and "Bluse, rot" are both "rot".
    """
    by_language = {language: titles.map(lambda title, of=language: colour_of(title, of)) for language in LANGUAGES}
    return max(by_language.values(), key=lambda colours: (colours != "").sum())


def colour_of(title: str, language: str) -> str:
    """The one colour that a title names in a language, "" where it names none or several."""
    names = COLOUR_WORDS[language]
    words = CHINESE.findall(title) if language == "zh" else WORD.findall(title.casefold())
    found = {names[word] for word in words if word in names}
    return found.pop() if len(found) == 1 else ""
