"""Tables as CSV and Parquet. A spreadsheet must never run what a shop's data say."""

import csv
import re
from io import BytesIO

import pandas as pd

# What spreadsheets take for a formula: OWASP, "CSV injection". Apostrophes before it count, so that ours can be undone.
GUARDED = re.compile(r"^(?='*[=+\-@\t\r\n＝＋－＠])")
UNDONE = re.compile(r"^'(?='*[=+\-@\t\r\n＝＋－＠])")


def guarded(word: str) -> str:
    """A text that a spreadsheet shows and never runs: where it would start a formula, an apostrophe goes first."""
    return GUARDED.sub("'", word)


def undone(word: str) -> str:
    """The text that `guarded` was given."""
    return UNDONE.sub("", word)


def as_csv(table: pd.DataFrame) -> bytes:
    """UTF-8 CSV with a byte order mark, by which spreadsheets know Chinese.

    Text and headings are `guarded` and quoted, so that they start no cell where a semicolon parts cells either; numbers
    are as they are; an unknown value is an empty cell.
    """
    safe = table.copy()
    for column in safe.columns[~safe.dtypes.map(pd.api.types.is_numeric_dtype)]:
        safe[column] = safe[column].astype(str).where(safe[column].notna(), "").map(guarded)
    safe.columns = [guarded(str(name)) for name in safe.columns]
    return safe.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC).encode("utf-8-sig")


def as_parquet(table: pd.DataFrame) -> bytes:
    """The table as it is."""
    buffer = BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()
