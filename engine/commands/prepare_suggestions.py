"""What `prepare` suggests on stderr for files that it refused: a mapping, names for columns, a meaning for events."""

import json
import sys
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from engine.data import FileOptions, InputError, peek
from engine.data.reading.columns import EVENTS
from engine.data.reading.suggestions import suggest_events, suggest_header, suggest_mapping

UNDECIDED = "?"  # which no mapping may hold: whoever pastes it has to decide


def print_suggestions(
    paths: Mapping[str, Path], options: Mapping[str, FileOptions], headerless: Collection[str]
) -> None:
    """Say which mapping the files look like, and which names the columns of a log without a header; neither is used
    unasked. headerless: names of files that were refused because they have no header."""
    named = {table for table, path in paths.items() if path.name in headerless}
    numbered = {table: replace(options[table], header=()) if table in named else options[table] for table in paths}
    peeked = _all_peeked(paths, numbered)
    if "interactions" in named & set(peeked):
        names = ",".join(suggest_header(peeked.pop("interactions"), _ids(peeked)))
        print(f'Perhaps these names fit; check them and give them as\n--header "interactions={names}"', file=sys.stderr)
    if mapping := suggest_mapping({table: cells for table, cells in peeked.items() if table not in named}):
        text = json.dumps(mapping, ensure_ascii=False)
        fix = "check it, then add --as-suggested, or save it, change it and give it as --mapping"
        print(f"Perhaps this mapping fits; {fix}:\n{text}", file=sys.stderr)


def suggested_mapping(paths: Mapping[str, Path], options: Mapping[str, FileOptions]) -> dict[str, dict[str, str]]:
    """The mapping that the files look like, which is said on stderr because it is used."""
    mapping = suggest_mapping(_all_peeked(paths, options))
    print(f"Columns are read as suggested:\n{json.dumps(mapping, ensure_ascii=False)}", file=sys.stderr)
    return mapping


def print_unknown_events(counts: Mapping[str, int]) -> None:
    """Say which events have no meaning yet, each with its lines, and the part of a mapping that would give them one."""
    if not counts:
        return
    print("These events have no meaning yet:", file=sys.stderr)
    for event, lines in counts.items():
        print(f"  {lines:>12,} {'line ' if lines == 1 else 'lines'}  {event}", file=sys.stderr)
    known = suggest_events(counts)
    part = json.dumps({"events": {event: known.get(event, UNDECIDED) for event in counts}}, ensure_ascii=False)
    fix = f'each is one of {", ".join(EVENTS)}, or "" to leave its lines out'
    print(f"Add this to --mapping; {fix}:\n{part}", file=sys.stderr)


def _all_peeked(paths: Mapping[str, Path], options: Mapping[str, FileOptions]) -> dict[str, pd.DataFrame]:
    """The first rows of the files that can be read, by table."""
    return {table: cells for table, path in paths.items() if (cells := _peeked(path, options[table])) is not None}


def _peeked(path: Path, options: FileOptions) -> pd.DataFrame | None:
    """The first rows of a file; None where it cannot be read."""
    try:
        return peek(path, options=options).cells
    except InputError:
        return None


def _ids(peeked: Mapping[str, pd.DataFrame]) -> list[str]:
    """The item ids of the catalogue's first rows."""
    items = peeked.get("items", pd.DataFrame())
    names = {ours: theirs for theirs, ours in suggest_mapping({"items": items}).get("items", {}).items()}
    column = names.get("item_id", "item_id")
    return items[column].tolist() if column in items else []
