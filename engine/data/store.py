"""A prepared shop on disk: one Parquet file a table, and shop.json that names them.

shop.json is replaced last and in one step, so a crash at any moment leaves the old shop or the new one.
"""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from engine.data.columns import TABLES
from engine.data.files import write_atomically
from engine.data.problems import refuse

NOTES = "shop.json"
FORMAT = 1
PREPARE_AGAIN = "Prepare the shop again"


def write(folder: Path, tables: Mapping[str, pd.DataFrame], notes: Mapping[str, Any]) -> None:
    """Write the tables and notes of a shop into `folder`, then remove the files of an older one."""
    files = {name: f"{name}-{notes['hash'][:16]}.parquet" for name in tables}
    for name, table in tables.items():
        write_atomically(folder / files[name], partial(table.to_parquet, index=False, compression="zstd"))
    text = json.dumps({"format": FORMAT, "files": files, **notes}, indent=2, ensure_ascii=False)
    write_atomically(folder / NOTES, lambda path: path.write_text(text, encoding="utf-8"))
    for name in TABLES:
        for old in folder.glob(f"{name}-{'[0-9a-f]' * 16}.parquet"):
            if old.name not in files.values():
                old.unlink(missing_ok=True)


def read(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Tables and notes of the shop in `folder`. Raises InputError where it is missing or broken."""
    try:
        notes = json.loads((folder / NOTES).read_text(encoding="utf-8"))
        files = notes.pop("files")
        version = notes.pop("format")
    except FileNotFoundError:
        raise refuse(str(folder), "no_shop", "No prepared shop here", "Run prepare first") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise refuse(str(folder / NOTES), "broken_shop", "The file is damaged", PREPARE_AGAIN) from None
    if version != FORMAT:
        raise refuse(str(folder / NOTES), "old_shop", "Prepared by another version", PREPARE_AGAIN)
    tables = {}
    for name, file in files.items():
        try:
            tables[name] = pd.read_parquet(folder / file)
        except (OSError, pa.ArrowException):
            raise refuse(str(folder / file), "broken_shop", "The file cannot be read", PREPARE_AGAIN) from None
    return tables, notes
