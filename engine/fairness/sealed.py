"""JSON files of audits for their owner alone, each bound to the key by which it was written."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from engine.data.files import write_atomically
from engine.data.problems import refuse
from engine.fairness.pseudonyms import mark

T = TypeVar("T")


def read_sealed(path: Path, key: bytes, kind: str, read: Callable[[dict[str, Any]], T]) -> T:
    """What `read` makes of a file's content. Raises InputError of this kind where it cannot, or it has another key."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found, other = read(content), content["key"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise refuse(path.name, kind, "cannot be read", "bring back the file as it was") from None
    if other != mark(key):
        raise refuse(path.name, kind, "was written with another key", "use the key it was written with")
    return found


def write_sealed(path: Path, key: bytes, content: dict[str, Any], sort_keys: bool = False) -> None:
    """Write content and the key's mark, whole or not at all, readable by the owner alone."""

    def write(temporary: Path) -> None:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"key": mark(key), **content}, file, allow_nan=False, sort_keys=sort_keys)

    write_atomically(path, write)
