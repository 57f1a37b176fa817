"""What tests of pages share: a shop that is ready, and a store of strategies."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.bench.bench import Bench
from engine.strategies import Store
from tests.ui.harness import SHOP, ready
from ui.background import preparation, shop_in_use


@pytest.fixture
def work(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The finished preparation of the small shop, which pages find."""
    work = ready(bench)
    monkeypatch.setattr(preparation, "preparation", lambda: work)
    return work


@pytest.fixture
def store(work: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store of strategies of that shop."""
    monkeypatch.setattr(shop_in_use, "folder", lambda: tmp_path / SHOP)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/strategies.db")
    store = Store.open()
    yield store
    store.close()
