"""Qdrant, from 1.15: a query for the nearest points with `mmr`.

Source: qdrant/qdrant, lib/shard/src/query/mmr/mod.rs, and the schema of `Mmr`. score = (1 - diversity)·similarity to
the query - diversity·similarity to the chosen, so `diversity` is our λ; with cosine distance both are the cosine.
Candidates of equal score are taken from the end of the pool there, from its start here.
"""

from engine.exports import mmr
from engine.exports.exported import Exported, ExportRequest


def qdrant(setting: ExportRequest) -> Exported:
    """The body of `POST /collections/COLLECTION/points/query`."""
    strategy, place, level = setting.strategy, setting.place, mmr.diversity(setting)
    content = {
        "query": {"nearest": place.vector, "mmr": {"diversity": level, "candidates_limit": strategy.pool}},
        "using": place.vectors,
        "limit": strategy.k,
    }
    carried = mmr.carried(setting, ("query.mmr.diversity", level), "limit", "query.mmr.candidates_limit")
    return Exported("qdrant", content, carried, mmr.lost(setting), mmr.needs(setting, "Qdrant", "1.15"))
