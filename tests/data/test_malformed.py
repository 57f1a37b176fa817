# ruff: noqa: E501  (a table reads best with one case a line)
"""Malformed files: every problem is located and says how to mend it; nothing is written."""

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data import InputError, cells, csv_files, parquet_files, read_mapping, read_shop
from tests.data.files import ITEMS, LOG, csv_text, write


def parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out)
    return out.getvalue()


GOOD = parquet(pd.DataFrame({"item_id": ["a"], "title": ["b"]}))
NESTED = parquet(pd.DataFrame({"item_id": ["a"], "title": [["b", "c"]]}))
STRUCT = parquet(pd.DataFrame({"item_id": ["a"], "title": ["b"], "size": [{"w": 1}]}))
FLOAT = parquet(pd.DataFrame({"item_id": [1.0, None], "title": ["b", "c"]}))
EMPTY = parquet(pd.DataFrame({"item_id": pd.Series(dtype=str), "title": pd.Series(dtype=str)}))
BYTES = parquet(pd.DataFrame({"item_id": ["a"], "title": [b"\xff"]}))
NEGATIVE = parquet(pd.DataFrame({"item_id": ["a", "b"], "title": "t", "price": [1.0, -2.0]}))
INFINITE = parquet(pd.DataFrame({"item_id": ["a", "b"], "title": "t", "price": [1.0, float("inf")]}))
LONG = "x" * 150_000

# name of the case: (table, content, kind, line, column, value)
CASES: dict[str, tuple[str, str | bytes, str, int | None, str | None, str | None]] = {
    "empty file": ("items", "", "empty_file", None, None, None),
    "header only": ("items", "item_id,title\n", "empty_file", None, None, None),
    "no id column": ("items", "sku,title\n1,a\n", "missing_column", 1, "item_id", None),
    "nothing describes": ("items", "item_id,price\n1,2\n", "missing_column", 1, None, None),
    "semicolons": ("items", "item_id;title\n1;a\n", "missing_column", 1, "item_id", None),
    "no timestamp column": ("log", "user_id,item_id\nu,007\n", "missing_column", 1, "timestamp", None),
    "two columns of one name": ("items", "item_id,title,title\n1,a,b\n", "duplicate_column", 1, "title", None),
    "a column without a name": ("items", "item_id,title,\n1,a,b\n", "bad_header", 1, None, None),
    "an open quote in the header": ("items", 'item_id,"title"x\n1,a\n', "bad_header", 1, None, None),
    "too many columns": ("items", ",".join(f"c{i}" for i in range(500)) + "\n", "too_big", 1, None, None),
    "duplicate item": ("items", ITEMS + "007,b,c,1\n", "duplicate_id", 5, "item_id", "007"),
    "empty item id": ("items", ITEMS + ",b,c,1\n", "missing_value", 5, "item_id", ""),
    "blank item id": ("items", ITEMS + "  ,b,c,1\n", "missing_value", 5, "item_id", "  "),
    "price in words": ("items", ITEMS + "y,b,c,cheap\n", "not_a_number", 5, "price", "cheap"),
    "price with currency": ("items", ITEMS + "y,b,c,$3\n", "not_a_number", 5, "price", "$3"),
    "decimal comma": ("items", ITEMS + 'y,b,c,"3,5"\n', "not_a_number", 5, "price", "3,5"),
    "negative price": ("items", ITEMS + "y,b,c,-1\n", "negative", 5, "price", "-1"),
    "price nan": ("items", ITEMS + "y,b,c,nan\n", "not_finite", 5, "price", "nan"),
    "price infinite": ("items", ITEMS + "y,b,c,1e999\n", "not_finite", 5, "price", "1e999"),
    "too few fields": ("items", ITEMS + "y,b\n", "field_count", 5, None, "y,b"),
    "too many fields": ("items", ITEMS + "y,b,c,1,2\n", "field_count", 5, None, "y,b,c,1,2"),
    "a stray quote": ("items", ITEMS + 'y,"b"b,c,1\n', "bad_quotes", 5, None, None),
    "an unclosed quote": ("items", ITEMS + 'y,"b,c,1\nz,b,c,1\n', "bad_quotes", 5, None, None),
    "a wild cell": ("items", ITEMS + f"y,{LONG},c,1\n", "cell_too_long", 5, None, None),
    "a wild line": ("items", ITEMS + "y," + "b" * (1 << 21), "line_too_long", 5, None, None),
    "latin 1": ("items", ITEMS.encode() + b"y,caf\xe9,c,1\n", "not_utf8", 5, None, "y,caf\ufffd,c,1"),
    "utf 16": ("items", ITEMS.encode("utf-16"), "not_utf8", 1, None, None),
    "zero bytes": ("items", ITEMS + "y,a\0b,c,1\n", "not_utf8", 5, None, "y,a\0b,c,1"),
    "after a cell of two lines": ("items", ITEMS + 'y,"a\nb",c,1\nz,b,c,-1\n', "negative", 7, "price", "-1"),
    "broken gzip": ("items", gzip.compress(ITEMS.encode())[:-9], "broken_gzip", None, None, None),
    "garbage gzip": ("items", b"\x1f\x8b" + b"\0" * 60, "broken_gzip", None, None, None),
    "an Excel file": ("items", b"PK\x03\x04 and so on", "wrong_format", None, None, None),
    "torn Parquet": ("items", GOOD[:-20], "broken_parquet", None, None, None),
    "garbage Parquet": ("items", b"PAR1" + b"\0" * 90 + b"PAR1", "broken_parquet", None, None, None),
    "nested Parquet list": ("items", NESTED, "nested_column", None, "title", None),
    "nested Parquet struct": ("items", STRUCT, "nested_column", None, "size", None),
    "Parquet of bytes": ("items", BYTES, "nested_column", None, "title", "binary"),
    "Parquet without rows": ("items", EMPTY, "empty_file", None, None, None),
    "Parquet with float ids": ("items", FLOAT, "float_ids", None, "item_id", None),
    "Parquet with a negative price": ("items", NEGATIVE, "negative", 2, "price", "-2"),
    "Parquet with an infinite price": ("items", INFINITE, "not_finite", 2, "price", "inf"),
    "unknown item": ("log", LOG + "u,zzz,2024-01-01,buy\n", "unknown_item", 4, "item_id", "zzz"),
    "item 7 is not item 007": ("log", LOG + "u,7,2024-01-01,buy\n", "unknown_item", 4, "item_id", "7"),
    "no item": ("log", LOG + "u,,2024-01-01,buy\n", "missing_value", 4, "item_id", ""),
    "no user": ("log", LOG + ",x,2024-01-01,buy\n", "missing_value", 4, "user_id", ""),
    "no time": ("log", LOG + "u,x,,buy\n", "missing_value", 4, "timestamp", ""),
    "ambiguous date": ("log", LOG + "u,x,03/04/2024,buy\n", "ambiguous_date", 4, "timestamp", "03/04/2024"),
    "German date": ("log", LOG + "u,x,3.4.24 10:00,buy\n", "ambiguous_date", 4, "timestamp", "3.4.24 10:00"),
    "date in words": ("log", LOG + "u,x,yesterday,buy\n", "unreadable_date", 4, "timestamp", "yesterday"),
    "no such day": ("log", LOG + "u,x,2024-02-30,buy\n", "unreadable_date", 4, "timestamp", "2024-02-30"),
    "milliseconds": ("log", LOG + "u,x,1709528767000,buy\n", "unreadable_date", 4, "timestamp", "1709528767000"),
    "a date of the far future": ("log", LOG + "u,x,9999-12-31,buy\n", "implausible_date", 4, "timestamp", "9999-12-31"),
    "unknown event": ("log", LOG + "u,x,2024-01-01,steal\n", "unknown_event", 4, "event", "steal"),
    "no event": ("log", LOG + "u,x,2024-01-01,\n", "unknown_event", 4, "event", ""),
    "search without a query": ("log", LOG + "u,,2024-01-01,search\n", "missing_query", 4, "query", None),
    "rate without a rating": ("log", LOG + "u,x,2024-01-01,rate\n", "missing_rating", 4, "rating", None),
    "rating of ten": ("log", "user_id,item_id,timestamp,rating\nu,x,2024-01-01,10\n", "rating_range", 2, "rating", "10"),
    "negative quantity": ("log", "user_id,item_id,timestamp,quantity\nu,x,2024-01-01,-2\n", "negative", 2, "quantity", "-2"),
    "duplicate user": ("users", "user_id\nu1\nu1\n", "duplicate_id", 3, "user_id", "u1"),
    "no user id column": ("users", "id\nu1\n", "missing_column", 1, "user_id", None),
    "promotion of an unknown item": ("promotions", "promotion_id,item_id\np,zzz\n", "unknown_item", 2, "item_id", "zzz"),
    "promotion that ends first": ("promotions", "promotion_id,item_id,starts_at,ends_at\np,x,2024-02-01,2024-01-01\n", "ends_before_start", 2, "ends_at", "2024-01-01"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_its_place(case: str, tmp_path: Path) -> None:
    table, content, kind, line, column, value = CASES[case]
    good = {"items": ITEMS, "log": LOG, "users": "user_id\nu1\n", "promotions": "promotion_id,item_id\np,x\n"}
    paths = {name: write(tmp_path, f"{name}.csv", text) for name, text in good.items()}
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
    assert refusal(lambda: read_shop(tmp_path)).problems[0].kind == "unreadable_file"


def test_rows_are_counted_while_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (csv_files, parquet_files):
        monkeypatch.setattr(module, "MAX_ROWS", 100)
    many = pd.DataFrame({"item_id": [str(i) for i in range(101)], "title": "t"})
    many.to_csv(tmp_path / "items.csv", index=False)
    many.to_parquet(tmp_path / "items.parquet")
    for name in ("items.csv", "items.parquet"):
        assert refusal(lambda name=name: read_shop(tmp_path / name)).problems[0].kind == "too_big"  # type: ignore[misc]


def test_a_bomb_is_measured_before_it_is_unfolded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_files, "MAX_BYTES", 10_000_000)
    bomb = pa.table({"item_id": ["a" * 90_000] * 5_000, "title": ["t"] * 5_000})
    pq.write_table(bomb, tmp_path / "items.parquet")
    assert (tmp_path / "items.parquet").stat().st_size < 100_000
    grown = pa.total_allocated_bytes()
    assert refusal(lambda: read_shop(tmp_path / "items.parquet")).problems[0].kind == "too_big"
    assert pa.total_allocated_bytes() - grown < 50_000_000
    long = pa.table({"item_id": ["a", "b" * 200_000], "title": ["t", "t"]})
    pq.write_table(long, tmp_path / "items.parquet")
    problem = refusal(lambda: read_shop(tmp_path / "items.parquet")).problems[0]
    assert (problem.kind, problem.line, problem.column) == ("cell_too_long", 2, "item_id")


def test_a_gzip_bomb_is_measured_while_it_unfolds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "MAX_BYTES", 1_000_000)
    text = "item_id,title\n" + "1,a\n" * 400_000
    path = write(tmp_path, "items.csv.gz", gzip.compress(text.encode()))
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
    assert (taken.kind, taken.column) == ("duplicate_column", "item_id")
    lacking = refusal(lambda: read_shop(items, mapping={"items": {"name": "title"}})).problems[0]
    assert (lacking.kind, lacking.column) == ("missing_column", "name")


def test_every_kind_of_column_has_a_parser() -> None:
    from engine.data.columns import TABLES

    assert {column.kind for table in TABLES.values() for column in table.values()} == set(cells._PARSERS)
