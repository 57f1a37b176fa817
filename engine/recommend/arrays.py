"""A model's arrays in one safetensors file. A sparse matrix becomes its three arrays and its shape."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save

from engine.data.storage.files import write_atomically

Arrays = dict[str, Any]  # name -> ndarray or csr_array
PARTS = ("data", "indices", "indptr")


def write_arrays(file: Path, arrays: Mapping[str, Any], notes: Mapping[str, Any]) -> None:
    """Write arrays and JSON notes to `file`, all or nothing."""
    flat: dict[str, npt.NDArray[Any]] = {}
    for name, value in arrays.items():
        if sp.issparse(value):
            flat |= {f"{name}:{attribute}": np.ascontiguousarray(getattr(value, attribute)) for attribute in PARTS}
            flat[f"{name}:shape"] = np.array(value.shape, dtype=np.int64)
        else:
            flat[name] = np.ascontiguousarray(value)
    content = save(flat, metadata={"notes": json.dumps(notes)})  # save_file would leave a file of its own after a kill
    write_atomically(file, lambda path: path.write_bytes(content))


def read_arrays(file: Path) -> tuple[Arrays, dict[str, Any]]:
    """Arrays and notes written by `write_arrays`. Raises ValueError where the file is not one."""
    try:
        with safe_open(file, framework="numpy") as handle:
            notes = json.loads(handle.metadata()["notes"])
        flat = load_file(file)
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file} is not a stored model ({error}). Train it again.") from None
    arrays: Arrays = {name: value for name, value in flat.items() if ":" not in name}
    for name in [key.removesuffix(":shape") for key in flat if key.endswith(":shape")]:
        parts = tuple(flat[f"{name}:{attribute}"] for attribute in PARTS)
        arrays[name] = sp.csr_array(parts, shape=tuple(flat[f"{name}:shape"]))
    return arrays, notes


def under(arrays: Mapping[str, Any], prefix: str) -> Arrays:
    """The arrays whose name begins with `prefix`, named without it."""
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}
