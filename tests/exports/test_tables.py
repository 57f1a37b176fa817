"""Tables as files: what a spreadsheet may not run, how it is undone, and what a reader gets back."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.exports.tables import as_csv, as_parquet, guarded, undone

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
RISKY = "=+-@\t\r\n＝＋－＠"
texts = st.text(st.sampled_from(f"'{RISKY};,\"a中") | st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@pytest.mark.parametrize("start", RISKY)
def test_a_formula_gets_an_apostrophe(start: str) -> None:
    assert guarded(f"{start}1+1") == f"'{start}1+1"
    assert guarded(f" {start}1") == f" {start}1"
    assert guarded(f"a{start}1") == f"a{start}1"


@given(texts)
def test_no_text_starts_a_formula_and_every_text_comes_back(word: str) -> None:
    assert not guarded(word).startswith(tuple(RISKY))
    assert undone(guarded(word)) == word
    assert guarded(word) in (word, f"'{word}")


def test_the_docs_tell_how_to_undo_it() -> None:
    (pattern,) = re.findall(r're\.sub\(r"([^"]+)", "", cell\)', DOCS)
    for word in ("=1", "'=1", "''@", "'tis", "milk", "-5", "＝1"):
        assert re.sub(pattern, "", guarded(word)) == word


def test_a_formula_in_the_data_stays_text() -> None:
    table = pd.DataFrame(
        {"title": ["=1+1", "@x", "+y", "-z", "milk", None], "price": [-1.0, 2.0, 3.0, 4.0, 5.0, np.nan]}
    )
    found = pd.read_csv(io.BytesIO(as_csv(table)), keep_default_na=False)
    assert found["title"].tolist() == ["'=1+1", "'@x", "'+y", "'-z", "milk", ""]
    assert found["price"].tolist() == ["-1.0", "2.0", "3.0", "4.0", "5.0", ""]


def test_headings_and_ids_are_guarded_and_numbers_are_not() -> None:
    table = pd.DataFrame({"=cmd": ["-007"], "n": [-3], "share": [-0.5], "yes": [True]})
    assert as_csv(table).decode("utf-8-sig") == '"\'=cmd","n","share","yes"\n"\'-007",-3,-0.5,True\n'


@given(st.lists(texts, min_size=1, max_size=10))
def test_a_cell_starts_no_formula_where_semicolons_part_cells(words: list[str]) -> None:
    text = as_csv(pd.DataFrame({"a": words})).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=";") for cell in row]
    assert not any(cell.startswith(tuple(RISKY)) for cell in cells)


@given(st.lists(st.tuples(texts, st.floats(-1e9, 1e9)), min_size=1, max_size=20))
def test_what_is_written_is_read_back(rows: list[tuple[str, float]]) -> None:
    table = pd.DataFrame(rows, columns=["word", "number"])
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(as_parquet(table))), table)
    (_, *found) = csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline=""))
    assert [undone(word) for word, _ in found] == [word for word, _ in rows]
    assert [float(number) for _, number in found] == pytest.approx([number for _, number in rows])
