"""Tables as files: no page leaves a way out aside, and what cannot be made fails where it is asked for."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from ui.widgets import downloads

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted([*(ROOT / "pages").glob("*.py"), *(ROOT / "ui").rglob("*.py")])
LEGEND = "legend.py"  # says nothing by itself
PEEK = "upload_form.py"  # the first rows of a file that the user just gave us


def test_charts_and_tables_can_be_taken_along() -> None:
    failures = [f"{file.relative_to(ROOT)}: {fault}" for file in PAGES for fault in faults(file)]
    assert PAGES and not failures, "\n".join(failures)


def faults(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    if file.parent.name != "charts" and file.name != LEGEND and "st.plotly_chart(" in text:
        yield "draw with charts.show"
    if file.name != PEEK and ("st.table(" in text or "st.dataframe(" in text) and "downloads.table(" not in text:
        yield "offer the table with downloads.table"


def test_a_table_that_cannot_be_made_fails_where_it_is_asked_for() -> None:
    def broken() -> pd.DataFrame:
        raise RuntimeError("no table")

    with pytest.raises(RuntimeError, match="no table"):
        downloads._in_this_session(broken)()
