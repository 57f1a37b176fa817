"""The crowding prices of a strategy as files to load into another system."""

import json

import pandas as pd

from engine.bench.bench import Bench
from engine.exports.price_field import FIELD
from engine.exports.tables import as_parquet
from engine.slates.crowding import kept_crowding
from engine.strategy.strategy import Strategy

PRICE_FILES = {"parquet": "application/vnd.apache.parquet", "jsonl": "application/x-ndjson"}  # with their media types


def price_file(kind: str, bench: Bench, strategy: Strategy) -> bytes:
    """Every product of the catalogue with its price, 0 for most, so that older prices are overwritten there.

    kind: one of PRICE_FILES. Columns item_id and `FIELD`, in units of relevance scaled to 0 … 1; as JSON one product a
    line. The strategy is taken as it is: cap it by its floor first (`relevance_floor.capped`).
    """
    outcome = kept_crowding(bench, strategy)
    table = pd.DataFrame({"item_id": bench.data.items["item_id"].astype(str), FIELD: 0.0})
    if outcome is not None:
        table[FIELD] = outcome.lists.prices
    if kind == "parquet":
        return as_parquet(table)
    lines = (json.dumps(row, ensure_ascii=False, allow_nan=False) for row in table.to_dict("records"))
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
