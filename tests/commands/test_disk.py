"""What a disk would not do, for every command: a message that names the place, exit 2, and nothing lost."""

import errno
import json
import os
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.commands import COMMANDS
from engine.data import open_shop
from engine.data.storage import files
from engine.data.storage.disk import REASONS, refusal
from engine.data.storage.published import MANIFEST
from engine.training import registry
from engine.training.stored_models import load_model
from engine.training.training import fit
from tests.fixtures.shops import FIXTURES, synthetic

TABLES = {name: str(FIXTURES / "synthetic" / f"{name}.csv") for name in ("items", "interactions", "users")}
CUT = "2024-05-01"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with a model, a strategy and its lists."""
    place = tmp_path_factory.mktemp("disk")
    synthetic().save(place / "shop")
    fit("popularity", place / "shop", synthetic(), CUT)
    strategy = {"method": "mmr", "diversity": 0.3, "k": 5, "pool": 30, "similarity": "behaviour"}
    (place / "strategy.json").write_text(json.dumps(strategy))
    (place / "spread.json").write_text(json.dumps(strategy | {"spread": 0.2}))
    (place / "policies.json").write_text(json.dumps(strategy))
    assert main(["rerank", *made(place), "--out", str(place / "slates.parquet")]) == 0
    return place


def made(place: Path) -> list[str]:
    return ["--data", str(place / "shop"), "--model", "popularity", "--strategy", str(place / "strategy.json")]


def calls(place: Path, out: Path) -> dict[str, list[str]]:
    """Every command that writes a file or a folder where it is told to, by name."""
    data, slates = ["--data", str(place / "shop")], ["--slates", str(place / "slates.parquet")]
    model = [*data, "--model", "popularity"]
    tables = [part for name, file in TABLES.items() for part in (f"--{name}", file)]
    return {
        "prepare": ["prepare", *tables, "--out", str(out)],
        "evaluate": ["evaluate", *model, "--k", "3", "--json", str(out)],
        "rerank": ["rerank", *made(place), "--out", str(out)],
        "metrics": ["metrics", *data, *slates, "--json", str(out)],
        "audit": ["audit", *data, *slates, "--by", "age", "--figures", "ndcg", "--since", CUT, "--out", str(out)],
        "homogenization": ["homogenization", *model, "--json", str(out)],
        "tune": ["tune", *model, "--floor", "ndcg:0.9", "--json", str(out)],
        "advise": ["advise", *model, "--json", str(out)],
        "policies": ["policies", *model, "--json", str(out)],
        "strategies": ["strategies", "list", *data, "--json", str(out)],
        "crowding": ["crowding", *model, "--strategy", str(place / "spread.json"), "--json", str(out)],
        "search": ["search", *data, "--query", "milk", "--json", str(out)],
        "export": ["export", "--strategy", str(place / "strategy.json"), "--to", "qdrant", "--out", str(out)],
    }


WRITING = list(calls(Path(), Path()))
FOLDERS = ("prepare", "audit", "export")  # what they write is a folder


def test_every_command_is_asked() -> None:
    assert {*WRITING, "train", "models", "serve"} == set(COMMANDS)  # the first two write into the shop


def refused(call: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(call) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said and "our fault" not in said
    return said


@pytest.mark.parametrize("name", WRITING)
def test_an_out_that_cannot_be_is_refused_before_any_work(
    name: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    wrong = tmp_path / ("file" if name in FOLDERS else "folder")
    for out in (wrong, tmp_path / "file" / "below"):
        assert str(out) in refused(calls(folder, out)[name], capsys)
    assert (tmp_path / "file").read_text() == "mine" and sorted(tmp_path.iterdir()) == [
        tmp_path / "file",
        tmp_path / "folder",
    ]


def test_a_device_is_not_replaced_by_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no ordinary file" in refused(calls(folder, Path(os.devnull))["strategies"], capsys)
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EFBIG, errno.EIO])
@pytest.mark.parametrize("name", ["prepare", "rerank", "strategies", "export"])
def test_a_disk_that_refuses_is_told_and_nothing_is_lost(
    name: str,
    number: int,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"
    assert main(calls(folder, out)[name]) == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    monkeypatch.setattr(files.os, "fsync", _failing(number))
    said = refused(calls(folder, out)[name], capsys)
    assert REASONS[number][1] in said and str(out) in said
    monkeypatch.undo()
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after == before and (name != "export" or (out / MANIFEST).exists())
    assert main(calls(folder, out)[name]) == 0


def test_training_on_a_full_disk_keeps_the_old_model(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, before = load_model(folder / "shop", synthetic(), "popularity")
    monkeypatch.setattr(files.os, "fsync", _failing(errno.ENOSPC))
    call = ["train", "--data", str(folder / "shop"), "--model", "popularity", "--until", CUT]
    assert "the disk is full" in refused(call, capsys)
    monkeypatch.undo()
    assert load_model(folder / "shop", open_shop(folder / "shop"), "popularity")[1] == before


def test_pages_use_a_model_that_cannot_be_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    registry.activate(tmp_path, "popularity")
    monkeypatch.setattr(files.os, "fsync", _failing(errno.EROFS))
    _, card = registry.in_use(tmp_path, synthetic(), synthetic().end)
    assert card["name"] == "popularity" and "cannot be stored" in caplog.text


@pytest.mark.parametrize(
    "option", ["--strategy", "--slates", "--baseline", "--items", "--mapping", "--users", "--data"]
)
def test_an_input_that_is_a_folder_or_missing_is_told(
    option: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    names = {"--strategy": "rerank", "--slates": "metrics", "--baseline": "audit", "--items": "prepare"}
    name = names.get(option) or {"--mapping": "prepare", "--users": "rerank", "--data": "metrics"}[option]
    for wrong in (tmp_path / "folder", tmp_path / "missing", Path(TABLES["items"]) / "below"):
        call = calls(folder, tmp_path / "out")[name]
        at = call.index(option) if option in call else None
        call = [*call, option, str(wrong)] if at is None else [*call[: at + 1], str(wrong), *call[at + 2 :]]
        assert wrong.name in refused(call, capsys)
        if "--json" in call:
            assert isinstance(json.loads((tmp_path / "out").read_text()), list)
        else:
            assert not (tmp_path / "out").exists()


def test_a_problem_of_another_kind_is_ours() -> None:
    assert refusal(OSError(errno.ECONNREFUSED, "Connection refused")) is None
    assert refusal(OSError("no number")) is None


def _failing(number: int):  # type: ignore[no-untyped-def]
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail
