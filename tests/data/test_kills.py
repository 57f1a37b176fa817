"""Killed anywhere: nothing is lost or mixed, the next run succeeds. Damaged anywhere: refused, or made again."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPILED = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler"
)


def measured(benchmark: str, out: Path, *options: str) -> dict[str, Any]:
    call = [sys.executable, "-m", f"benchmarks.{benchmark}", *options, "--json", str(out)]
    subprocess.run(call, cwd=ROOT, check=True)
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def check(found: dict[str, Any]) -> None:
    for name, figures in found.items():
        if name != "finding":
            assert figures["kills"] > 3, f"{name} was hardly killed"
            assert not any(value for key, value in figures.items() if key != "kills"), name


@COMPILED
def test_our_own_writers_may_be_killed_anywhere(tmp_path: Path) -> None:
    found = measured("file_kills", tmp_path / "found.json", "cache", "set", "published")
    assert len(found) == 4
    check(found)


@pytest.mark.long
@COMPILED
def test_every_command_may_be_killed_anywhere(tmp_path: Path) -> None:
    check(measured("file_kills", tmp_path / "found.json"))


@pytest.mark.long
@COMPILED
def test_damaged_files_are_refused_or_made_again(tmp_path: Path) -> None:
    found = measured("file_damage", tmp_path / "found.json")
    assert found["files"] == 100 and found["refused"] > 20
    assert found["traceback"] == found["silently_different"] == 0
