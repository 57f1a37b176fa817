"""Every test of the Data page has a home of its own; most begin where a shop is added."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.data.uploads import open_data


@pytest.fixture(autouse=True)
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def app(work: SimpleNamespace) -> AppTest:
    return open_data("add")
