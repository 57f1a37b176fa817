"""Malformed files through the command line: exit 2, every problem located, no traceback, nothing written."""

import json
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.data import open_shop
from tests.data.files import ITEMS, LOG, write
from tests.data.malformed import CASES, GOOD_FILES


def call(folder: Path, *more: str) -> list[str]:
    options = {"items": "items", "interactions": "log", "users": "users", "promotions": "promotions"}
    files = [part for option, name in options.items() for part in (f"--{option}", str(folder / f"{name}.csv"))]
    return ["prepare", *files, "--out", str(folder / "shop"), "--json", str(folder / "problems.json"), *more]


@pytest.mark.parametrize("case", CASES)
def test_prepare_refuses_it_and_writes_nothing(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, content, kind, line, column, value = CASES[case]
    for name, text in GOOD_FILES.items():
        write(tmp_path, f"{name}.csv", text)
    write(tmp_path, f"{table}.csv", content)
    before = {path.name for path in tmp_path.iterdir()}
    assert main(call(tmp_path)) == 2
    said = capsys.readouterr()
    assert "Traceback" not in said.err and f"{table}.csv" in said.err and not said.out
    problems = json.loads((tmp_path / "problems.json").read_text(encoding="utf-8"))
    found = next(each for each in problems if each["kind"] == kind)
    assert found["file"] == f"{table}.csv" and found["problem"] and found["fix"]
    assert line is None or found["line"] == line
    assert found["column"] == column
    assert value is None or found["value"] == value
    assert {path.name for path in tmp_path.iterdir()} - before == {"problems.json"}


def test_good_files_are_prepared(tmp_path: Path) -> None:
    for name, text in GOOD_FILES.items():
        write(tmp_path, f"{name}.csv", text)
    assert main(call(tmp_path)) == 0
    assert open_shop(tmp_path / "shop").n_items == 3


def test_a_mapping_is_suggested_and_never_used_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "items.csv", ITEMS.replace("item_id,title", "sku,product_name"))
    log = LOG.replace("user_id,item_id,timestamp,event", "客户编号,product_id,created_at,event_type")
    write(tmp_path, "log.csv", log.replace("view", "浏览"))
    files = ["--items", str(tmp_path / "items.csv"), "--interactions", str(tmp_path / "log.csv")]
    out = ["--out", str(tmp_path / "shop")]
    assert main(["prepare", *files, *out]) == 2
    said = capsys.readouterr().err
    assert "Perhaps sku is item_id" in said
    mapping = json.loads(said[said.index("\n{") :].splitlines()[1])
    assert mapping == {
        "items": {"sku": "item_id", "product_name": "title"},
        "interactions": {
            "客户编号": "user_id", "product_id": "item_id", "created_at": "timestamp", "event_type": "event",
        },
        "events": {"浏览": "view"},
    }  # fmt: skip
    assert not (tmp_path / "shop").exists()
    (tmp_path / "mapping.json").write_text(json.dumps(mapping), encoding="utf-8")
    assert main(["prepare", *files, *out, "--mapping", str(tmp_path / "mapping.json")]) == 0
    assert open_shop(tmp_path / "shop").interactions["event"].tolist() == ["buy", "view"]
