"""docs/strategies.md says what happens."""

import re
import shlex
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.data import Dataset

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "strategies.md").read_text(encoding="utf-8")
CALL = "$ python -m engine "
FILES = {"strategy.json": r"`(\{[^`]*0\.3\})`", "price.json": r"`(\{[^`]*\}\})`"}


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", DOCS, flags=re.S)


def timeless(text: str) -> str:
    """The same text without the moments at which we happen to save."""
    return re.sub(r"\b20[2-3]\d-\d\d-\d\d( at)? \d\d:\d\d", "NOW", text)


def test_the_commands_print_what_is_written(
    url: str,
    shop: tuple[Dataset, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)
    shop[0].save(tmp_path / "shop")
    for name, pattern in FILES.items():
        (tmp_path / name).write_text(re.findall(pattern, DOCS)[0])
    calls = [part for block in blocks("") for part in block.split(CALL)[1:]]
    assert len(calls) == 12
    for part in calls:
        command, told = part.split("\n", 1)
        main(shlex.split(command))
        printed = capsys.readouterr()
        errors = [line for line in printed.err.splitlines() if "[" not in line]  # progress bars are no errors
        assert timeless(printed.out + "\n".join(errors)).strip() == timeless(told).strip(), command


def test_the_python_runs(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    for code in blocks("python"):
        exec(compile(code, "docs/strategies.md", "exec"), {})
