"""The history of the model that makes a shop's lists: who chose which one, why and when.

The choice and its history are one file (`models/active.json`), so neither can be written without the other. A file of
an earlier version holds the choice alone.
"""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from engine.data.problems import refuse
from engine.data.storage.files import DamagedError, read_document, write_document
from engine.data.storage.locks import exclusive
from engine.data.storage.private import make_folder

ACTIVE = "active.json"
Kind = Literal["use", "undo", "promoted", "rolled_back"]
LONGEST = 2_000  # characters of a reason


@dataclass(frozen=True)
class Change:
    """One change of the model that makes a shop's lists.

    kind     use: another model was chosen; undo: the one before it was taken again; promoted: an update replaced the
             live model of that name; rolled_back: the replaced one is live again
    model    the name of the model that makes the lists since; before: of the one before it
    by, why  who did it, and the reason given, "" where none was
    at       ISO 8601, UTC
    """

    kind: Kind
    model: str
    before: str
    by: str
    why: str
    at: str


def chosen(folder: Path) -> str | None:
    """The name in the file; None where there is none. Raises DamagedError and OSError where it cannot be read."""
    name = _content(folder).get("model")
    if name is not None and not isinstance(name, str):
        raise DamagedError(folder / "models" / ACTIVE)
    return name


def history(folder: Path) -> list[Change]:
    """All changes of a shop, the oldest first; what cannot be read is left out."""
    stored = _readable(folder).get("history", [])
    entries = [_change(entry) for entry in (stored if isinstance(stored, list) else [])]
    return [entry for entry in entries if entry is not None]


def record(folder: Path, kind: Kind, model: str, before: str, by: str = "", why: str = "", at: str = "") -> Change:
    """Write down a change, and the choice with it. by: "" is the user of this computer; at: "" is now.

    Raises InputError for a text that is too long or cannot be shown.
    """
    change = Change(kind, model, before, _line(by or user(), "author", 80), _line(why, "comment", LONGEST), at or now())
    with _alone(folder):
        stored = _readable(folder)
        earlier = stored.get("history", [])
        choice = model if kind in ("use", "undo") else stored.get("model")
        content = {"model": choice} if choice else {}
        write_document(folder / "models" / ACTIVE, content | {"history": [*earlier, asdict(change)]})
    return change


def user() -> str:
    """The name of the user of this computer, where it is known."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _content(folder: Path) -> dict[str, Any]:
    try:
        return read_document(folder / "models" / ACTIVE)
    except (FileNotFoundError, NotADirectoryError):
        return {}


def _readable(folder: Path) -> dict[str, Any]:
    """What the file says; nothing where it cannot be read."""
    try:
        return _content(folder)
    except (OSError, DamagedError):
        return {}


def _change(entry: Any) -> Change | None:
    try:
        change = Change(**entry)
    except TypeError:
        return None
    whole = all(isinstance(value, str) for value in asdict(change).values()) and change.kind in get_args(Kind)
    try:
        return change if whole and datetime.fromisoformat(change.at).tzinfo else None
    except ValueError:
        return None


def _line(text: str, field: str, limit: int) -> str:
    line = " ".join(text.split())
    if len(line) > limit or not line.isprintable():
        problem, fix = "too long, or not only visible characters", f"give at most {limit:,} visible characters"
        raise refuse("model", "model_note", problem, fix, column=field)
    return line


def now() -> str:
    """The time of a change, as the history has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One change at a time, so that none is lost."""
    make_folder(folder / "models")
    with exclusive(folder / "models" / ".active.lock"):
        yield
