"""OpenSearch, from 3.3: a k-NN search with `ext.mmr`.

Source: opensearch-project/k-NN, search/extension/MMRSearchExtBuilder.java and search/processor/mmr, and the page
"Vector search with MMR reranking" of its documentation. score = (1 - diversity)·score - diversity·similarity, so
`diversity` is our λ. For `cosinesimil` both are (1 + cosine) / 2, which moves all candidates by the same amount.

Prices: MMR takes only k-NN and neural queries (MMROverSampleProcessor.transformQueryForMMR), but its relevance is the
score of the hit (MMRRerankProcessor.selectHitsWithMMR), and a search's `rescore` changes scores before that, on each
shard ("Rescore" in the documentation).
"""

from typing import Any

from engine.exports import mmr, price_field
from engine.exports.exported import Exported, ExportRequest, Note


def opensearch(setting: ExportRequest) -> Exported:
    """The body of `POST /INDEX/_search`."""
    strategy, place, level = setting.strategy, setting.place, mmr.diversity(setting)
    content: dict[str, Any] = {
        "size": strategy.k,
        "query": {"knn": {place.vectors: {"vector": place.vector, "k": strategy.pool}}},
        "ext": {"mmr": {"diversity": level, "candidates": strategy.pool, "vector_field_path": place.vectors}},
    }
    carried = mmr.carried(setting, ("ext.mmr.diversity", level), "size", "ext.mmr.candidates")
    lost = mmr.lost(setting, price_field.differences(setting))
    if price_field.is_priced(setting):
        content["rescore"] = price_field.rescore(setting)
        there = content["rescore"]["query"]["rescore_query_weight"]
        carried = (*carried, *price_field.carried(setting, "rescore.query.rescore_query_weight", there))
        lost = (*lost, Note("spread", "price_order"))
    needs = (*mmr.needs(setting, "OpenSearch", "3.3"), Note("method", "factories"), *price_field.needs(setting))
    return Exported("opensearch", content, carried, lost, needs)
