"""OpenSearch, from 3.3: a k-NN search with `ext.mmr`.

Source: opensearch-project/k-NN, search/extension/MMRSearchExtBuilder.java and search/processor/mmr, and the page
"Vector search with MMR reranking" of its documentation. score = (1 - diversity)·score - diversity·similarity, so
`diversity` is our λ. For `cosinesimil` both are (1 + cosine) / 2, which moves all candidates by the same amount.
"""

from engine.exports import mmr
from engine.exports.exported import Exported, ExportRequest, Note


def opensearch(setting: ExportRequest) -> Exported:
    """The body of `POST /INDEX/_search`."""
    strategy, place, level = setting.strategy, setting.place, mmr.diversity(setting)
    content = {
        "size": strategy.k,
        "query": {"knn": {place.vectors: {"vector": place.vector, "k": strategy.pool}}},
        "ext": {"mmr": {"diversity": level, "candidates": strategy.pool, "vector_field_path": place.vectors}},
    }
    carried = mmr.carried(setting, ("ext.mmr.diversity", level), "size", "ext.mmr.candidates")
    needs = (*mmr.needs(setting, "OpenSearch", "3.3"), Note("method", "factories"))
    return Exported("opensearch", content, carried, mmr.lost(setting), needs)
