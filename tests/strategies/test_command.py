"""`python -m engine strategies`: a life on the command line, what it prints, what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.__main__ import main
from engine.data import Dataset, default_cutoff
from engine.strategies import Store, shop_of


@pytest.fixture(autouse=True)
def kept(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database of the command line."""
    monkeypatch.setenv("DATABASE_URL", url)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_text('{"method": "mmr", "diversity": 0.3}')
    second.write_text('{"method": "mmr", "diversity": 0.2, "facet_weights": {"embedding": 0.6, "price": 0.4}}')
    return str(first), str(second)


def call(shop: tuple[Dataset, Path], tmp_path: Path, *words: str, code: int = 0) -> Any:
    """What the command writes to --json."""
    out = tmp_path / "out.json"
    out.unlink(missing_ok=True)
    action, *options = words
    assert main(["strategies", action, "--data", str(shop[1]), *options, "--json", str(out)]) == code, words
    return json.loads(out.read_text(encoding="utf-8"))


def test_a_life(
    shop: tuple[Dataset, Path], files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mix, by = ("--name", "Winter mix"), ("--author", "Ann", "--comment", "more variety")
    saved = call(shop, tmp_path, "save", *mix, "--strategy", files[0], *by)
    assert saved["basis"] == {
        "data_hash": shop[0].hash,
        "model": "blend",
        "cutoff": default_cutoff(shop[0]).isoformat(),
    }
    call(shop, tmp_path, "save", *mix, "--strategy", files[1], "--expected", "1", "--model", "ease", "--author", "Bo")
    call(shop, tmp_path, "approve", *mix, "--version", "2")
    assert call(shop, tmp_path, "live", *mix, "--version", "2")["status"] == "live"
    listed = call(shop, tmp_path, "list")
    assert [(version["number"], version["in_force"]) for version in listed] == [(1, False), (2, True)]
    assert call(shop, tmp_path, "show", *mix, "--version", "1")["content"]["diversity"] == 0.3
    assert call(shop, tmp_path, "show", *mix)["basis"]["model"] == "ease"
    assert [row["field"] for row in call(shop, tmp_path, "compare", *mix, "--version", "1", "--against", "2")] == [
        "diversity", "facet_weights.embedding", "facet_weights.price",
    ]  # fmt: skip
    assert call(shop, tmp_path, "revert", *mix, "--version", "1")["number"] == 3
    call(shop, tmp_path, "approve", *mix, "--version", "3")
    schedule = ("--starts", "2099-12-01", "--ends", "2099-12-24T18:00+02:00")
    live = call(shop, tmp_path, "live", *mix, "--version", "3", *schedule)
    assert live["window"] == {"starts_at": "2099-12-01T00:00:00+00:00", "ends_at": "2099-12-24T16:00:00+00:00"}
    call(shop, tmp_path, "retire", *mix, "--version", "2", *by)
    statuses = [event["status"] for event in call(shop, tmp_path, "history", *mix)]
    assert statuses == ["draft", "draft", "approved", "live", "draft", "approved", "live", "retired"]
    assert call(shop, tmp_path, "history") == call(shop, tmp_path, "history", *mix)
    told = capsys.readouterr().out
    for words in (
        "Winter mix, version 2: live, for_you, saved ",
        "   in force: version 2",
        "facet_weights.price          null -> 0.4",
        "version 3: live from 2099-12-01 00:00 UTC until 2099-12-24 16:00 UTC",
        "version 2: retired, by Ann: more variety",
    ):
        assert words in told


def test_nothing_is_saved_yet(shop: tuple[Dataset, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(shop, tmp_path, "list") == []
    assert "nothing is saved for the shop journey yet" in capsys.readouterr().out


def test_what_is_refused(
    shop: tuple[Dataset, Path], files: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(shop, tmp_path, "save", "--name", "Mix", "--strategy", files[0])
    bad = tmp_path / "bad.json"
    bad.write_text('{"method": "mmr", "diversity": 0.3, "flavour": {}}')
    mix = ("--name", "Mix", "--version", "1")
    for words in (
        ("save", "--name", "Mix", "--strategy", str(bad)),
        ("save", "--name", "Mix", "--strategy", str(tmp_path / "none.json")),
        ("save", "--name", " ", "--strategy", files[0]),
        ("save", "--name", "Mix", "--strategy", files[0], "--author", ""),
        ("save", "--name", "Mix", "--strategy", files[0], "--expected", "0"),
        ("save", "--name", "Mix", "--strategy", files[0], "--until", "soon"),
        ("show", "--name", "Nix"),
        ("show", "--name", "Mix", "--version", "7"),
        ("live", *mix),
        ("live", *mix, "--starts", "soon"),
        ("live", *mix, "--ends", "1999-01-01"),
        ("retire", *mix),
        ("compare", *mix, "--against", "2"),
        ("history", "--name", "Nix"),
    ):
        problems = call(shop, tmp_path, *words, code=2)
        assert problems[0]["problem"] and problems[0]["fix"], words
    monkeypatch.setenv("DATABASE_URL", "mysql://host/db")
    assert call(shop, tmp_path, "list", code=2)[0]["file"] == "DATABASE_URL"


def test_a_shop_is_known_by_the_id_in_its_folder(
    shop: tuple[Dataset, Path], files: tuple[str, str], tmp_path: Path
) -> None:
    call(shop, tmp_path, "save", "--name", "Mix", "--strategy", files[0])
    store = Store.open()
    assert store.names("journey") == [] and store.names(shop_of(store, shop[1])) == ["Mix"]
    store.close()
