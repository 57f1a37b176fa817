"""Files that are whole or not there at all, whatever happens while they are written."""

import glob
import hashlib
import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from engine.data.storage.locks import WINDOWS, held, remove_abandoned
from engine.data.storage.private import keep, make_folder

SUM = "sha256"  # the field of a document that holds the checksum of the others
HEX = "[0-9a-f]" * 32
BUSY = (0.01, 0.1, 1.0)  # seconds until a file is tried again that a reader holds open, on Windows


class DamagedError(ValueError):
    """A file of ours is not what was written. `file` is its name."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file.name} is damaged")
        self.file = file


def write_atomically(path: Path, write: Callable[[Path], object], private: bool = False) -> None:
    """Let `write` fill a temporary file beside `path`, flush it to disk, and give it its name in one step.

    A crash at any moment leaves the old file or the new one, never half of one. private: readable by its owner alone.
    Raises OSError that names `path`.
    """
    with staged(path, write, private):
        pass


@contextmanager
def staged(path: Path, write: Callable[[Path], object], private: bool = False) -> Iterator[Path]:
    """As `write_atomically`, for a block that may look at the temporary file; it gets its name when the block ends, and
    not at all if the block raises.

    The writer holds the lock of its temporary file; one that nobody holds is left over from a killed writer of this
    path, and is removed.
    """
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with ExitStack() as lock:
            with named(path):
                make_folder(path.parent)
                remove_leftovers(path.parent, path.name)
                lock.enter_context(held(temporary))
                if private:
                    temporary.chmod(0o600)
                write(temporary)
                keep(temporary)
                flush(temporary)
            yield temporary
            if WINDOWS:  # which renames no file that is open
                lock.close()
            with named(path):
                _replace(temporary, path)
                flush_folder(path.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Let an OSError name what was asked for, and not a temporary file."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, os.strerror(error.errno), str(path)) from error


def remove_leftovers(folder: Path, name: str | None = None) -> None:
    """Remove temporary files of killed writers of one file of a folder, or of all its files."""
    for file in folder.glob(f".{'*' if name is None else glob.escape(name)}.{HEX}"):
        with suppress(OSError):
            remove_abandoned(file)


def write_document(path: Path, content: Mapping[str, Any], private: bool = False) -> None:
    """Write a JSON object with its own checksum, all or nothing."""
    write_atomically(path, document(content), private)


def document(content: Mapping[str, Any]) -> Callable[[Path], object]:
    """What writes a JSON object with its own checksum."""
    text = json.dumps({**content, SUM: checksum(content)}, indent=2, ensure_ascii=False)
    return lambda path: path.write_text(text, encoding="utf-8")


def read_document(path: Path) -> dict[str, Any]:
    """A JSON object without its checksum; files of earlier versions have none. Raises DamagedError, and OSError."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        written = content.pop(SUM, None)
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise DamagedError(path) from None
    if written is not None and written != checksum(content):
        raise DamagedError(path)
    return content


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 of what a JSON object says, however it is written down."""
    value = json.loads(json.dumps(content))
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Have a file's bytes on disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Have a folder's names on disk. Windows does so by itself."""
    if WINDOWS:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(source: Path, target: Path) -> None:
    """Rename; on Windows, which refuses while a reader holds the target open, try again."""
    for seconds in BUSY if WINDOWS else ():
        with suppress(PermissionError):
            source.replace(target)
            return
        time.sleep(seconds)
    source.replace(target)


def for_json(value: Any) -> Any:
    """The same with None for NaN and infinities, which JSON does not know, and no sign for 0."""
    if isinstance(value, dict):
        return {key: for_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [for_json(inner) for inner in value]
    if not isinstance(value, float):
        return value
    return value + 0.0 if math.isfinite(value) else None
