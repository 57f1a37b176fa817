"""Which shop a folder holds: an id that is kept in the folder, whatever the folder is called and whatever it holds.

A folder that is moved or renamed stays the same shop, and so does one that is prepared anew. A copy of a folder is the
same shop on another disk; give the copy an id of its own where it is to be another shop.
"""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from engine.data.problems import refuse
from engine.data.storage.files import write_atomically
from engine.data.storage.locks import exclusive
from engine.data.storage.store import NOTES

FILE = "shop_id.json"
LOCK = ".shop_id.lock"
ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Identity:
    """A shop's id, with the folder's name and the data's hash (None if unknown) at the time when the id was made."""

    id: str
    name: str
    hash: str | None


def identify(folder: Path) -> Identity | None:
    """The identity of the prepared shop in a folder, made now if it has none.

    None where no shop is prepared, or where the folder cannot be written to. Raises InputError for a damaged file.
    """
    folder = folder.resolve()
    if not (folder / NOTES).is_file():
        return None
    known = _read(folder)
    if known is not None:
        return known
    try:
        _write(folder, Identity(uuid4().hex, folder.name, data_hash(folder)), replace=False)
    except OSError:  # a read-only folder
        return None
    return _read(folder)


def set_id(folder: Path, wanted: str) -> str | None:
    """Give the prepared shop in a folder this id; the one it had, None where it is the same or there was none.

    Raises InputError for an id that `checked_id` refuses, and where the folder cannot be written to.
    """
    folder, wanted = folder.resolve(), checked_id(wanted)
    known = _read(folder)
    if known is not None and known.id == wanted:
        return None
    name, content = (known.name, known.hash) if known else (folder.name, data_hash(folder))
    try:
        _write(folder, Identity(wanted, name, content), replace=True)
    except OSError as error:
        problem, fix = f"cannot be written: {error.strerror}", "give Evenshelf a folder that it may write to"
        raise refuse(str(folder / FILE), "shop_id", problem, fix) from None
    return known.id if known else None


def checked_id(text: str) -> str:
    """The id itself. Raises InputError unless it is 1 to 64 letters, digits, dots, hyphens and underscores."""
    if ID.fullmatch(text) is None:
        fix = "give 1 to 64 of a-z, A-Z, 0-9, '.', '-' and '_', beginning and ending with a letter or digit"
        raise refuse("command line", "shop_id", "not an id of a shop", fix, column="shop-id", value=text[:80])
    return text


def data_hash(folder: Path) -> str | None:
    """The hash of the data that is prepared in a folder, from its notes alone; None where they cannot be read."""
    try:
        value = json.loads((folder / NOTES).read_text(encoding="utf-8"))["hash"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return value if isinstance(value, str) else None


def _read(folder: Path) -> Identity | None:
    file = folder / FILE
    try:
        noted = json.loads(file.read_text(encoding="utf-8"))
        content = noted["hash"]
        return Identity(checked_id(noted["id"]), str(noted["name"]), None if content is None else str(content))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        fix = "bring the file back as it was, or delete it and give the shop its id again with `prepare --shop-id`"
        raise refuse(str(file), "shop_id", "the id of the shop cannot be read", fix) from None


def _write(folder: Path, identity: Identity, *, replace: bool) -> None:
    """Write the file. Without `replace`, a file that another process made meanwhile stays."""
    text = json.dumps(asdict(identity), indent=1, ensure_ascii=False) + "\n"
    with exclusive(folder / LOCK):
        if replace or not (folder / FILE).exists():
            write_atomically(folder / FILE, lambda file: file.write_text(text, encoding="utf-8"))
