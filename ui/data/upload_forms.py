"""The kinds of files that a shop can be brought in with: one file that says it all, or a catalogue and a log."""

import re
from collections.abc import Collection
from pathlib import Path

from engine.data.reading.columns import SINGLE_FILES, TABLES, WITH_EVENTS

BESIDE = ("users", "promotions")
FORMS = {**{single: (single, *BESIDE) for single in SINGLE_FILES}, "tables": tuple(TABLES)}  # the files of each form


def main_table(form: str) -> str:
    """The table without which there is no shop."""
    return FORMS[form][0]


def log_table(tables: Collection[str]) -> str:
    """The one of these tables that says what happened."""
    return next((table for table in WITH_EVENTS if table in tables), WITH_EVENTS[0])


def file_name(name: str, table: str, taken: Collection[str]) -> str:
    """A safe name for an uploaded file, close to the user's own, because problems are reported with it."""
    safe = re.sub(r"[^\w. ()+-]", "_", Path(name.replace("\\", "/")).name)[-100:].lstrip(". ") or table
    return f"{table}-{safe}" if safe in taken else safe
