"""Slates files of others in `metrics` and `audit`: bad rows are named, shoppers without a list are counted."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.__main__ import main
from engine.data import Dataset, read_shop

ITEMS = [f"p{n}" for n in range(8)]
SHOPPERS = [f"s{n}" for n in range(14)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """14 shoppers who each bought two products in January and one in March, and one who came in March."""
    place = tmp_path_factory.mktemp("shop")
    pd.DataFrame({"item_id": ITEMS, "title": [f"Title {i}" for i in ITEMS], "category": list("aabbccdd")}).to_csv(
        place / "items.csv", index=False
    )
    rows = [(s, ITEMS[(n + step) % 8], day) for n, s in enumerate(SHOPPERS)
            for step, day in ((0, "2024-01-05"), (1, "2024-01-09"), (3, "2024-03-02"))]  # fmt: skip
    rows.append(("late", "p0", "2024-03-03"))
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).to_csv(place / "log.csv", index=False)
    data: Dataset = read_shop(place / "items.csv", place / "log.csv")
    data.save(place / "shop")
    return place


def slates(path: Path, rows: list[tuple[Any, Any, Any]]) -> Path:
    columns = list(zip(*rows, strict=True))
    table = pa.table({name: list(part) for name, part in zip(("user_id", "rank", "item_id"), columns, strict=True)})
    pq.write_table(table, path)
    return path


def call(command: str, folder: Path, file: Path, *more: str) -> list[str]:
    found = [command, "--data", str(folder / "shop"), "--slates", str(file), "--since", "2024-03-01"]
    extra = ["--by", "category", "--out", str(file.parent / "out")] if command == "audit" else []
    return [*found, *extra, *more, "--json", str(file.parent / "told.json")]


@pytest.mark.parametrize("command", ["metrics", "audit"])
@pytest.mark.parametrize(
    ("rows", "row", "column", "words"),
    [
        ([("s0", 1, "p1"), ("s1", 1, "p2"), ("s0", 2, "p1")], 3, "item_id", "'s0' has this product (rank 2) twice"),
        ([("s0", 1, "p1"), ("s0", 1, "p2")], 2, "rank", "'s0' has this rank twice, first in row 1"),
        ([("s0", 0, "p1"), ("s0", 1, "p2")], 1, "rank", "whole numbers from 1"),
        ([("s0", -1, "p1")], 1, "rank", "whole numbers from 1"),
        ([("s0", 1.5, "p1")], 1, "rank", "whole numbers from 1"),
        ([("s0", float("nan"), "p1")], 1, "rank", "whole numbers from 1"),
        ([("s0", 10**9, "p1")], 1, "rank", "whole numbers from 1"),
        ([("s0", 1, "p1"), ("s1", 1, None)], 2, "item_id", "the product is missing"),
        ([(None, 1, "p1"), ("s1", 1, "p2")], 1, "user_id", "the shopper is missing"),
        ([("s0", 1, "p1"), ("nobody", 1, "p1")], 2, "user_id", "this shopper is not in the shop"),
        ([("s0", 1, "p1"), ("s0", 2, "p99")], 2, "item_id", "this product is not in the shop"),
    ],
)
def test_a_bad_row_is_refused_by_its_number(
    folder: Path, tmp_path: Path, command: str, rows: list[tuple[Any, Any, Any]], row: int, column: str, words: str
) -> None:
    assert main(call(command, folder, slates(tmp_path / "s.parquet", rows))) == 2
    problem = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))[0]
    assert (problem["file"], problem["line"], problem["column"]) == ("s.parquet", row, column)
    assert words in problem["problem"] and problem["fix"]


def test_every_bad_row_is_named_at_once(folder: Path, tmp_path: Path) -> None:
    rows = [("s0", 1, "p1"), ("s0", 2, "p1"), ("s0", 3, "p1"), ("s1", 1, "p2"), ("s1", 1, "p3")]
    assert main(call("metrics", folder, slates(tmp_path / "s.parquet", rows))) == 2
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert [(each["line"], each["column"]) for each in told] == [(2, "item_id"), (3, "item_id"), (5, "rank")]


def test_an_id_written_as_a_decimal_number_gets_its_reason(tmp_path: Path) -> None:
    pd.DataFrame({"item_id": ["1", "2"], "title": ["a", "b"], "category": ["x", "y"]}).to_csv(
        tmp_path / "i.csv", index=False
    )
    pd.DataFrame({"user_id": ["7", "8"], "item_id": ["1", "2"], "timestamp": ["2024-01-01"] * 2}).to_csv(
        tmp_path / "l.csv", index=False
    )
    read_shop(tmp_path / "i.csv", tmp_path / "l.csv").save(tmp_path / "shop")
    assert main(call("metrics", tmp_path, slates(tmp_path / "s.parquet", [(7.0, 1, "1")]))) == 2
    assert json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))[0]["fix"] == "write the id as text: '7'"


@pytest.mark.parametrize("note", ["[1]", '{"eligible": 0}', '{"empty": [3]}', '{"until": "soon"}', "[" * 100_000])
def test_a_damaged_note_is_refused(folder: Path, tmp_path: Path, note: str) -> None:
    file = slates(tmp_path / "s.parquet", [("s0", 1, "p1")])
    table = pq.read_table(file)
    pq.write_table(table.replace_schema_metadata({b"evenshelf": note.encode()}), file)
    assert main(call("metrics", folder, file)) == 2
    assert "note" in json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))[0]["problem"]


@pytest.mark.parametrize("command", ["metrics", "audit"])
def test_a_folder_in_place_of_the_file_is_refused(folder: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "s.parquet").mkdir()
    assert main(call(command, folder, tmp_path / "s.parquet")) == 2


def test_a_rank_without_a_row_is_an_empty_slot_and_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(call("metrics", folder, slates(tmp_path / "s.parquet", [("s0", 1, "p1"), ("s0", 3, "p3")]))) == 0
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert told["ndcg"] == pytest.approx(1 / np.log2(4)), "p3 stands at rank 3, not 2"
    assert "1 lists have ranks without a row" in capsys.readouterr().err


def test_named_shoppers_without_a_list_count_as_shown_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Closed form: each of the 14 bought one product later; one has a list that hits it at rank 1."""
    file = slates(tmp_path / "s.parquet", [("s0", 1, "p3"), ("s0", 2, "p1")])
    (tmp_path / "users.txt").write_text("\n".join([*SHOPPERS, "late"]))
    assert main(call("metrics", folder, file, "--users", str(tmp_path / "users.txt"))) == 0
    told, said = json.loads((tmp_path / "told.json").read_text(encoding="utf-8")), capsys.readouterr().err
    assert told["ndcg"] == pytest.approx(1 / 14) and told["n"]["ndcg"] == 14
    assert told["recall"] == pytest.approx(1 / 14) and told["hit_rate"] == pytest.approx(1 / 14)
    assert told["n"]["ild"] == 1, "an empty list has no pairs: left out, and counted"
    assert told["lists"] == {"shoppers": 14, "empty": 13}
    assert "13 named shoppers have no list" in said and "1 named shoppers are not known before the cut-off" in said


def test_shoppers_who_are_not_named_are_left_out_and_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = slates(tmp_path / "s.parquet", [(s, 1, "p3") for s in SHOPPERS[:12]])
    assert main(call("metrics", folder, file)) == 0
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    assert told["n"]["ndcg"] == 12 and told["lists"] == {"shoppers": 12, "empty": 0}
    assert "2 of the 14 shoppers known before the cut-off have no list" in capsys.readouterr().err
    assert main(call("audit", folder, file)) == 0
    setting = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))["setting"]
    assert (setting["shoppers"], setting["without_list"]) == (12, 2)
    assert "2 shoppers known before the cut-off have no list" in capsys.readouterr().err


def test_more_products_than_were_eligible(folder: Path, tmp_path: Path) -> None:
    """Lists of others may show products that no model could have shown at the cut-off; coverage stays a share."""
    rows = [(s, r + 1, ITEMS[r]) for s in SHOPPERS for r in range(8)]
    call_ = call("metrics", folder, slates(tmp_path / "s.parquet", rows))
    call_[call_.index("2024-03-01")] = "2024-01-06"  # only what was bought on January 5 is known
    assert main(call_) == 0
    assert json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))["coverage"] == 1.0


def test_no_list_of_the_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "users.txt").write_text("s5")
    more = ["--users", str(tmp_path / "users.txt")]
    assert main(call("metrics", folder, slates(tmp_path / "s.parquet", [("s0", 1, "p3")]), *more)) == 2
