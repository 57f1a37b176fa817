"""Crowding prices in other systems: lists made there are ours where prices are carried, and nothing is pretended."""

import json
import re
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from qdrant_client import QdrantClient
from qdrant_client.http.models import Distance, PointStruct, QueryRequest, VectorParams

from engine.bench.bench import Bench
from engine.exports import TARGETS, Exported, TargetNames, convert
from engine.exports.mmr import raw
from engine.exports.price_field import FIELD
from engine.exports.price_files import price_file
from engine.slates.crowding import crowding_prices
from engine.strategy.strategy import Strategy
from tests.exports import peers
from tests.exports.mmr_cases import CLEAR, drawn, levels, oracle, ours, prices_of, shapes, span_of, unit
from tests.exports.test_convert import at
from tests.exports.test_pairec import sorted_by

spreads = st.sampled_from([0.05, 0.2, 0.5, 1.0])


def strategy_of(level: float, spread: float, k: int, pool: int) -> Strategy:
    return Strategy(method="mmr", diversity=level, spread=spread, k=k, pool=max(k, pool))


def exported(target: str, strategy: Strategy, query: np.ndarray, span: float | None) -> dict[str, Any]:
    place = TargetNames(query=tuple(query.tolist()))
    found: dict[str, Any] = json.loads(convert(strategy, target, place, span).text)
    return found


def in_qdrant(vectors: np.ndarray, prices: np.ndarray, body: dict[str, Any]) -> list[int]:
    """What Qdrant, in memory, answers to a file; products without a price lack the field."""
    request, client = QueryRequest(**body), QdrantClient(":memory:")
    field = {"embedding": VectorParams(size=vectors.shape[1], distance=Distance.COSINE)}
    client.create_collection("products", vectors_config=field)
    points = [
        PointStruct(id=n, vector={"embedding": row.tolist()}, payload={FIELD: price} if price else {})
        for n, (row, price) in enumerate(zip(vectors, prices.tolist(), strict=True))
    ]
    client.upsert("products", points)
    found = client.query_points(
        "products", prefetch=request.prefetch, query=request.query, using=request.using, limit=request.limit
    )
    client.close()
    return [int(point.id) for point in found.points]


@settings(max_examples=120)
@given(shapes, spreads)
def test_qdrants_own_formula_makes_our_lists_at_lambda_0(shape: tuple[int, ...], spread: float) -> None:
    n, d, k, pool, seed = shape
    vectors, query = drawn(n, d, seed)
    strategy, prices = strategy_of(0.0, spread, k, pool), prices_of(n, seed, spread)
    span = span_of(vectors, query, strategy.pool)
    assume(span > 0.01)
    chosen, lead = oracle(vectors, query, 0.0, k, strategy.pool, span * prices)
    scores = np.sort((vectors.astype(np.float64) @ query.astype(np.float64))[chosen])
    assume(lead > CLEAR and np.diff(scores).min(initial=1) > CLEAR)
    found = in_qdrant(vectors, prices, exported("qdrant", strategy, query, span))
    assert found == ours(vectors, query, strategy, prices)
    assert sorted(found) == sorted(chosen)


def test_qdrant_leaves_out_what_costs_more_than_it_is_worth() -> None:
    """Nearness 0.9, 0.8, 0.7 and a span of 0.4: a price of 0.6 is 0.24 of nearness, so the best product gives way."""
    query, near = np.array([1.0, 0.0]), np.array([0.9, 0.8, 0.7, 0.5])
    vectors = unit(np.stack([near, np.sqrt(1 - near**2)], axis=1))
    prices = np.array([0.6, 0.0, 0.0, 0.0])
    for spread, expected in ((0.0, [0, 1]), (0.6, [1, 2])):
        body = exported("qdrant", strategy_of(0.0, spread, 2, 4), query, 0.4)
        assert in_qdrant(vectors, prices, body) == expected


def test_qdrants_mmr_ignores_prices() -> None:
    """Above λ 0 they are told as left out: a formula below the MMR changes no list."""
    vectors, query = drawn(20, 5, seed=2)
    prices, strategy = prices_of(20, 2, 1.0), strategy_of(0.3, 1.0, 5, 20)
    body = exported("qdrant", strategy, query, None)
    formula = exported("qdrant", strategy.at(diversity=0.0), query, None)["prefetch"] | {"limit": 20}
    below = in_qdrant(vectors, prices, body | {"prefetch": formula})
    assert below == in_qdrant(vectors, prices, body) == in_qdrant(vectors, 0 * prices, body)
    assert keys(convert(strategy, "qdrant"), "lost") == {"price_ignored"}


@settings(max_examples=80)
@given(shapes, levels | st.just(0.0), spreads)
def test_opensearch_makes_our_lists_at_any_lambda(shape: tuple[int, ...], level: float, spread: float) -> None:
    n, d, k, pool, seed = shape
    vectors, query = drawn(n, d, seed)
    strategy, prices = strategy_of(level, spread, k, pool), prices_of(n, seed, spread)
    span = span_of(vectors, query, strategy.pool)
    assume(span > 0.01)
    expected, lead = oracle(vectors, query, raw(level, span), k, strategy.pool, span * prices)
    assume(lead > CLEAR)
    body = exported("opensearch", strategy, query, span)
    found = peers.opensearch(body, vectors.astype(np.float64), np.where(prices > 0, prices, np.nan))
    assert found == expected == ours(vectors, query, strategy, prices, ordered=False)


@settings(max_examples=80)
@given(shapes, spreads)
def test_elasticsearch_chooses_our_products_at_lambda_0(shape: tuple[int, ...], spread: float) -> None:
    n, d, k, pool, seed = shape
    vectors, query = drawn(n, d, seed)
    strategy, prices = strategy_of(0.0, spread, k, pool), prices_of(n, seed, spread)
    span = span_of(vectors, query, strategy.pool)
    assume(span > 0.01)
    expected, lead = oracle(vectors, query, 0.0, k, strategy.pool, span * prices)
    assume(lead > CLEAR)
    body = exported("elasticsearch", strategy, query, span)
    found = peers.elasticsearch(body, vectors.astype(np.float64), np.where(prices > 0, prices, np.nan))
    assert found == expected == ours(vectors, query, strategy, prices, ordered=False)


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 1)), min_size=1, max_size=30), st.floats(0.01, 2))
def test_pairec_takes_prices_from_scores(rows: list[tuple[float, float]], span: float) -> None:
    """BoostScoreSort, then ItemRankScore, then the rules; a product without the property keeps its score."""
    content = convert(strategy_of(0.3, 0.5, 5, 20), "pairec", span=span).content
    rules, boost = content["SortConfs"]
    assert (boost["Name"], boost["SortType"]) == (FIELD, "BoostScoreSort")
    (condition,) = boost["BoostScoreConditions"]
    found = re.fullmatch(r"score - (\d+(?:\.\d+)?) \* evenshelf_price", condition["Expression"])
    assert found is not None and condition["Conditions"] == []
    assert float(found[1]) == pytest.approx(span, abs=1e-6)
    boosted = sorted(range(len(rows)), key=lambda n: rows[n][0] - float(found[1]) * rows[n][1], reverse=True)
    items = [{"item_id": str(n)} for n in boosted]
    assert [item["item_id"] for item in sorted_by({"SortConfs": [rules]}, items)] == [str(n) for n in boosted]


def keys(found: Exported, what: str) -> set[str]:
    return {note.key for note in getattr(found, what) if note.field == "spread"}


CARRIES = {
    "opensearch": {0.0: True, 0.3: True},
    "elasticsearch": {0.0: True, 0.3: False},
    "qdrant": {0.0: True, 0.3: False},
    "weaviate": {0.0: False, 0.3: False},
    "pairec": {0.0: True, 0.3: True},
}


@pytest.mark.parametrize("level", [0.0, 0.3])
@pytest.mark.parametrize("target", CARRIES)
def test_prices_are_carried_or_told_as_left_out(target: str, level: float) -> None:
    found = convert(strategy_of(level, 0.4, 5, 20), target)
    spoken = [each for each in found.carried if each.field == "spread"]
    assert bool(spoken) == CARRIES[target][level] == (FIELD in found.text)
    for each in spoken:
        assert each.value == 0.4 and at(found.content, each.there) == each.becomes
    if spoken:
        assert keys(found, "lost") >= {"price_minmax", "offsets"} and keys(found, "needs") == {"prices"}
        assert "price_scale" in keys(convert(strategy_of(level, 0.4, 5, 20).at(normalize="rank"), target), "lost")
        assert "price_span" in keys(convert(strategy_of(level, 0.4, 5, 20), target, span=0.3), "lost")
    else:
        assert keys(found, "lost") == {"price_scaled_anew" if target == "weaviate" else "price_ignored"}
        assert not keys(found, "needs")
        assert found.content == convert(strategy_of(level, 0.0, 5, 20), target).content, "nothing is pretended"


@pytest.mark.parametrize("target", CARRIES)
@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_without_spread_nothing_is_said_of_it_and_at_lambda_1_it_does_nothing(target: str, level: float) -> None:
    plain = convert(strategy_of(level, 0.0, 5, 20), target)
    assert "spread" not in {each.field for each in (*plain.carried, *plain.lost, *plain.needs)}
    if level == 1:
        found = convert(strategy_of(1.0, 0.4, 5, 20), target)
        assert found.text == plain.text and keys(found, "lost") == {"no_effect"} and not keys(found, "needs")


def test_a_strategys_own_file_keeps_its_spread() -> None:
    assert json.loads(convert(strategy_of(0.3, 0.4, 5, 20), "strategy").text)["spread"] == 0.4
    assert set(CARRIES) | {"strategy"} == set(TARGETS)


def test_price_files_have_every_product_with_its_price(bench: Bench) -> None:
    strategy = strategy_of(0.3, 0.5, 7, 60)
    prices = crowding_prices(bench, strategy)
    assert prices is not None
    table = pd.read_parquet(BytesIO(price_file("parquet", bench, strategy)))
    assert list(table) == ["item_id", FIELD] and table["item_id"].tolist() == bench.data.items["item_id"].tolist()
    assert table[FIELD].to_numpy().tobytes() == prices.tobytes()
    lines = price_file("jsonl", bench, strategy).decode().splitlines()
    assert [json.loads(line) for line in lines] == table.to_dict("records")
    assert (pd.DataFrame(map(json.loads, lines))[FIELD] == 0).sum() == (prices == 0).sum() > 0
