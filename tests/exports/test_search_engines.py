"""OpenSearch, Elasticsearch, Weaviate: λ the right way round, the pool in its place, the body as clients send it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import numpy as np
import pytest
from elasticsearch import Elasticsearch
from google.protobuf.json_format import ParseDict, ParseError
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import ValidationError
from opensearchpy import OpenSearch
from weaviate.classes.query import Diversity
from weaviate.collections.grpc.query import _QueryGRPC
from weaviate.proto.v1 import search_get_pb2
from weaviate.util import _ServerVersion

from engine.exports import TargetNames, convert
from engine.exports.mmr import raw
from engine.strategy.strategy import Strategy
from tests.exports import peers
from tests.exports.mmr_cases import CLEAR, drawn, levels, oracle, ours, prices_of, shapes, span_of

READERS = {"opensearch": peers.opensearch, "elasticsearch": peers.elasticsearch, "weaviate": peers.weaviate}


def body(target: str, strategy: Strategy, query: np.ndarray, span: float | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(convert(strategy, target, TargetNames(query=tuple(query.tolist())), span).text)
    return found


@pytest.mark.parametrize("target", READERS)
@settings(max_examples=60)
@given(shapes, levels, st.booleans())
def test_their_lists_are_ours(target: str, shape: tuple[int, ...], level: float, spread: bool) -> None:
    """`spread`: λ is for min-max scores, and the span converts it."""
    n, d, k, pool, seed = shape
    vectors, query = drawn(n, d, seed)
    strategy = Strategy(method="mmr", diversity=level, k=k, pool=max(k, pool), normalize="minmax" if spread else "none")
    span = span_of(vectors, query, strategy.pool) if spread else None
    assume(span is None or span > 0.01)
    expected, lead = oracle(vectors, query, level if span is None else raw(level, span), k, strategy.pool)
    assume(lead > CLEAR)
    found = READERS[target](body(target, strategy, query, span), vectors.astype(np.float64))
    assert expected == ours(vectors, query, strategy)
    if target == "elasticsearch":  # the note says so: by relevance, not in the order chosen
        expected = sorted(expected, key=lambda item: -float(vectors[item] @ query))
    assert found == expected


@given(levels, st.floats(0.01, 2))
def test_a_raw_level_weighs_scores_as_the_spread_one_does(level: float, span: float) -> None:
    """(1 - λ) / span : λ is (1 - λ') : λ', the ends stay, and a narrow pool needs less λ."""
    found = raw(level, span)
    assert (1 - found) * level * span == pytest.approx(found * (1 - level))
    assert (found < level) == (span < 1) or found == pytest.approx(level)
    assert raw(0, span) == 0
    assert raw(1, span) == 1


@pytest.mark.parametrize("target", READERS)
def test_without_a_vector_no_reader_takes_the_file(target: str) -> None:
    with pytest.raises((ValidationError, ParseError)):
        READERS[target](json.loads(convert(Strategy(method="mmr", diversity=0.3), target).text), np.eye(3))


class Shop(HTTPServer):
    """A server over HTTP that answers searches as OpenSearch and Elasticsearch would: it keeps what it was sent."""

    def __init__(self, vectors: np.ndarray) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.vectors, self.prices, self.sent = vectors, prices_of(len(vectors), 4, 0.5), []


class Answers(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.sent.append((self.path, sent))
        reader = peers.opensearch if "ext" in sent else peers.elasticsearch
        items = reader(sent, self.server.vectors, self.server.prices)
        hits = [{"_index": "products", "_id": str(item), "_score": 1.0} for item in items]
        answer = {"took": 1, "timed_out": False, "_shards": {}, "hits": {"hits": hits}}
        self.send_response(200)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", self.headers["Accept"] or "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[Shop]:
    server = Shop(drawn(30, 5, seed=1)[0].astype(np.float64))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("spread", [0.0, 0.5])
@pytest.mark.parametrize("target", ["opensearch", "elasticsearch"])
def test_the_real_clients_send_the_file(target: str, spread: float, shop: Shop) -> None:
    vectors, query = drawn(30, 5, seed=1)
    level = 0.0 if spread and target == "elasticsearch" else 0.4
    strategy = Strategy(method="mmr", diversity=level, k=6, pool=20, spread=spread)
    sent = body(target, strategy, query, span_of(vectors, query, 20))
    url = f"http://127.0.0.1:{shop.server_port}"
    found: Any
    if target == "opensearch":
        with OpenSearch(url) as client:
            found = client.search(body=sent, index="products")
    else:
        with Elasticsearch(url) as client:
            found = client.search(index="products", **sent)
    assert shop.sent == [("/products/_search", sent)]
    items = [int(hit["_id"]) for hit in found["hits"]["hits"]]
    assert sorted(items) == sorted(ours(vectors, query, strategy, shop.prices if spread else None))


def test_the_weaviate_client_makes_the_same_request() -> None:
    _, query = drawn(30, 5, seed=1)
    strategy = Strategy(method="mmr", diversity=0.4, k=6, pool=20)
    sent = body("weaviate", strategy, query)
    mmr = sent["near_vector"]["selection"]["mmr"]
    builder = _QueryGRPC(_ServerVersion.from_string("1.37.0"), "Products", None, None, True, True, True)
    theirs = builder.near_vector(
        near_vector=query.tolist(), target_vector="embedding", limit=20, diversity_selection=Diversity.mmr(**mmr)
    )
    mine = ParseDict(sent, search_get_pb2.SearchRequest())
    assert (mine.collection, mine.limit) == (theirs.collection, theirs.limit)
    assert mine.near_vector == theirs.near_vector
    assert mmr == {"limit": 6, "balance": 0.6}
