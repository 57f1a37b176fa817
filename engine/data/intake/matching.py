"""How the files of a shop refer to each other: shoppers of the log and of the users file, items of all files."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from engine.data.intake.choices import Choices
from engine.data.intake.id_forms import CHANGES, Match, doubles, match
from engine.data.intake.questions import HARMLESS, Question
from engine.data.reading.columns import SINGLE_FILES
from engine.data.reading.findings import Table

# whose ids look for whose: the table, the table that knows them, the column
LOOKS = (
    ("interactions", "users", "user_id"), *((kind, "users", "user_id") for kind in SINGLE_FILES),
    ("interactions", "items", "item_id"), ("promotions", "items", "item_id"),
)  # fmt: skip

NUMBER_WITH_POINT = r"\d+\.0+"  # how a spreadsheet or a table with gaps writes whole numbers


def with_matching_ids(tables: Mapping[str, Table], choices: Choices) -> tuple[dict[str, Table], list[Question]]:
    """The tables with ids written as the other files write them, where that was chosen; and the questions on the
    others.
    """
    read, questions = dict(tables), []
    for kind, other, column in LOOKS:
        if not _has(read, kind, column) or not _has(read, other, column):
            continue
        matched = match(_distinct(read[kind], column), _distinct(read[other], column))
        questions += _matching(read[kind], read[other], column, matched, choices)
        if choices.ids == "unify" and matched.others:
            read[kind] = _renamed(read[kind], column, matched.others)
    for kind in [kind for kind in ("interactions", *SINGLE_FILES) if _has(read, kind, "user_id")]:
        log = read[kind]
        same, reason = doubles(_filled(log, "user_id"))
        questions += _doubled(log, "user_id", same, reason, choices, of_log=True)
        if choices.ids == "unify" and same:
            read[kind] = _renamed(log, "user_id", same)
        if "users" not in read:
            read[kind], pointed = _with_whole_numbers(read[kind], "user_id", choices)
            questions += pointed
    for kind, column in (("items", "item_id"), ("users", "user_id")):
        if _has(read, kind, column):
            same, reason = doubles(_filled(read[kind], column))
            questions += _doubled(read[kind], column, same, reason, choices, of_log=False)
    return read, questions


def _has(tables: Mapping[str, Table], kind: str, column: str) -> bool:
    return kind in tables and column in tables[kind].cells


def _filled(table: Table, column: str) -> pd.Series:
    cells = table.cells[column]
    return cells[cells.str.strip() != ""]


def _distinct(table: Table, column: str) -> pd.Series:
    return _filled(table, column).drop_duplicates()


def _renamed(table: Table, column: str, names: Mapping[str, str]) -> Table:
    cells = table.cells[column]
    return replace(table, cells=table.cells.assign(**{column: cells.where(~cells.isin(names), cells.map(names))}))


def _matching(table: Table, known: Table, column: str, matched: Match, choices: Choices) -> list[Question]:
    """How many are found is told; ids that differ in writing, or a users file that nobody is found in, are asked."""
    details: dict[str, str | int] = {
        "other": known.file, "n": matched.exact, "exact": f"{matched.exact:,}", "total": f"{matched.total:,}",
        "unknown": f"{matched.unknown:,}", "idle": f"{_inactive(table, known, column):,}",
    }  # fmt: skip
    noun = column.removesuffix("_id")
    if not matched.others:
        nobody = matched.total > 0 and not matched.exact and column == "user_id"
        if nobody:
            return [
                Question("never_match", table.file, column, details, "ids", ("exact",), _exact(choices), asked=True)
            ]
        return [Question(f"match_{noun}", table.file, column, details)]
    theirs, ours = next(iter(matched.others.items()))
    details |= {"others": f"{len(matched.others):,}", "theirs": theirs, "ours": ours, "reason": matched.reason}
    needs_answer = len(matched.others) >= HARMLESS * matched.total
    return [_unify(f"ids_differ_{noun}", table, column, details, choices, needs_answer, theirs)]


def _unify(
    kind: str,
    table: Table,
    column: str,
    details: dict[str, str | int],
    choices: Choices,
    needs_answer: bool,
    first: str,
) -> Question:
    """Whether ids that differ only in writing are one. first: the first of them, as the file writes it."""
    line = _line(table, column, first)
    return Question(
        kind, table.file, column, details, "ids", ("unify", "exact"), choices.ids, needs_answer, line, first
    )  # fmt: skip


def _line(table: Table, column: str, value: str) -> int:
    """The first line of the file that has a value."""
    return int(table.lines[int((table.cells[column] == value).to_numpy().argmax())])


def _exact(choices: Choices) -> str | None:
    return "exact" if choices.ids else None  # neither answer can find anybody here


def _with_whole_numbers(table: Table, column: str, choices: Choices) -> tuple[Table, list[Question]]:
    """The table with whole numbers where all ids are numbers that end in ".0" and that was chosen; and the question."""
    ids = _distinct(table, column)
    if ids.empty or not ids.str.fullmatch(NUMBER_WITH_POINT).all():
        return table, []
    whole = CHANGES["decimal"](ids)
    theirs, ours = ids.iloc[0], whole.iloc[0]
    details: dict[str, str | int] = {"n": len(ids), "total": f"{len(ids):,}", "theirs": theirs, "ours": ours}
    question = _unify("decimal_ids", table, column, details, choices, False, theirs)
    if choices.ids == "unify":
        table = _renamed(table, column, dict(zip(ids, whole, strict=True)))
    return table, [question]


def _inactive(table: Table, known: Table, column: str) -> int:
    """How many known ids the table never names."""
    ids = _distinct(known, column)
    return int((~ids.isin(table.cells[column])).sum())


def _doubled(
    table: Table, column: str, same: Mapping[str, str], reason: str, choices: Choices, of_log: bool
) -> list[Question]:
    """Ids of one file that differ only in writing: asked of a log's shoppers, told of rows with data of their own."""
    if not same:
        return []
    theirs, ours = next(iter(same.items()))
    total = len(_distinct(table, column))
    details: dict[str, str | int] = {
        "n": len(same), "others": f"{len(same):,}", "total": f"{total:,}", "theirs": theirs, "ours": ours,
        "reason": reason,
    }  # fmt: skip
    if not of_log:
        return [Question("doubled_rows", table.file, column, details, line=_line(table, column, theirs), value=theirs)]
    needs_answer = len(same) >= HARMLESS * total
    return [_unify("doubled_ids", table, column, details, choices, needs_answer, theirs)]
