"""Deleting or replacing what audits remember leaves a trace; our own writing, also when killed, does not."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.audit.ledger_file import alone, touched
from engine.data import home
from engine.fairness import Ledger, breaks, noted, read_ledger, traces, write_ledger

KEY = b"k" * 32


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path / "home"))
    (tmp_path / "shop" / "audits").mkdir(parents=True)
    (tmp_path / "shop" / "shop.json").write_text("{}")
    return tmp_path / "shop" / "audits" / "told.json"


def told(*people: str) -> Ledger:
    return Ledger().adding({"ild": np.ones((1, len(people)), dtype=bool)}, list(people), 11)


def what(ledger: Path) -> list[str]:
    return [each["what"] for each in breaks(ledger)]


def test_a_ledger_that_only_audits_wrote_has_no_breaks(ledger: Path) -> None:
    assert what(ledger) == []
    for people in (("a",), ("a", "b")):
        write_ledger(ledger, told(*people), KEY)
        assert what(ledger) == []


def test_a_ledger_of_an_earlier_version_has_no_breaks_and_is_watched_from_its_next_audit_on(ledger: Path) -> None:
    ledger.write_text('{"key": "", "people": [], "told": {}, "threshold": 11}')
    assert what(ledger) == []
    write_ledger(ledger, told("a"), KEY)
    ledger.unlink()
    assert what(ledger) == ["deleted"]


def test_a_deletion_is_noticed_once_and_said_for_good(ledger: Path) -> None:
    write_ledger(ledger, told("a"), KEY)
    shutil.rmtree(ledger.parent)
    first = breaks(ledger)
    assert [each["what"] for each in first] == ["deleted"] and breaks(ledger) == first
    write_ledger(ledger, told("b"), KEY)
    assert breaks(ledger) == first
    ledger.unlink()
    assert what(ledger) == ["deleted", "deleted"]


def test_looking_while_an_audit_writes_notes_nothing(ledger: Path) -> None:
    write_ledger(ledger, told("a"), KEY)
    ledger.unlink()
    with alone(ledger):
        assert touched(ledger) == [] == noted(ledger)
    assert [each["what"] for each in touched(ledger)] == ["deleted"] and noted(ledger) == touched(ledger)
    shutil.rmtree(ledger.parent)
    assert [each["what"] for each in touched(ledger)] == ["deleted"]


def test_an_older_ledger_brought_back_is_noticed(ledger: Path) -> None:
    write_ledger(ledger, told("a"), KEY)
    older = ledger.read_bytes()
    write_ledger(ledger, told("a", "b"), KEY)
    ledger.write_bytes(older)
    assert read_ledger(ledger, KEY).people == ("a",)
    assert what(ledger) == ["replaced"]


@pytest.mark.parametrize("gone", ["home", "shop"])
def test_one_note_is_enough(ledger: Path, gone: str) -> None:
    write_ledger(ledger, told("a"), KEY)
    ledger.unlink()
    if gone == "home":
        shutil.rmtree(home() / "ledgers")
    else:
        (ledger.parents[1] / ".audits-told.json").unlink()
    assert what(ledger) == ["deleted"]


def test_without_any_note_nothing_can_be_shown(ledger: Path) -> None:
    write_ledger(ledger, told("a"), KEY)
    ledger.unlink()
    shutil.rmtree(home() / "ledgers")
    (ledger.parents[1] / ".audits-told.json").unlink()
    assert what(ledger) == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_while_the_ledger_is_written_is_no_break(
    ledger: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    write_ledger(ledger, told("a"), KEY)
    real, calls = traces.note, iter((1, 2))

    def killed(path: Path, expected: list[str | None]) -> None:
        call = next(calls)
        if call == 1 or moment == "before":
            real(path, expected)
        if call == (1 if moment == "before" else 2):
            raise KeyboardInterrupt

    monkeypatch.setattr(traces, "note", killed)
    with pytest.raises(KeyboardInterrupt):
        write_ledger(ledger, told("a", "b"), KEY)
    assert read_ledger(ledger, KEY).people == (("a",) if moment == "before" else ("a", "b"))
    assert what(ledger) == []
