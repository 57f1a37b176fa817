"""Elasticsearch, from 9.3 (preview): the `diversify` retriever over a k-NN retriever.

Source: elastic/elasticsearch-specification, _types/Retriever.ts (DiversifyRetriever), and the page "Diversify
retriever" of its documentation. score = lambda·relevance - (1 - lambda)·similarity, so `lambda` is 1 - λ. Both are
Lucene's scaled dot product, 1 + cosine for unit vectors that are no more than a right angle apart.
"""

from engine.exports import mmr
from engine.exports.exported import Exported, ExportRequest, Note


def elasticsearch(setting: ExportRequest) -> Exported:
    """The body of `POST /INDEX/_search`."""
    strategy, place, level = setting.strategy, setting.place, round(1 - mmr.diversity(setting), 6)
    nearest = {
        "field": place.vectors,
        "query_vector": place.vector,
        "k": strategy.pool,
        "num_candidates": strategy.pool,
    }
    diversify = {
        "type": "mmr",
        "field": place.vectors,
        "lambda": level,
        "size": strategy.k,
        "rank_window_size": strategy.pool,
        "query_vector": place.vector,
        "retriever": {"knn": nearest},
    }
    carried = mmr.carried(
        setting,
        ("retriever.diversify.lambda", level),
        "retriever.diversify.size",
        "retriever.diversify.rank_window_size",
    )
    lost = (*mmr.lost(setting), Note("k", "order"))
    content = {"size": strategy.k, "retriever": {"diversify": diversify}}
    return Exported("elasticsearch", content, carried, lost, mmr.needs(setting, "Elasticsearch", "9.3"))
