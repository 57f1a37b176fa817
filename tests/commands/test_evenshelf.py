"""The command `evenshelf`: declared, and where it is installed, the same as `python -m engine`."""

import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from engine.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
INSTALLED = Path(sys.executable).with_name("evenshelf")


def test_it_starts_what_python_m_engine_starts() -> None:
    (name, value), *more = PROJECT["project"]["scripts"].items()
    assert name == "evenshelf" and not more
    assert EntryPoint(name, value, "console_scripts").load() is main


@pytest.mark.parametrize("name", ["evenshelf", "__main__.py"])
def test_help_calls_it_as_it_was_started(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [f"/anywhere/{name}", "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    called = "evenshelf" if name == "evenshelf" else "python -m engine"
    assert ended.value.code == 0 and capsys.readouterr().out.startswith(f"usage: {called} ")


@pytest.mark.skipif(not INSTALLED.exists(), reason="`make setup` installs it")
def test_it_is_installed_and_refuses_with_2(tmp_path: Path) -> None:
    call = [INSTALLED, "metrics", "--data", tmp_path / "nowhere", "--slates", "x", "--json", tmp_path / "told.json"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2 and "No prepared shop" in done.stderr
