"""Which shop a link opens, and how many stay in memory."""

from pathlib import Path

import pytest

from engine.data import save_shop
from tests.fixtures.shops import synthetic
from tests.ui.harness import open_page
from ui.background import preparation, shop_in_use
from ui.text.words import table


class Work:
    """A preparation that does nothing."""

    def __init__(self, shop: str) -> None:
        self.shop, self.stopped = shop, False
        self.data = self.bench = None
        self.problem, self.forecast, self.steps, self.stage, self.over = None, None, {}, 0, False

    def cancel(self) -> None:
        self.stopped = True

    close = cancel


@pytest.fixture(autouse=True)
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path))
    monkeypatch.delenv("EVENSHELF_SHOP", raising=False)
    monkeypatch.setattr(preparation, "Preparation", Work)
    kept = preparation.Preparations()
    monkeypatch.setattr(preparation, "preparations", lambda: kept)


def test_the_last_used_stay_and_the_oldest_is_stopped() -> None:
    kept = preparation.Preparations(limit=2)
    first, second = kept.get("a"), kept.get("b")
    assert kept.get("a") is first and kept.get(str(Path("a").resolve())) is first, "one folder, one preparation"
    kept.get("c")
    assert second.stopped and not first.stopped  # type: ignore[attr-defined]
    assert kept.get("a") is first and kept.get("b") is not second
    kept.forget("a")
    assert first.stopped and kept.get("a") is not first  # type: ignore[attr-defined]


def test_a_slug_is_never_a_path(tmp_path: Path) -> None:
    synthetic().save(tmp_path / "outside")
    name = save_shop(synthetic(), "Mine")
    assert shop_in_use.address(name) == str(tmp_path / "shops" / name)
    assert shop_in_use.address("") == shop_in_use.address("sample") == "sample"
    for wanted in ("../outside", str(tmp_path / "outside"), "nothing", "..", "mine/", "Mine"):
        assert shop_in_use.address(wanted) is None


def test_a_link_to_an_unknown_shop_says_so_and_opens_the_default() -> None:
    app = open_page(shop="*gone*")
    start = table()["shop.unknown"]["en"].split("{")[0]
    assert [warning.value for warning in app.warning if start in warning.value]
    assert "shop" not in app.query_params
    assert preparation.preparations().get("sample").shop == "sample"


def test_an_empty_variable_names_no_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    for given, opened in (("", "sample"), ("shops/mine", "shops/mine")):
        monkeypatch.setenv("EVENSHELF_SHOP", given)
        assert shop_in_use.default_shop() == opened
