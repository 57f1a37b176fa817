"""The README's examples run as they stand."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from engine.__main__ import main
from engine.strategy.strategy import Strategy

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SYNTHETIC = ROOT / "tests" / "fixtures" / "synthetic"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, flags=re.S)


def test_the_commands_run_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(SYNTHETIC / "items.csv", tmp_path / "items.csv")
    shutil.copy(SYNTHETIC / "interactions.csv", tmp_path / "log.csv")
    (tmp_path / "strategy.json").write_text(json.dumps(json.loads(blocks("json")[0])))
    commands = [line for block in blocks("") for line in block.splitlines() if line.startswith("python -m engine")]
    assert len(commands) == 8
    first, *others = (command.split()[3:] for command in commands)
    called = [sys.executable, "-m", "engine", *first]
    done = subprocess.run(
        called, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    monkeypatch.chdir(tmp_path)
    for words in others:  # a process each would show nothing more, and spend seconds on imports
        assert main(words) == 0, (words, capsys.readouterr().err[-2000:])
    rows = pd.DataFrame(json.loads((tmp_path / "evaluate.json").read_text()))
    assert set(rows["diversity"]) == {0, 0.25, 0.5, 0.75, 1}
    tests = pd.DataFrame(json.loads((tmp_path / "tests.json").read_text()))
    assert set(tests["group"].dropna()) == {"light", "medium", "heavy"} and tests["q"].dropna().between(0, 1).all()
    figures = json.loads((tmp_path / "metrics.json").read_text())
    assert json.loads((tmp_path / "alike.json").read_text())["whole"]
    assert figures["n"]["ndcg"] > 0 and "exposure:brand" in figures


@pytest.mark.parametrize("code", blocks("python"))
def test_the_python_runs(code: str) -> None:
    exec(compile(code, "README", "exec"), {})


@pytest.mark.parametrize("text", blocks("json"))
def test_the_strategy_is_one(text: str) -> None:
    assert Strategy.checked(json.loads(text), "README").method == "mmr"
