"""The home and what is in it are their owner's alone; what lies elsewhere keeps its modes."""

import os
import stat
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.data import Dataset, default_cutoff, save_shop
from engine.data.storage import private
from engine.data.storage.files import write_atomically
from engine.strategies import Basis, Store, shop_of
from engine.strategy.strategy import DEFAULT
from engine.training.registry import activate
from engine.training.training import train
from tests.fixtures.shops import journey


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path / "own" / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "own" / "home"


def modes(folder: Path) -> dict[str, str]:
    """Whatever others may do something with, and how."""
    every = [folder, *folder.rglob("*")]
    found = {str(each.relative_to(folder)): stat.S_IMODE(each.lstat().st_mode) for each in every}
    return {name: oct(mode) for name, mode in found.items() if mode & 0o077}


def test_all_that_is_made_in_the_home_is_private(home: Path, umask: int) -> None:
    from ui.data.upload import Upload

    data = journey()
    folder = home / "shops" / save_shop(data, "Corner shop")
    train("popularity", str(folder), default_cutoff(data))
    activate(folder, "popularity")
    Upload(home / "uploads" / "1").take("items", "items.csv", BytesIO(b"item_id,title\n1,One\n"))
    private.make_folder(home / "cache")
    write_atomically(home / "cache" / "x.bin", lambda path: path.write_bytes(b"x"))
    store = Store.open()
    store.save(shop_of(store, folder), "Mix", DEFAULT, Basis(data.hash), author="Ann")
    files = {path.name for path in home.rglob("*") if path.is_file()}
    assert {"strategies.db", "strategies.db-wal", "strategies.db-shm", "shop_id.json", "shop.json", "active.json",
            "model.safetensors", "card.json", "items.csv", "x.bin"} <= files  # fmt: skip
    assert modes(home) == {}
    assert stat.S_IMODE((home / "shops").stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "shop.json").stat().st_mode) == 0o600
    store.close()


def test_what_lies_elsewhere_keeps_what_the_umask_gives(
    home: Path, tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, outside = journey(), tmp_path / "outside" / "shop"
    data.save(outside)
    private.make_folder(home / "shops")
    (home / "shops" / "linked").symlink_to(outside)
    write_atomically(home / "shops" / "linked" / "note.txt", lambda path: path.write_text("x"))
    private.keep(home / "shops")
    private.tighten()
    for path in (outside.parent, outside, *outside.rglob("*")):
        usual = 0o777 if path.is_dir() else 0o666
        assert stat.S_IMODE(path.stat().st_mode) == usual & ~umask, path


def open_home(home: Path, data: Dataset) -> None:
    """A home as earlier versions left it."""
    data.save(home / "shops" / "old")
    (home / "strategies.db").touch()
    (home / "cache").mkdir()
    (home / "cache" / "x.bin").write_bytes(b"x")
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_home_of_an_earlier_version_is_tightened_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_home(home, journey())
    assert main(["strategies", "list", "--data", str(home / "shops" / "old")]) == 0
    assert modes(home) == {}
    monkeypatch.setattr(private, "_tighten", lambda *_, **__: pytest.fail("walked again"))
    private.tighten()


def test_a_walk_that_was_stopped_is_begun_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_home(home, journey())
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        steps = iter(range(2))

        def stopped(path: Path, mode: int, change=Path.chmod) -> None:  # type: ignore[no-untyped-def]
            if next(steps, None) is None:
                raise KeyboardInterrupt
            change(path, mode)

        patch.setattr(Path, "chmod", stopped)
        private.tighten()
    assert modes(home)
    private.tighten()
    assert modes(home) == {}


def test_a_folder_that_holds_more_than_ours_stays_open_but_ours_does_not(home: Path) -> None:
    open_home(home, journey())
    (home / "website").mkdir()
    (home / "website" / "index.html").touch()
    for path in (home / "website", home):
        path.chmod(0o755)
    private.tighten()
    assert set(modes(home)) == {".", "website", "website/index.html"}


def test_rights_that_cannot_be_changed_are_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    open_home(home, journey())

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refused)
    private.tighten()
    assert "can be read by others: Operation not permitted" in caplog.text
