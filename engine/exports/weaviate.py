"""Weaviate, from 1.37: a vector search with the selection `mmr`.

Source: weaviate/weaviate, adapters/repos/db/vector/selection/mmr.go, and `Selection.MMR` of its search protocol, in
whose JSON form the file is written. score = -balance·distance to the query + (1 - balance)·least distance to the
chosen, so `balance` is 1 - λ. `limit` is the pool, `selection.mmr.limit` the list.

Prices: a `boost` by a property (preview, 1.38) spreads the property's values over 0 to 1 within each answer ("Boost" in
the documentation), so that a price would weigh as much as the dearest product in view makes it. It is not written.
"""

import struct
from base64 import b64encode
from typing import Any

from engine.exports import mmr, price_field
from engine.exports.exported import BLANK, Exported, ExportRequest, TargetNames


def weaviate(setting: ExportRequest) -> Exported:
    """A `weaviate.v1.SearchRequest` in the JSON form of protocol buffers."""
    strategy, place, level = setting.strategy, setting.place, round(1 - mmr.diversity(setting), 6)
    content = {
        "collection": place.collection,
        "limit": strategy.pool,
        "near_vector": {
            "vectors": _packed(place),
            "targets": {"target_vectors": [place.vectors]},
            "selection": {"mmr": {"limit": strategy.k, "balance": level}},
        },
    }
    there = "near_vector.selection.mmr"
    carried = mmr.carried(setting, (f"{there}.balance", level), f"{there}.limit", "limit")
    lost = mmr.lost(setting, price_field.left_out(setting, "price_scaled_anew"))
    return Exported("weaviate", content, carried, lost, mmr.needs(setting, "Weaviate", "1.37"))


def _packed(place: TargetNames) -> list[dict[str, Any]] | str:
    """The vector as the protocol wants it: the bytes of its float32 numbers, the lowest byte first, as base64."""
    if place.query is None:
        return BLANK
    packed = struct.pack(f"<{len(place.query)}f", *place.query)
    return [{"vector_bytes": b64encode(packed).decode(), "type": "VECTOR_TYPE_SINGLE_FP32"}]
