"""Arrays in one safetensors file with their own checksum, so that not one byte of them can change unseen."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save

from engine.data.storage.files import SUM, DamagedError, write_atomically

Arrays = dict[str, npt.NDArray[np.generic]]


def write_tensors(file: Path, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
    """Write arrays, all or nothing. Raises OSError."""
    whole = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    content = save(whole, metadata={SUM: _checksum(whole)})  # save_file would leave a file of its own after a kill
    write_atomically(file, lambda path: path.write_bytes(content))


def read_tensors(file: Path) -> Arrays:
    """The arrays of a file. One of an earlier version, without a checksum, is taken as it is, and written again with
    one. Raises DamagedError, and FileNotFoundError."""
    try:
        with safe_open(file, framework="numpy") as handle:
            expected = (handle.metadata() or {}).get(SUM)
        arrays: Arrays = load_file(file)
    except FileNotFoundError:
        raise
    except (SafetensorError, OSError, ValueError, TypeError, KeyError):
        raise DamagedError(file) from None
    if expected is None:
        with suppress(OSError):  # it may lie in a folder that is only to be read
            write_tensors(file, arrays)
    elif expected != _checksum(arrays):
        raise DamagedError(file)
    return arrays


def _checksum(arrays: Mapping[str, npt.NDArray[np.generic]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()
