"""Elasticsearch, from 9.3 (preview): the `diversify` retriever over a k-NN retriever.

Source: elastic/elasticsearch-specification, _types/Retriever.ts (DiversifyRetriever), and the page "Diversify
retriever" of its documentation. score = lambda·relevance - (1 - lambda)·similarity, so `lambda` is 1 - λ. Both are
Lucene's scaled dot product, 1 + cosine for unit vectors that are no more than a right angle apart.

Prices: the retriever computes relevance from `query_vector` and the products' vectors, never from the scores of the
retriever below it (MMRResultDiversification.getQuerySimilarityForDocs), so it ignores prices. At λ = 0 there is no need
of it: a `rescorer` retriever over the k-NN retriever takes prices from scores, which are (1 + cosine) / 2 there.
"""

from typing import Any

from engine.exports import mmr, price_field
from engine.exports.exported import Exported, ExportRequest, Note


def elasticsearch(setting: ExportRequest) -> Exported:
    """The body of `POST /INDEX/_search`."""
    strategy, place, level = setting.strategy, setting.place, round(1 - mmr.diversity(setting), 6)
    nearest: dict[str, Any] = {
        "field": place.vectors,
        "query_vector": place.vector,
        "k": strategy.pool,
        "num_candidates": strategy.pool,
    }
    if price_field.is_priced(setting) and strategy.diversity == 0:
        return _priced(setting, nearest)
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
    lost = (*mmr.lost(setting, price_field.left_out(setting, "price_ignored")), Note("k", "order"))
    content = {"size": strategy.k, "retriever": {"diversify": diversify}}
    return Exported("elasticsearch", content, carried, lost, mmr.needs(setting, "Elasticsearch", "9.3"))


def _priced(setting: ExportRequest, nearest: dict[str, Any]) -> Exported:
    rescore = price_field.rescore(setting)
    content = {
        "size": setting.strategy.k,
        "retriever": {"rescorer": {"rescore": rescore, "retriever": {"knn": nearest}}},
    }
    there = "retriever.rescorer.rescore.query.rescore_query_weight"
    carried = (
        *mmr.sizes(setting, "size", "retriever.rescorer.rescore.window_size"),
        *price_field.carried(setting, there, rescore["query"]["rescore_query_weight"]),
    )
    lost = (*mmr.lost(setting, price_field.differences(setting)), Note("spread", "price_order"))
    needs = (*mmr.needs(setting, "Elasticsearch", "8.18"), *price_field.needs(setting))
    return Exported("elasticsearch", content, carried, (Note("diversity", "no_mmr"), *lost), needs)
