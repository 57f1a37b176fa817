"""Malformed files through the command line: exit 2, every problem located, no traceback, nothing written."""

import json
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.data import open_shop
from tests.data.files import ITEMS, LOG, write
from tests.data.malformed import CASES, GOOD_FILES
from tests.data.single_file import order_files
from tests.data.workbooks import workbook


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


@pytest.mark.parametrize(
    ("items", "answers", "price"),
    [
        ("item_id;title;price\n007;Rug;1.299\n", ["--decimal", "comma"], 1299.0),
        ("item_id;title;price\n007;Rug;1.299\n", ["--decimal", "price=point"], 1.299),
        ("item_id;title;price\n007;Tapis à café;12,50 €\n".encode("cp1252"), ["--encoding", "windows-1252"], 12.5),
        ("item_id;title;price\n007;Tapis à café;12,50 €\n".encode("cp1252"), ["--encoding", "items=latin-1"], 12.5),
        ("item_id;title;price\n007;Tapis à café;12,50\n".encode("utf-16-le"), ["--encoding", "items=UTF-16LE"], 12.5),
        (workbook({"Goods": [["item_id", "title", "price"], ["007", "Rug", 12.5]], "More": [["x"]]}),
         ["--sheet", "items=Goods"], 12.5),
    ],
)  # fmt: skip
def test_what_a_file_cannot_say_itself_is_answered_by_flags(
    items: str | bytes, answers: list[str], price: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "items.csv", items)
    write(tmp_path, "log.csv", "user_id,item_id,timestamp,event\nu,007,03/04/2024,buy\nu,007,05/04/2024,buy\n")
    command = ["prepare", "--items", str(tmp_path / "items.csv"), "--interactions", str(tmp_path / "log.csv")]
    command += ["--out", str(tmp_path / "shop")]
    for given in ([], ["--date-order", "dmy"], answers):
        assert main([*command, *given]) == 2
        refused = capsys.readouterr().err
        assert ("--date-order" not in given) == ("--date-order timestamp=dmy: day, month, year" in refused)
        assert (given is not answers) == (answers[0] in refused), "the flag that answers is named"
    assert main([*command, *answers, "--date-order", "timestamp=mdy"]) == 0
    shop = open_shop(tmp_path / "shop")
    assert shop.items[["item_id", "price"]].to_numpy().tolist() == [["007", price]]
    assert [f"{time:%m-%d}" for time in shop.interactions["timestamp"]] == ["03-04", "05-04"]
    assert ("amounts in €" in capsys.readouterr().out) == (shop.currency == "€")


def test_an_answer_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "items.csv", ITEMS)
    for flag, answer in (("--decimal", "dot"), ("--date-order", "ydm"), ("--sheet", "goods=A")):
        command = ["prepare", "--items", str(tmp_path / "items.csv"), "--out", str(tmp_path / "shop"), flag, answer]
        assert main(command) == 2
        assert flag in capsys.readouterr().err


def test_one_order_file_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    orders, mapping = write(tmp_path, "orders.csv", order_files.text()), tmp_path / "mapping.json"
    out = ["--out", str(tmp_path / "shop")]
    assert main(["prepare", "--orders", str(orders), *out]) == 2
    said = capsys.readouterr().err
    mapping.write_text(said[said.index("\n{") :].splitlines()[1])
    assert json.loads(mapping.read_text()) == {"orders": order_files.MAPPING}
    named = ["prepare", "--orders", str(orders), *out, "--mapping", str(mapping)]
    assert main(named) == 2
    said = capsys.readouterr().err
    assert "POST POSTAGE (1)" in said and "--service-lines keep" in said and "--free-lines drop" in said
    assert main([*named, "--leave-out", "POST,B", "--free-lines", "drop"]) == 0
    done = capsys.readouterr()
    assert "3 products, 2 shoppers, 3 interactions\n2 more lines of unknown shoppers" in done.out
    assert "orders.csv, quantity: 1 return fits no earlier purchase in the file and is left out" in done.out
    assert "have no shopper" in done.err
    data = open_shop(tmp_path / "shop")
    assert data.anonymous is not None and data.items["title"].tolist()[2] == "WHITE HANGING HEART"
    suggested = ["prepare", "--orders", str(orders), "--out", str(tmp_path / "same"), "--as-suggested"]
    assert main([*suggested, "--leave-out", "POST,B", "--free-lines", "drop"]) == 0
    assert json.dumps(json.loads(mapping.read_text()), ensure_ascii=False) in capsys.readouterr().err
    assert open_shop(tmp_path / "same").hash == data.hash
    assert main([*suggested, "--mapping", str(mapping)]) == 2
    assert "are both given" in capsys.readouterr().err


def test_a_single_file_is_not_given_beside_a_catalogue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for files in (["--orders", "o.csv", "--items", "i.csv"], ["--events", "e.csv", "--reviews", "r.csv"]):
        assert main(["prepare", *files, "--out", str(tmp_path / "shop")]) == 2
        assert "already holds products and log" in capsys.readouterr().err
    assert main(["prepare", "--users", "u.csv", "--out", str(tmp_path / "shop")]) == 2
    assert "--orders, --reviews, --events or --items" in capsys.readouterr().err


def test_options_name_a_file_of_events(tmp_path: Path) -> None:
    lines = "a,1,2024-01-01,Chair,view\nb,1,2024-01-02,Chair,buy\n"
    events = write(tmp_path, "events.csv", lines)
    header = "events=user_id,item_id,timestamp,title,event"
    assert main(["prepare", "--events", str(events), "--header", header, "--out", str(tmp_path / "shop")]) == 0
    assert open_shop(tmp_path / "shop").items["title"].tolist() == ["Chair"]
