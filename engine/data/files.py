"""Files that are whole or not there at all."""

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from engine.data import private


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, flush it to disk, and give it its name in one step.

    A crash at any moment leaves the old file or the new one, never half of one.
    """
    private.make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        write(temporary)
        private.keep(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def for_json(value: Any) -> Any:
    """The same with None for NaN and infinities, which JSON does not know, and no sign for 0."""
    if isinstance(value, dict):
        return {key: for_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [for_json(inner) for inner in value]
    if not isinstance(value, float):
        return value
    return value + 0.0 if math.isfinite(value) else None
