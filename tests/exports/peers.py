"""How OpenSearch, Elasticsearch and Weaviate read a request and choose, written down from their sources.

Each reader refuses what the product would refuse, and answers with rows of `vectors` (unit rows [n, d], float64).
OpenSearch: k-NN plugin, MMRSearchExtBuilder.java, MMROverSampleProcessor.java, MMRRerankProcessor.java. Elasticsearch:
DiversifyRetriever in elasticsearch-specification, DiversifyRetrieverBuilder.java, MMRResultDiversification.java. Both:
QueryRescorerBuilder.java and the pages "Rescore" and "Rescorer retriever" of their documentation.
Weaviate: selection/mmr.go, SearchRequest of weaviate-client.
"""

from typing import Any

import numpy as np
from google.protobuf.json_format import ParseDict
from jsonschema import validate
from weaviate.proto.v1 import search_get_pb2

VECTOR = {"type": "array", "items": {"type": "number"}, "minItems": 1}
COUNT = {"type": "integer", "minimum": 1, "maximum": 10_000}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}


def closed(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """An object that has these fields and no others."""
    properties = required | optional
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


KNN_QUERY = {
    "type": "object", "minProperties": 1, "maxProperties": 1,
    "additionalProperties": closed({"vector": VECTOR, "k": COUNT}),
}  # fmt: skip
SCRIPT = closed({"source": {"const": "doc['evenshelf_price'].size() == 0 ? 1 : 1 - doc['evenshelf_price'].value"}})
SCRIPT_SCORE = closed({"query": closed({"match_all": closed({})}), "script": SCRIPT})
WEIGHT = {"type": "number", "minimum": 0}
RESCORE = closed({
    "window_size": COUNT,
    "query": closed(
        {"rescore_query": closed({"script_score": SCRIPT_SCORE})}, query_weight=WEIGHT, rescore_query_weight=WEIGHT
    ),
})  # fmt: skip
OPENSEARCH = closed({
    "size": COUNT,
    "query": closed({"knn": KNN_QUERY}),
    "ext": closed({"mmr": closed({}, diversity=SHARE, candidates=COUNT, vector_field_path={"type": "string"})}),
}, rescore=RESCORE)  # fmt: skip
KNN = closed({"field": {"type": "string"}, "query_vector": VECTOR, "k": COUNT, "num_candidates": COUNT})
DIVERSIFY = closed(
    {"type": {"const": "mmr"}, "field": {"type": "string"}, "retriever": closed({"knn": KNN}), "lambda": SHARE},
    size=COUNT, rank_window_size=COUNT, query_vector=VECTOR,
)  # fmt: skip
ELASTICSEARCH = closed({"size": COUNT, "retriever": closed({"diversify": DIVERSIFY})})
RESCORER = closed({"rescore": RESCORE, "retriever": closed({"knn": KNN})})
ELASTICSEARCH_RESCORED = closed({"size": COUNT, "retriever": closed({"rescorer": RESCORER})})


def rescored(rescore: dict[str, Any] | None, scores: np.ndarray, prices: np.ndarray | None) -> np.ndarray:
    """Scores after QueryRescorer with score_mode total: query_weight·score + rescore_query_weight·(the script's score,
    which a script_score query refuses below 0). prices: the field of each product, NaN where it has none."""
    if rescore is None:
        return scores
    assert prices is not None
    script = np.where(np.isnan(prices), 1.0, 1 - prices)
    assert (script >= 0).all()
    told = rescore["query"]
    return told.get("query_weight", 1.0) * scores + told.get("rescore_query_weight", 1.0) * script


def opensearch(body: dict[str, Any], vectors: np.ndarray, prices: np.ndarray | None = None) -> list[int]:
    validate(body, OPENSEARCH)
    ((_, query),) = body["query"]["knn"].items()
    told = body["ext"]["mmr"]
    scores = (1 + vectors @ np.array(query["vector"])) / 2  # cosinesimil
    alike = (1 + vectors @ vectors.T) / 2
    pool = np.argsort(-scores, kind="stable")[: told.get("candidates", 3 * body["size"])]
    if "rescore" in body:
        assert body["rescore"]["window_size"] >= len(pool)  # all of the pool, so that no score is left as it was
    scores = rescored(body.get("rescore"), scores, prices)
    left = list(pool[np.argsort(-scores[pool], kind="stable")])
    chosen: list[int] = []
    diversity = told.get("diversity", 0.5)
    while left and len(chosen) < body["size"]:
        nearest = [max((alike[item, other] for other in chosen), default=0.0) for item in left]
        gains = [(1 - diversity) * scores[item] - diversity * near for item, near in zip(left, nearest, strict=True)]
        chosen.append(int(left.pop(int(np.argmax(gains)))))
    return chosen


def _scaled(product: np.ndarray) -> np.ndarray:
    """Lucene's MAXIMUM_INNER_PRODUCT."""
    return np.where(product < 0, 1 / (1 - np.minimum(product, 0)), product + 1)


def elasticsearch(body: dict[str, Any], vectors: np.ndarray, prices: np.ndarray | None = None) -> list[int]:
    if "rescorer" in body["retriever"]:
        return _elasticsearch_rescored(body, vectors, prices)
    validate(body, ELASTICSEARCH)
    told = body["retriever"]["diversify"]
    knn = told["retriever"]["knn"]
    assert knn["num_candidates"] >= knn["k"]
    window = told.get("rank_window_size", 10)
    assert window >= body["size"]
    docs = list(np.argsort(-(vectors @ np.array(knn["query_vector"])), kind="stable")[: knn["k"]])[:window]
    scores = _scaled(vectors @ np.array(told["query_vector"])) if "query_vector" in told else np.zeros(len(vectors))
    alike, level = _scaled(vectors @ vectors.T), told["lambda"]
    chosen = [max(docs, key=lambda item: scores[item])]
    while len(chosen) < min(told.get("size", 10), len(docs)):
        left = [item for item in docs if item not in chosen]
        gains = [level * scores[item] - (1 - level) * max(alike[item, other] for other in chosen) for item in left]
        chosen.append(left[int(np.argmax(gains))])
    return [int(item) for item in docs if item in chosen][: body["size"]]


def _elasticsearch_rescored(body: dict[str, Any], vectors: np.ndarray, prices: np.ndarray | None) -> list[int]:
    """The `rescorer` retriever: its window is at least as large as the list, and at most as large as its child."""
    validate(body, ELASTICSEARCH_RESCORED)
    told = body["retriever"]["rescorer"]
    knn, window = told["retriever"]["knn"], told["rescore"]["window_size"]
    assert knn["num_candidates"] >= knn["k"] >= window >= body["size"]
    scores = (1 + vectors @ np.array(knn["query_vector"])) / 2  # similarity cosine
    pool = np.argsort(-scores, kind="stable")[: knn["k"]]
    scores = rescored(told["rescore"], scores, prices)
    return [int(item) for item in pool[np.argsort(-scores[pool], kind="stable")][: body["size"]]]


def weaviate(body: dict[str, Any], vectors: np.ndarray) -> list[int]:
    request = ParseDict(body, search_get_pb2.SearchRequest())
    near = request.near_vector
    query = np.frombuffer(near.vectors[0].vector_bytes, "<f4").astype(np.float64)
    told = near.selection.mmr
    assert 1 <= told.limit <= request.limit
    distance = 1 - vectors @ query
    apart = 1 - vectors @ vectors.T
    left = list(np.argsort(distance, kind="stable")[: request.limit])
    chosen = [left.pop(0)]
    while left and len(chosen) < told.limit:
        least = [min(apart[item, other] for other in chosen) for item in left]
        gains = [-told.balance * distance[item] + (1 - told.balance) * d for item, d in zip(left, least, strict=True)]
        chosen.append(left.pop(int(np.argmax(gains))))
    return [int(item) for item in chosen]
