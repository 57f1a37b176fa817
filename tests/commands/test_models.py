"""`python -m engine models`: never asks, says what it did, keeps who and why."""

import json
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.training import registry
from tests.fixtures.shops import journey


def test_a_model_is_chosen_and_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("a command asked"))
    journey().save(tmp_path / "shop")
    shop, out = str(tmp_path / "shop"), str(tmp_path / "out.json")
    assert main(["models", "history", "--data", shop]) == 0
    assert capsys.readouterr().out == "blend makes the lists\n"
    assert main(["models", "use", "--data", shop, "--model", "ease", "--author", "Ann", "--comment", "a try"]) == 0
    assert "ease makes the lists, instead of blend, by Ann: a try" in capsys.readouterr().out
    assert registry.active(tmp_path / "shop") == "ease"
    assert main(["models", "undo", "--data", shop, "--author", "Bo"]) == 0
    assert main(["models", "history", "--data", shop, "--json", out]) == 0
    told = json.loads(Path(out).read_text())
    assert told["model"] == "blend" and [change["kind"] for change in told["history"]] == ["use", "undo"]
    for words in (["undo", "--data", shop], ["use", "--data", shop, "--model", "oracle"],
                  ["use", "--data", shop, "--model", "ease", "--author", "x" * 81],
                  ["history", "--data", str(tmp_path / "none")]):  # fmt: skip
        assert main(["models", *words]) == 2
    assert registry.active(tmp_path / "shop") == "blend"
