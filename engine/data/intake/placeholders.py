r"""Words that exports write for an unknown value: NA, NULL, nan, \N. They may be real values, so the user is asked."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from engine.data.intake.choices import Choices
from engine.data.intake.questions import HARMLESS, Question
from engine.data.reading.columns import SCHEMAS, Column
from engine.data.reading.findings import Table
from engine.data.reading.synonyms import UNKNOWN

NOBODY = {"anonymous", "guest", "00000000-0000-0000-0000-000000000000"}  # of shoppers only
READ = ("id", "facet", "text")  # kinds of columns in which such a word would be taken for a value
SHOWN = 3


def without_placeholders(tables: Mapping[str, Table], choices: Choices) -> tuple[dict[str, Table], list[Question]]:
    """The tables with placeholders emptied where that was chosen, and the questions and notes on them."""
    read, questions = {}, []
    for kind, table in tables.items():
        emptied: dict[str, pd.Series] = {}
        for name in table.names:
            if name == "query":  # people search for such words
                continue
            column = SCHEMAS[kind].get(name, Column(name, "facet"))
            counts = _placeholders(table.cells[name], column)
            if counts.empty:
                continue
            if column.kind in READ:
                questions.append(_question(kind, table, column, counts, choices))
            if choices.placeholder(name) == "missing":
                cells = table.cells[name]
                emptied[name] = cells.mask(cells.isin(counts.index), "")
        read[kind] = replace(table, cells=table.cells.assign(**emptied)) if emptied else table
    return read, questions


def _placeholders(cells: pd.Series, column: Column) -> pd.Series:
    """How often each placeholder stands in a column, the most frequent first."""
    counts = cells.value_counts()
    words = UNKNOWN | NOBODY if column.name == "user_id" else UNKNOWN
    placeholders: pd.Series = counts[counts.index.str.strip().str.casefold().isin(words)]
    return placeholders


def _question(kind: str, table: Table, column: Column, counts: pd.Series, choices: Choices) -> Question:
    cells, number = table.cells[column.name], int(counts.sum())
    first = int(cells.isin(counts.index).to_numpy().argmax())
    share = number / len(cells)
    more = len(counts) - SHOWN
    named = ", ".join(f"“{value.strip()}”" for value in counts.index[:SHOWN]) + (" …" if more > 0 else "")
    details: dict[str, str | int] = {
        "values": named, "n": number, "count": f"{number:,}", "rows": f"{len(cells):,}", "share": f"{100 * share:.1f}",
    }  # fmt: skip
    an_id = column.kind == "id"
    return Question(
        kind="placeholder_id" if an_id else "placeholder",
        file=table.file, column=column.name, details=details,
        setting="placeholders", options=("missing", "keep"), answer=choices.placeholder(column.name),
        asked=an_id and kind == "interactions" and share >= HARMLESS,
        line=int(table.lines[first]), value=cells.iloc[first],
    )  # fmt: skip
