"""Notes, kept elsewhere, that a ledger exists and what its digest is, so that the next audit notices where it was
deleted, replaced or changed.

Notes lie in Evenshelf's home, and beside the ledger's folder where that is in a shop's. They show that a ledger was
changed, not what was in it; who deletes the notes as well, or audits with another home and a copy of the shop without
them, leaves no trace.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.data import home
from engine.data.storage.files import digest, read_document, write_document

Break = dict[str, str]  # at: when it was noticed, UTC; what: "deleted" or "replaced"


def note(ledger: Path, expected: Sequence[str | None]) -> None:
    """Note what the digest of a ledger may be from now on, None = it may be missing.

    Raises OSError where the note can be written nowhere.
    """
    _write(ledger, list(expected), _breaks(_notes(ledger)))


def breaks(ledger: Path) -> list[Break]:
    """The changes of a ledger that no audit made, the oldest first. What is noticed now is noted, once."""
    notes = _notes(ledger)
    known_breaks, now = _breaks(notes), sum_of(ledger)
    if any(now not in note["expected"] for note in notes):
        what = "deleted" if now is None else "replaced"
        known_breaks.append({"at": datetime.now(UTC).isoformat(timespec="seconds"), "what": what})
        _write(ledger, [now], known_breaks)
    return known_breaks


def noted(ledger: Path) -> list[Break]:
    """What was noticed before, the oldest first."""
    return _breaks(_notes(ledger))


def sum_of(ledger: Path) -> str | None:
    """The digest of a ledger; None where there is none."""
    return digest(ledger) if ledger.is_file() else None


def _notes(ledger: Path) -> list[dict[str, Any]]:
    notes = []
    for place in _places(ledger):
        with suppress(OSError, ValueError):  # a damaged note is skipped; the other one may be readable
            notes.append(read_document(place))
    return [note for note in notes if isinstance(note.get("expected"), list) and isinstance(note.get("breaks"), list)]


def _breaks(notes: list[dict[str, Any]]) -> list[Break]:
    return sorted(
        {change["at"]: change for note in notes for change in note["breaks"]}.values(), key=lambda change: change["at"]
    )


def _write(ledger: Path, expected: list[str | None], known_breaks: list[Break]) -> None:
    failures = []
    places = _places(ledger)
    for place in places:
        try:
            write_document(place, {"expected": expected, "breaks": known_breaks}, private=True)
        except OSError as error:
            failures.append(error)
    if len(failures) == len(places):
        raise failures[0]


def _places(ledger: Path) -> list[Path]:
    whole = ledger.resolve()
    places = [home() / "ledgers" / f"{hashlib.sha256(str(whole).encode()).hexdigest()[:32]}.json"]
    if (whole.parents[1] / "shop.json").exists():
        places.append(whole.parents[1] / f".{whole.parent.name}-{whole.name}")
    return places
