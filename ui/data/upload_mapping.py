"""What a user's columns and events mean: what is suggested, and the mapping that `read_shop` takes."""

from collections.abc import Iterable, Mapping, Sequence

from engine.data.intake.mapping import EVENT_NAMES, LEAVE_OUT
from engine.data.reading.columns import EVENTS, SCHEMAS
from engine.data.reading.findings import Table
from engine.data.reading.suggestions import suggest, suggest_events

LEFT_OUT = "left_out"  # an event whose lines are not read
SUGGESTING = 200  # rows that a suggestion of columns looks at


def suggested_columns(table: str, peeked: Table, item_ids: list[str]) -> dict[str, str]:
    """{our column: their column, "" for none} of a table. item_ids: of the catalogue, which a log repeats."""
    suggestions = {
        suggestion.ours: suggestion.theirs for suggestion in suggest(table, peeked.cells.head(SUGGESTING), item_ids)
    }
    return {ours: suggestions.get(ours, "") for ours in SCHEMAS[table]}


def suggested_events(values: Sequence[str]) -> dict[str, str]:
    """{their event: ours, "" for none}."""
    suggestions = suggest_events(list(values))
    return {value: suggestions.get(value) or _same_name(value) for value in values}


def _same_name(value: str) -> str:
    plain = value.strip().lower()
    return plain if plain in EVENTS else ""


def column_mapping(
    table: str, theirs: Iterable[str], names: Mapping[str, str], left_out: Iterable[str]
) -> dict[str, str]:
    """{their column: ours, "" to leave it out} of a table with the columns `theirs`.

    names: {our column: their column, "" for none}. A column that was not chosen for ours of its own name is left out,
    or it would be taken unasked.
    """
    chosen = {column: ours for ours, column in names.items() if column}
    unasked = [column for column in theirs if column in SCHEMAS[table] and column not in chosen]
    return chosen | dict.fromkeys([*unasked, *left_out], "")


def event_mapping(events: Mapping[str, str], values: Sequence[str]) -> dict[str, str]:
    """{their event: ours, LEAVE_OUT for lines not to read} of those among `values` that have a meaning."""
    return {
        theirs: LEAVE_OUT if ours == LEFT_OUT else ours for theirs, ours in events.items() if ours and theirs in values
    }


def columns_of_mapping(table: str, theirs: Sequence[str], names: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """What a mapping {their column: ours, "" to leave it out} says of a table with the columns `theirs`: {our column:
    their column, "" for none}, and the further columns that are left out. A column of our own name needs no word."""
    named = {ours: column for column, ours in names.items() if ours}
    own = {ours: ours for ours in SCHEMAS[table] if ours in theirs and ours not in names}
    left_out = [column for column, ours in names.items() if ours == LEAVE_OUT and column not in SCHEMAS[table]]
    return dict.fromkeys(SCHEMAS[table], "") | own | named, left_out


def events_of_mapping(mapping: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """{their event: ours, LEFT_OUT for lines not to read} of a mapping."""
    return {theirs: ours or LEFT_OUT for theirs, ours in mapping.get(EVENT_NAMES, {}).items()}
