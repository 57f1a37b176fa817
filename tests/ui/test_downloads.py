"""Tables as files: what a spreadsheet may not run, what a reader gets back, and that no page leaves a way out aside."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import downloads

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "pages").glob("*.py"), *(ROOT / "ui").rglob("*.py")])
PEEK = "upload_form.py"  # the first rows of a file that the user just gave us


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_charts_and_tables_can_be_taken_along(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if file.name != "charts.py":
        drawn = [line for line in text.splitlines() if "st.plotly_chart(" in line and "legend(" not in line]
        assert drawn == [], "draw with charts.show"
    if file.name != PEEK and ("st.table(" in text or "st.dataframe(" in text):
        assert "downloads.table(" in text


def test_a_formula_in_the_data_stays_text() -> None:
    table = pd.DataFrame(
        {"title": ["=1+1", "@x", "+y", "-z", "milk", None], "price": [-1.0, 2.0, 3.0, 4.0, 5.0, np.nan]}
    )
    found = pd.read_csv(io.BytesIO(downloads.as_csv(table)), keep_default_na=False)
    assert found["title"].tolist() == ["'=1+1", "'@x", "'+y", "'-z", "milk", ""]
    assert found["price"].tolist() == ["-1.0", "2.0", "3.0", "4.0", "5.0", ""]


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8), st.floats(-1e9, 1e9)),
        min_size=1,
        max_size=20,
    )
)
def test_what_is_written_is_read_back(rows: list[tuple[str, float]]) -> None:
    table = pd.DataFrame(rows, columns=["word", "number"])
    parquet = pd.read_parquet(io.BytesIO(downloads.as_parquet(table)))
    pd.testing.assert_frame_equal(parquet, table)
    csv = pd.read_csv(io.BytesIO(downloads.as_csv(table)), keep_default_na=False, dtype={"word": str})
    assert csv["number"].tolist() == pytest.approx(table["number"].tolist())
    risky = ("=", "+", "-", "@", "\t", "\r")
    assert csv["word"].tolist() == [f"'{word}" if word.startswith(risky) else word for word in table["word"]]


def test_a_table_that_cannot_be_made_fails_where_it_is_asked_for() -> None:
    def broken() -> pd.DataFrame:
        raise RuntimeError("no table")

    with pytest.raises(RuntimeError, match="no table"):
        downloads._in_this_session(broken)()
