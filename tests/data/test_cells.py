"""Cells: digits of every script are read, and no filled cell becomes missing in silence."""

import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import InputError, read_shop
from engine.data.reading.cells import coerce
from engine.data.reading.columns import TABLES, Column
from tests.data.files import write

COLUMNS = {f"{table}.{name}": column for table, columns in TABLES.items() for name, column in columns.items()}
VALUED = {name: column for name, column in COLUMNS.items() if column.kind not in ("id", "text", "facet")}
ZEROS = [chr(point) for point in range(0x1E000) if unicodedata.decimal(chr(point), None) == 0]  # one a script


def values(column: Column, *cells: str) -> list[object]:
    found, flaws = coerce(pd.Series(cells, dtype="str"), column)
    assert flaws == []
    return list(found)


@pytest.mark.parametrize("name", [name for name, column in VALUED.items() if column.kind in ("amount", "signed")])
def test_numbers_of_other_scripts_are_read(name: str) -> None:
    full, arabic, devanagari = "１２９９．５", "١٢٩٩٫٥", "१२९९.५"
    assert values(COLUMNS[name], "1299.5", full, arabic, devanagari) == [1299.5] * 4


def test_ratings_signs_and_dates_of_other_scripts_are_read() -> None:
    assert values(COLUMNS["interactions.rating"], "４．５", "٣") == [4.5, 3.0]
    assert values(COLUMNS["items.margin"], "－２", "−2", "＋２") == [-2.0, -2.0, 2.0]
    assert values(COLUMNS["interactions.timestamp"], "２０２４-０１-０２", "１７０４１２０９６０") == [
        pd.Timestamp("2024-01-02"), pd.Timestamp("2024-01-01 14:56"),
    ]  # fmt: skip


@settings(deadline=None)
@given(st.text("0123456789.", min_size=1, max_size=12), st.sampled_from(ZEROS))
def test_any_script_reads_as_python_reads_it(text: str, zero: str) -> None:
    """Python's own float knows the digits of every script."""
    written = "".join(chr(ord(zero) + int(each)) if each != "." else each for each in text)
    found, flaws = coerce(pd.Series([written], dtype="str"), COLUMNS["items.margin"])
    try:
        expected = float(written)
    except ValueError:
        assert [flaw.kind for flaw in flaws] == ["not_a_number"]
    else:
        assert not flaws and found[0] == expected


ODD = st.text(
    st.sampled_from([*"0123456789+-−－.．:：/ TZeE", "٣", "９", "²", "一", "\u200b", "\xa0", "a", "½"]), max_size=20
)


@settings(deadline=None, max_examples=300)
@given(st.lists(ODD, min_size=1, max_size=8), st.sampled_from(sorted(VALUED)))
def test_a_filled_cell_gets_a_value_or_a_flaw(cells: list[str], name: str) -> None:
    found, flaws = coerce(pd.Series(cells, dtype="str"), VALUED[name])
    flawed = np.logical_or.reduce([flaw.bad for flaw in flaws]) if flaws else np.zeros(len(cells), bool)
    filled = np.array([cell.strip() != "" for cell in cells])
    assert not (filled & found.isna().to_numpy() & ~flawed).any()


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_same_holds_from_a_file(kind: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"item_id": ["1", "2"], "title": "t", "price": ["１２", "一二"]})
    if kind == "csv":
        path = write(tmp_path, "items.csv", frame.to_csv(index=False))
    else:
        path = tmp_path / "items.parquet"
        frame.to_parquet(path)
    with pytest.raises(InputError) as refused:
        read_shop(path)
    assert [(each.kind, each.column, each.value) for each in refused.value.problems] == [
        ("not_a_number", "price", "一二")
    ]
    assert read_shop(path, drop_bad=True).items["price"].tolist() == [12.0]


@pytest.mark.parametrize(
    "written",
    ["2024-01-01 14:56:00 UTC", "2024-01-01 14:56:00 GMT", "2024-01-01 09:56:00 -0500", "2024-01-01 15:56 +01:00",
     "2024-01-01T14:56:00Z", "1704120960", "1704120960117", "1704120960117999"],
)  # fmt: skip
def test_one_moment_in_many_forms(written: str) -> None:
    assert values(COLUMNS["interactions.timestamp"], written) == [pd.Timestamp("2024-01-01 14:56:00")]


@pytest.mark.parametrize(
    "written", ["202401021530", "99999999", "170412096011", "1704120960117000000", "2024-01-01 CET"]
)
def test_what_could_be_two_moments_is_refused(written: str) -> None:
    _, flaws = coerce(pd.Series([written], dtype="str"), COLUMNS["interactions.timestamp"])
    assert [flaw.kind for flaw in flaws] == ["unreadable_date"]


@settings(deadline=None)
@given(st.integers(1_000_000_000_000, 4_000_000_000_000))
def test_milliseconds_and_microseconds_are_the_seconds_they_hold(ticks: int) -> None:
    second = pd.Timestamp(ticks // 1_000, unit="s")
    assert values(COLUMNS["interactions.timestamp"], str(ticks), str(ticks * 1_000)) == [second, second]
