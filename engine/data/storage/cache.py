"""A cache on disk of arrays that can always be computed again."""

import hashlib
from pathlib import Path

from engine.data.storage.disk import warn_not_kept
from engine.data.storage.files import DamagedError, remove_leftovers
from engine.data.storage.private import home
from engine.data.storage.tensors import Arrays, read_tensors, write_tensors


def cache_file(kind: str, *key: object) -> Path:
    """Where the arrays of this kind and key are kept."""
    digest = hashlib.sha256("|".join(map(str, key)).encode()).hexdigest()
    return home() / "cache" / f"{kind}-{digest[:32]}.safetensors"


def read(file: Path) -> Arrays | None:
    """The arrays in a cache file, or None where it is missing or damaged; then they are made again."""
    try:
        return read_tensors(file)
    except (OSError, DamagedError):
        return None


def write(file: Path, arrays: Arrays) -> None:
    """Replace the file in one step. Where it cannot be written, the work goes on, and a warning is logged once."""
    try:
        remove_leftovers(file.parent)
        write_tensors(file, arrays)
    except OSError as error:
        warn_not_kept(str(file.parent), error.strerror or str(error))
