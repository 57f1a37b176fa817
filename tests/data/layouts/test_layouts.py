"""What is suggested for the files of shop systems, analytics and public logs is right, and the check takes it."""

import csv

import pytest

from engine.data import Choices, FileOptions, check_shop, peek
from engine.data.reading.suggestions import suggest_header, suggest_mapping
from tests.data.layouts.layouts import LAYOUTS, Layout
from tests.data.layouts.single_layouts import SINGLE_LAYOUTS

each_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.folder)


def options(layout: Layout) -> dict[str, FileOptions]:
    return {"interactions": FileOptions(header=layout.header)} if layout.header else {}


def rows(layout: Layout, table: str) -> list[dict[str, str]]:
    """The rows of a file by the standard library."""
    with layout.files[table].open(encoding="utf-8", newline="") as file:
        first = file.readline()
        file.seek(0)
        names = layout.header if table == "interactions" and layout.header else None
        return list(csv.DictReader(file, names, delimiter=max(",;\t", key=first.count)))


@pytest.mark.parametrize("layout", (*LAYOUTS, *SINGLE_LAYOUTS), ids=lambda layout: layout.folder)
def test_the_right_mapping_is_suggested(layout: Layout) -> None:
    cells = {table: peek(path, options=options(layout).get(table)).cells for table, path in layout.files.items()}
    assert suggest_mapping(cells) == layout.mapping


@each_layout
def test_the_check_takes_what_is_suggested(layout: Layout) -> None:
    """Products are those that plain Python reads, and every line of the log but those left out has its shopper."""
    events = layout.mapping.get("events", {}) | dict.fromkeys(layout.left_out, "")
    mapping = {**layout.mapping, **({"events": events} if events else {})}
    choices = Choices(**layout.choices)  # type: ignore[arg-type]
    files = layout.files
    verdict = check_shop(
        files["items"], files.get("interactions"), files.get("users"), mapping=mapping, options=options(layout),
        choices=choices,
    )  # fmt: skip
    assert not verdict.open and not verdict.total, [str(problem) for problem in verdict.problems]
    data = verdict.data
    assert data is not None
    title = next((theirs for theirs, ours in mapping["items"].items() if ours == "title"), "title")
    if "title" in data.items:
        assert set(data.items["title"]) <= {row[title] for row in rows(layout, "items")}
    if "interactions" not in files:
        return
    names = {ours: theirs for theirs, ours in mapping.get("interactions", {}).items() if ours}
    event, shopper = names.get("event", "event"), names.get("user_id", "user_id")
    lines = [row for row in rows(layout, "interactions") if row.get(event) not in layout.left_out]
    assert len(data.interactions) == len(lines)
    assert set(data.users["user_id"].iloc[data.interactions["user"]]) == {row[shopper] for row in lines}


def test_names_for_a_log_without_a_header() -> None:
    taobao = next(layout for layout in LAYOUTS if layout.header)
    numbered = peek(taobao.files["interactions"], options=FileOptions(header=())).cells
    ids = [row["item"] for row in rows(taobao, "items")]
    assert tuple(suggest_header(numbered, ids)) == taobao.header


def test_layouts_have_folders_of_their_own() -> None:
    assert len({layout.folder for layout in (*LAYOUTS, *SINGLE_LAYOUTS)}) == len(LAYOUTS) + len(SINGLE_LAYOUTS) == 23
