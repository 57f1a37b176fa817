"""Arrays on disk that can always be made again."""

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from engine.data import home
from engine.data.files import write_atomically

Arrays = dict[str, npt.NDArray[np.generic]]


def cache_file(kind: str, *key: object) -> Path:
    """Where the arrays of this kind and key are kept."""
    digest = hashlib.sha256("|".join(map(str, key)).encode()).hexdigest()
    return home() / "cache" / f"{kind}-{digest[:32]}.safetensors"


def read(file: Path) -> Arrays | None:
    """The arrays in a cache file, or None where it is missing or damaged; then they are made again."""
    try:
        return dict(load_file(file))
    except (OSError, SafetensorError, ValueError):
        return None


def write(file: Path, arrays: Arrays) -> None:
    """Replace the file in one step."""
    write_atomically(file, lambda path: save_file(arrays, path))
