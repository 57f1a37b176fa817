"""What is suggested for the files of shop systems, analytics and public logs is right, and the check takes it."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from engine.data import Choices, FileOptions, check_shop, peek
from engine.data.reading.suggestions import suggest_mapping
from tests.data.files import write
from tests.data.layouts import Layout
from tests.data.layouts.logs import LOGS
from tests.data.layouts.shop_systems import SHOP_SYSTEMS

LAYOUTS = [*SHOP_SYSTEMS, *LOGS]


def read(folder: Path, layout: Layout) -> tuple[dict[str, Path], dict[str, FileOptions]]:
    paths = {table: write(folder, f"{table}.csv", text) for table, text in layout.files.items()}
    return paths, {table: FileOptions(header=names) for table, names in layout.header.items()}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_the_right_mapping_is_suggested(tmp_path: Path, layout: Layout) -> None:
    paths, options = read(tmp_path, layout)
    cells = {table: peek(path, options=options.get(table)).cells for table, path in paths.items()}
    assert suggest_mapping(cells) == layout.mapping


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_the_check_takes_what_is_suggested(tmp_path: Path, layout: Layout) -> None:
    """Every line of the log is kept but those left out, and products are those that plain Python reads."""
    paths, options = read(tmp_path, layout)
    events = layout.mapping.get("events", {}) | dict.fromkeys(layout.left_out, "")
    mapping = {**layout.mapping, **({"events": events} if events else {})}
    choices = Choices(**layout.choices)  # type: ignore[arg-type]
    verdict = check_shop(**paths, mapping=mapping, options=options, choices=choices)  # type: ignore[arg-type]
    assert not verdict.open and not verdict.total, [str(problem) for problem in verdict.problems]
    data = verdict.data
    assert data is not None
    if "interactions" not in layout.files:
        return
    lines = rows(layout, "interactions")
    names = {ours: theirs for theirs, ours in mapping.get("interactions", {}).items()}
    expected = [row for row in lines if row[names.get("event", "event")] not in layout.left_out] if events else lines
    assert len(data.interactions) == len(expected)
    shoppers = {row[names.get("user_id", "user_id")] for row in expected}
    assert set(data.users["user_id"]) >= shoppers


def rows(layout: Layout, table: str) -> list[Mapping[str, str]]:
    """The rows of a file by the standard library."""
    text = layout.files[table]
    first = text.splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    return list(csv.DictReader(io.StringIO(text), layout.header.get(table), delimiter=delimiter))


def test_layouts_have_names_of_their_own() -> None:
    assert len({layout.name for layout in LAYOUTS}) == len(LAYOUTS) == 15
    assert pd.Series([layout.name for layout in LAYOUTS]).is_unique
