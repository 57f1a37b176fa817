"""What `prepare` says of files that it refuses: a mapping, names for columns, events with their lines."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.commands.prepare_suggestions import print_suggestions, print_unknown_events
from engine.data import FileOptions, check_shop, read_mapping
from tests.data.files import write
from tests.data.layouts.layouts import LAYOUTS, Layout

Spoken = Callable[[], str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Spoken:
    return lambda: capsys.readouterr().err


def layout_of(folder: str) -> Layout:
    return next(layout for layout in LAYOUTS if layout.folder == folder)


def test_unknown_events_come_with_their_lines_and_a_part_to_paste(tmp_path: Path, said: Spoken) -> None:
    print_unknown_events({"pv": 1234, "hover": 1})
    text = said()
    assert "1,234 lines  pv" in text and "1 line   hover" in text
    part = text.splitlines()[-1]
    assert json.loads(part) == {"events": {"pv": "view", "hover": "?"}}
    with pytest.raises(ValueError, match=r"'hover' is mapped to an unknown name \('\?'\)"):
        read_mapping(write(tmp_path, "mapping.json", part))
    print_unknown_events({})
    assert said() == ""


def test_every_unknown_event_is_counted_over_the_whole_log(tmp_path: Path) -> None:
    rees46 = layout_of("rees46")
    verdict = check_shop(rees46.files["items"], rees46.files["interactions"], mapping=rees46.mapping)
    assert verdict.events == {"view": 1, "cart": 1, "remove_from_cart": 1, "purchase": 1}
    assert verdict.unknown_events == {"remove_from_cart": 1}


def test_names_are_suggested_for_a_log_without_a_header(said: Spoken) -> None:
    taobao = layout_of("taobao")
    settings = dict.fromkeys(taobao.files, FileOptions())
    print_suggestions(taobao.files, settings, {"interactions.csv"})
    text = said()
    assert f'--header "interactions={",".join(taobao.header)}"' in text
    assert '{"items": {"item": "item_id"}}' in text, "the log has no names to map"


def test_a_file_that_cannot_be_read_is_passed_over(tmp_path: Path, said: Spoken) -> None:
    files = {"items": write(tmp_path, "items.csv", "sku,title\na,Chair\n"), "interactions": tmp_path / "nowhere.csv"}
    print_suggestions(files, dict.fromkeys(files, FileOptions()), set())
    assert '{"items": {"sku": "item_id"}}' in said()
