"""From tables as they are written to tables as they are meant: the user's choices are applied, open ones are asked."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from engine.data.intake.catalogue.columns import with_categories, with_plain_columns
from engine.data.intake.catalogue.variants import with_products
from engine.data.intake.checks import check
from engine.data.intake.choices import Choices
from engine.data.intake.empty_columns import without_empty
from engine.data.intake.event_columns import with_events, without_events, without_left_out
from engine.data.intake.matching import with_matching_ids
from engine.data.intake.placeholders import without_placeholders
from engine.data.intake.questions import Question
from engine.data.intake.written_forms import with_written_forms
from engine.data.problems import InputError, Progress
from engine.data.reading.columns import SINGLE_FILES, WITH_EVENTS
from engine.data.reading.findings import Findings, LeftOut, Table
from engine.data.single_file.derive import derive
from engine.data.single_file.filled_orders import filled_by_order


def interpret(
    tables: Mapping[str, Table], events: Mapping[str, str], choices: Choices
) -> tuple[dict[str, Table], list[Question], list[LeftOut]]:
    """The tables with what was chosen, the questions they raise, and the rows that are left out by choice.

    events: {their event: our event, "" for one that is left out}.
    """
    left_out: list[LeftOut] = []
    read, questions = without_placeholders(tables, choices)
    questions = [*_noted(tables), *questions]
    if "orders" in read:
        read["orders"], repeated = filled_by_order(read["orders"])
        questions += repeated
    read, empty = without_empty(read)
    read, written = with_written_forms(read, choices)
    questions += empty + written
    if "items" in read:
        read["items"], columns = with_plain_columns(read["items"], choices)
        read, merged, variants = with_products(read, choices)
        questions += columns + variants
        if merged:
            left_out.append(LeftOut(read["items"].file, "item_id", "merged", merged))
    for kind in [name for name in SINGLE_FILES if name in read]:
        read[kind], paths = with_categories(read[kind], choices)
        questions += paths
    read, matching = with_matching_ids(read, choices)
    questions += matching
    for kind in [name for name in WITH_EVENTS if name in read]:
        log, gone = without_left_out(read[kind], events)
        left_out += [LeftOut(log.file, "event", "event", number, value) for value, number in gone.items()]
        questions += without_events(kind, log, choices)
        read[kind] = with_events(log, events, choices)
    return read, questions, left_out


def _noted(tables: Mapping[str, Table]) -> list[Question]:
    """What was taken for granted while the files were read."""
    return [
        Question(note.kind, table.file, note.column, note.details, line=note.line)
        for table in tables.values()
        for note in table.notes
    ]


def check_all(
    tables: Mapping[str, Table], choices: Choices, findings: Findings, report: Progress
) -> tuple[dict[str, pd.DataFrame], list[Question]]:
    """The good rows of every interpreted table. Rows of items that are dropped are unknown to the other tables."""
    frames: dict[str, pd.DataFrame] = {}
    questions: list[Question] = []
    listed = tables["items"].cells["item_id"] if "items" in tables else pd.Series(dtype="str")
    catalogue = listed
    single = next((kind for kind in tables if kind in SINGLE_FILES), None)
    for done, (kind, table) in enumerate(tables.items()):
        report("data.check", done, len(tables))
        if kind not in ("users", single) and "items" not in {*tables, *frames}:
            continue  # without a catalogue every item would look unknown
        frames[kind], more = check(kind, table, findings, (catalogue, listed), choices)
        questions += more
        if kind == single and len(frames[kind]):
            try:
                derived = derive(kind, table.file, frames[kind], choices, report)
            except InputError as error:
                findings.refused(error)
                continue
            frames |= derived.tables
            questions += derived.questions
            findings.left_out += derived.left_out
            listed = table.cells["item_id"]  # a promotion of what is no product is of a product that is left out
        if "items" in frames and (kind == single or choices.drop_bad):
            catalogue = frames["items"]["item_id"]
    report("data.check", len(tables), len(tables))
    return frames, questions


def dropping(choices: Choices, empty_bad: bool | None = None) -> Choices:
    """The same choices, with bad rows dropped; `empty_bad` overrides whether unreadable cells are emptied first."""
    return replace(choices, drop_bad=True, empty_bad=choices.empty_bad if empty_bad is None else empty_bad)
