"""Crowding prices on disk: a Parquet file for each key, in a folder of the shop that holds a limited number of them."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine.data.storage.disk import warn_not_kept
from engine.data.storage.files import SUM, DamagedError, remove_leftovers, write_atomically
from engine.slates.crowding_key import CrowdingKey

Array = np.ndarray
FOLDER = "crowding"  # of a shop
MOST_FILES, MOST_BYTES = 64, 256_000_000
COLUMNS = ("item_id", "price", "slots")
NOTE = b"evenshelf"  # of the Parquet metadata


@dataclass(frozen=True)
class StoredPrices:
    """The content of one file.

    ids     object [n], the products that have a price or a slot
    prices  float64 [n], in units of scaled relevance
    slots   int64 [n], how many lists hold each product
    note    what made them ("strategy", "inputs"), "made_at", and the facts that whoever stored them added
    """

    ids: Array
    prices: Array
    slots: Array
    note: Mapping[str, Any] = field(hash=False)

    @property
    def table(self) -> pa.Table:
        """The columns item_id, price and slots."""
        return pa.table(dict(zip(COLUMNS, (pa.array(self.ids, pa.string()), self.prices, self.slots), strict=True)))


def read_prices(shop: Path, key: CrowdingKey) -> StoredPrices | None:
    """The prices stored under a key; None where there are none, or the file is not what was written for this key."""
    file = _file(shop, key)
    try:
        stored = _read(file)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException):
        return None
    if _origin(stored.note) != _origin({"strategy": key.strategy, "inputs": key.inputs}):
        return None
    with suppress(OSError):  # where the folder may only be read, nothing is removed either
        os.utime(file)
    return stored


def write_prices(shop: Path, key: CrowdingKey, prices: StoredPrices) -> bool:
    """Store prices in place of what is there, and remove files that have not been used for longest beyond the limits.

    False where the disk refuses; that is logged once, and the work goes on.
    """
    file = _file(shop, key)
    note = {**prices.note, "strategy": key.strategy, "inputs": key.inputs}
    content = json.dumps({**note, SUM: _checksum(prices, note)})
    table = prices.table.replace_schema_metadata({NOTE: content.encode()})
    try:
        remove_leftovers(file.parent)
        write_atomically(file, lambda temporary: pq.write_table(table, temporary, compression="zstd"))
        _remove_unused(file.parent)
    except OSError as error:
        warn_not_kept(str(file.parent), error.strerror or str(error))
        return False
    return True


def earlier_prices(shop: Path, key: CrowdingKey) -> StoredPrices | None:
    """The prices made last for the same strategy under other data, another model or other rules; None without any."""
    return max(_series(shop, key), key=lambda stored: str(stored.note["made_at"]), default=None)


def _series(shop: Path, key: CrowdingKey) -> Iterator[StoredPrices]:
    for file in (shop / FOLDER).glob(f"{key.series}-*.parquet"):
        if file == _file(shop, key):
            continue
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException):
            stored = _read(file)
            if stored.note["strategy"] == _plain(key.strategy) and isinstance(stored.note["made_at"], str):
                yield stored


def _file(shop: Path, key: CrowdingKey) -> Path:
    return shop / FOLDER / f"{key.name}.parquet"


def _read(file: Path) -> StoredPrices:
    """Raises DamagedError, OSError, and what Arrow and JSON raise for files that are none of ours."""
    table = pq.read_table(file, memory_map=False)
    note = json.loads((table.schema.metadata or {})[NOTE])
    expected = note.pop(SUM)
    ids, prices, slots = (table.column(name).to_numpy(zero_copy_only=False) for name in COLUMNS)
    stored = StoredPrices(ids, prices, slots, note)
    if prices.dtype != np.float64 or slots.dtype != np.int64 or _checksum(stored, note) != expected:
        raise DamagedError(file)
    return stored


def _checksum(prices: StoredPrices, note: Mapping[str, Any]) -> str:
    text = json.dumps([_plain(note), [str(name) for name in prices.ids]], sort_keys=True)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    for column in (prices.prices, prices.slots):
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()


def _origin(note: Mapping[str, Any]) -> Any:
    return _plain({name: note[name] for name in ("strategy", "inputs")})


def _plain(value: Any) -> Any:
    """A value as JSON gives it back."""
    return json.loads(json.dumps(value))


def _remove_unused(folder: Path) -> None:
    """Remove the files that were used longest ago, beyond the limits of number and size. Raises OSError."""
    files = [(file.stat(), file) for file in folder.glob("*.parquet")]
    kept = 0
    for number, (facts, file) in enumerate(sorted(files, key=lambda pair: pair[0].st_mtime_ns, reverse=True)):
        kept += facts.st_size
        if number and (number >= MOST_FILES or kept > MOST_BYTES):
            file.unlink(missing_ok=True)
