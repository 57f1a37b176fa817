"""Qdrant, from 1.15: a query for the nearest points with `mmr`.

Source: qdrant/qdrant, lib/shard/src/query/mmr/mod.rs, and the schema of `Mmr`. score = (1 - diversity)·similarity to
the query - diversity·similarity to the chosen, so `diversity` is our λ; with cosine distance both are the cosine.
Candidates of equal score are taken from the end of the pool there, from its start here.

Prices: MMR computes relevance from the vectors of the points that a prefetch gives, never from their scores
(`relevance_similarities` there), so it ignores prices. At λ = 0 no MMR is needed: a formula (from 1.14) takes prices
from the scores of the pool, and the k products that it leaves are put in the order of their nearness.
"""

from typing import Any

from engine.exports import mmr, price_field
from engine.exports.exported import Exported, ExportRequest, Note


def qdrant(setting: ExportRequest) -> Exported:
    """The body of `POST /collections/COLLECTION/points/query`."""
    if price_field.is_priced(setting) and setting.strategy.diversity == 0:
        return _priced(setting)
    strategy, place, level = setting.strategy, setting.place, mmr.diversity(setting)
    content = {
        "query": {"nearest": place.vector, "mmr": {"diversity": level, "candidates_limit": strategy.pool}},
        "using": place.vectors,
        "limit": strategy.k,
    }
    carried = mmr.carried(setting, ("query.mmr.diversity", level), "limit", "query.mmr.candidates_limit")
    lost = mmr.lost(setting, price_field.left_out(setting, "price_ignored"))
    return Exported("qdrant", content, carried, lost, mmr.needs(setting, "Qdrant", "1.15"))


def _priced(setting: ExportRequest) -> Exported:
    strategy, place = setting.strategy, setting.place
    price = {"mult": [-price_field.weight(setting), price_field.FIELD]}
    content: dict[str, Any] = {
        "prefetch": {
            "prefetch": {"query": place.vector, "using": place.vectors, "limit": strategy.pool},
            "query": {"formula": {"sum": ["$score", price]}, "defaults": {price_field.FIELD: 0.0}},
            "limit": strategy.k,
        },
        "query": place.vector,
        "using": place.vectors,
        "limit": strategy.k,
    }
    formula = "prefetch.query.formula.sum.1.mult.0"
    carried = (
        *mmr.sizes(setting, "limit", "prefetch.prefetch.limit"),
        *price_field.carried(setting, formula, -price_field.weight(setting)),
    )
    lost = (Note("diversity", "no_mmr"), *mmr.lost(setting, price_field.differences(setting)))
    needs = (*mmr.needs(setting, "Qdrant", "1.14"), *price_field.needs(setting))
    return Exported("qdrant", content, carried, lost, needs)
