"""A prepared shop on disk: one Parquet file a table, and shop.json that points to them (`file_sets`)."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from engine.data.problems import InputError, refuse
from engine.data.storage.file_sets import FileSet
from engine.data.storage.files import DamagedError

NOTES = "shop.json"
FORMAT, FORMATS = 2, (1, 2)  # written; read (1 has no checksums)
PREPARE_AGAIN = "Prepare the shop again"


def write(folder: Path, tables: Mapping[str, pd.DataFrame], notes: Mapping[str, Any]) -> None:
    """Write the tables and notes of a shop into `folder`, then remove the files of an older one. Raises OSError."""

    def fill(place: Path) -> None:
        for name, table in tables.items():
            table.to_parquet(place / f"{name}.parquet", index=False, compression="zstd")

    _set(folder).write(fill, {"format": FORMAT, "tables": sorted(tables), **notes})


def read(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Tables and notes of the shop in `folder`. Raises InputError where it is missing or damaged."""
    try:
        return _set(folder).read(_tables)
    except (FileNotFoundError, NotADirectoryError):
        raise refuse(str(folder), "no_shop", "No prepared shop here", "Run prepare first") from None
    except InputError:
        raise
    except DamagedError as damaged:
        raise broken(damaged.file) from None
    except (ValueError, KeyError, TypeError, AttributeError, pa.ArrowException):
        raise broken(folder / NOTES) from None


def _tables(place: Path, notes: dict[str, Any]) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    if notes.pop("format") not in FORMATS:
        raise refuse(str(place / NOTES), "old_shop", "Prepared by another version", PREPARE_AGAIN)
    files = notes.pop("files", None) or {name: f"{name}.parquet" for name in notes.pop("tables")}
    return {name: pd.read_parquet(place / file) for name, file in files.items()}, notes


def _set(folder: Path) -> FileSet:
    return FileSet(folder, NOTES, _older)


def _older(notes: dict[str, Any]) -> Iterable[str]:
    """The files of a shop that was written before sets had checksums."""
    names: Iterable[str] = notes["files"].values()
    return names


def broken(file: Path) -> InputError:
    """The refusal of a shop with a damaged file."""
    return refuse(str(file), "broken_shop", "The file is damaged", PREPARE_AGAIN)
