"""Everybody's lists under a strategy as a file: CSV for spreadsheets, Parquet for programs, JSON for the web."""

import json
import math
from collections.abc import Callable
from io import BytesIO

import pandas as pd
import pyarrow.parquet as pq

from engine.bench.bench import Bench
from engine.evaluation.slates_file import Array, slates_arrow, slates_note, slates_table
from engine.exports.tables import as_csv
from engine.strategy.strategy import Strategy

Writer = Callable[[pd.DataFrame, Bench, Strategy, Array | None], bytes]


def _csv(table: pd.DataFrame, bench: Bench, strategy: Strategy, rows: Array | None) -> bytes:
    return as_csv(table)


def _parquet(table: pd.DataFrame, bench: Bench, strategy: Strategy, rows: Array | None) -> bytes:
    buffer = BytesIO()
    pq.write_table(slates_arrow(table, bench, strategy, rows), buffer)
    return buffer.getvalue()


def _json(table: pd.DataFrame, bench: Bench, strategy: Strategy, rows: Array | None) -> bytes:
    slots = [
        {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]
    content = {"note": slates_note(table, bench, strategy, rows), "slates": slots}
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()


SLATES: dict[str, tuple[Writer, str]] = {  # how it is written, and its media type
    "csv": (_csv, "text/csv"),
    "parquet": (_parquet, "application/vnd.apache.parquet"),
    "json": (_json, "application/json"),
}


def slates(kind: str, bench: Bench, strategy: Strategy, rows: Array | None = None) -> bytes:
    """The lists of everybody, or of `rows` of `bench.users`, as one of SLATES.

    Columns are those of `slates_table`. Parquet and JSON say what made the lists; `read_slates` reads the Parquet back.
    A score that the model does not have is empty, in JSON null. The strategy is taken as it is: cap it by its floor
    first (`relevance_floor.capped`), as the command `rerank` does.
    """
    return SLATES[kind][0](slates_table(bench, strategy, rows), bench, strategy, rows)
