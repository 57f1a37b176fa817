"""Malformed files: every problem is located and says how to mend it; nothing is written."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data import InputError, peek, read_mapping, read_shop
from engine.data.reading import cells, csv_files, json_files, parquet_files, text_lines
from tests.data.files import ITEMS, LOG, csv_text, write
from tests.data.malformed import CASES, GOOD_FILES


def test_there_are_sixty_and_no_two_are_the_same() -> None:
    assert len(CASES) >= 60
    assert len({(table, content) for table, content, *_ in CASES.values()}) == len(CASES)


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_its_place(case: str, tmp_path: Path) -> None:
    table, content, kind, line, column, value = CASES[case]
    paths = {name: write(tmp_path, f"{name}.csv", text) for name, text in GOOD_FILES.items()}
    write(tmp_path, f"{table}.csv", content)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError) as refused:
        read_shop(paths["items"], paths["log"], paths["users"], paths["promotions"])
    found = next(problem for problem in refused.value.problems if problem.kind == kind)
    assert found.file == f"{table}.csv"
    assert line is None or found.line == line
    assert found.column == column
    assert value is None or found.value == value
    assert found.problem and found.fix
    assert f"{table}.csv" in str(refused.value)
    assert sorted(tmp_path.rglob("*")) == before


def refusal(read: Callable[[], object]) -> InputError:
    with pytest.raises(InputError) as refused:
        read()
    return refused.value


def test_problems_of_all_files_are_listed_together(tmp_path: Path) -> None:
    items = write(tmp_path, "items.csv", ITEMS + "y,b,c,-1\ny,b,c,x\n")
    log = write(tmp_path, "log.csv", LOG + "u,zzz,someday,steal\n")
    problems = refusal(lambda: read_shop(items, log)).problems
    assert [(problem.file, problem.line, problem.kind) for problem in problems] == [
        ("items.csv", 6, "not_a_number"),
        ("items.csv", 5, "negative"),
        ("items.csv", 6, "duplicate_id"),
        ("log.csv", 4, "unreadable_date"),
        ("log.csv", 4, "unknown_event"),
        ("log.csv", 4, "unknown_item"),
    ]


def test_one_unusable_file_does_not_hide_the_problems_of_another(tmp_path: Path) -> None:
    users, log = write(tmp_path, "users.csv", ""), write(tmp_path, "log.csv", LOG + "u,zzz,2024-01-01,buy\n")
    error = refusal(lambda: read_shop(write(tmp_path, "items.csv", ITEMS), log, users))
    assert {problem.kind for problem in error.problems} == {"empty_file", "unknown_item"}


def test_a_thousand_problems_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    rows = [["u", "x", "someday", "buy"]] * 2_500
    log = write(tmp_path, "log.csv", LOG + csv_text(rows))
    error = refusal(lambda: read_shop(write(tmp_path, "items.csv", ITEMS), log))
    assert len(error.problems) == 1_000 and error.total == 2_500
    assert "2,497 more" in str(error)


def test_what_dropping_cannot_mend_is_refused_anyway(tmp_path: Path) -> None:
    empty = write(tmp_path, "empty.csv", "item_id,title\n")
    assert refusal(lambda: read_shop(empty, drop_bad=True)).problems[0].kind == "empty_file"
    hopeless = write(tmp_path, "bad.csv", "item_id,title,price\n1,a,x\n")
    assert refusal(lambda: read_shop(hopeless, drop_bad=True)).problems[0].kind == "nothing_left"


def test_missing_files_and_folders(tmp_path: Path) -> None:
    assert refusal(lambda: read_shop(tmp_path / "nowhere.csv")).problems[0].kind == "unreadable_file"
    assert refusal(lambda: read_shop(tmp_path)).problems[0].kind == "folder_form"


def test_rows_are_counted_while_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (csv_files, parquet_files):
        monkeypatch.setattr(module, "MAX_ROWS", 100)
    many = pd.DataFrame({"item_id": [str(i) for i in range(101)], "title": "t"})
    many.to_csv(tmp_path / "items.csv", index=False)
    many.to_parquet(tmp_path / "items.parquet")
    for name in ("items.csv", "items.parquet"):
        assert refusal(lambda name=name: read_shop(tmp_path / name)).problems[0].kind == "too_big"  # type: ignore[misc]


def test_a_parquet_cell_that_is_too_long_is_located(tmp_path: Path) -> None:
    long = pa.table({"item_id": ["a", "b" * 200_000], "title": ["t", "t"]})
    pq.write_table(long, tmp_path / "items.parquet")
    problem = refusal(lambda: read_shop(tmp_path / "items.parquet")).problems[0]
    assert (problem.kind, problem.line, problem.column) == ("cell_too_long", 2, "item_id")


def test_a_gzip_bomb_is_measured_while_it_unfolds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_lines, "MAX_BYTES", 1_000_000)
    text = "item_id,title\n" + "1,a\n" * 400_000
    path = write(tmp_path, "items.csv.gz", gzip.compress(text.encode()))
    assert refusal(lambda: read_shop(path)).problems[0].kind == "too_big"


def test_a_json_bomb_is_measured_by_its_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three bytes a row, and two hundred cells of it."""
    monkeypatch.setattr(json_files, "MAX_BYTES", 10_000_000)
    wide = json.dumps({f"c{n}": "" for n in range(198)} | {"item_id": "1", "title": "a"})
    path = write(tmp_path, "items.json", wide + "\n" + "{}\n" * 20_000)
    assert path.stat().st_size < 100_000
    assert refusal(lambda: read_shop(path)).problems[0].kind == "too_big"


@pytest.mark.parametrize(
    "mapping",
    [
        "not json",
        "[]",
        '{"goods": {}}',
        '{"items": ["item_id"]}',
        '{"items": {"sku": 3}}',
        '{"interactions": {"who": "customer"}}',
        '{"events": {"purchase": "purchased"}}',
    ],
)
def test_a_mapping_that_means_nothing_is_refused(mapping: str, tmp_path: Path) -> None:
    path = write(tmp_path, "mapping.json", mapping)
    problem = refusal(lambda: read_mapping(path)).problems[0]
    assert problem.kind == "bad_mapping" and problem.file == "mapping.json"


def test_a_mapping_must_fit_the_file(tmp_path: Path) -> None:
    items = write(tmp_path, "items.csv", "item_id,title,sku\n1,a,b\n")
    taken = refusal(lambda: read_shop(items, mapping={"items": {"sku": "item_id"}})).problems[0]
    assert (taken.kind, taken.column) == ("mapped_twice", "item_id")
    lacking = refusal(lambda: read_shop(items, mapping={"items": {"name": "title"}})).problems[0]
    assert (lacking.kind, lacking.column) == ("mapped_column", "name")


def test_every_kind_of_column_has_a_parser() -> None:
    from engine.data.reading.columns import TABLES

    assert {column.kind for table in TABLES.values() for column in table.values()} == set(cells._PARSERS)


@pytest.mark.parametrize("case", ["GB 18030", "utf 16 without a mark", "a picture"])
def test_a_first_look_says_why_no_row_can_be_read(case: str, tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_bytes(CASES[case][1])  # type: ignore[arg-type]
    first = refusal(lambda: peek(path)).problems[0]  # what the page says
    assert (first.kind, first.line) == CASES[case][2:4]
