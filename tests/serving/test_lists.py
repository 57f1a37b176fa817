"""What is served is what the re-ranker chose, for the reasons that it recorded."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.data import Dataset
from engine.evaluation.slates_file import slates_table
from engine.explain.slots import explain_slots
from engine.serving import FromFile, LiveSlates
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy
from tests.fixtures.shops import catalogue
from tests.serving.conftest import RULED, client_of, running, until

STRATEGIES = [
    RULED,
    Strategy(method="dpp", diversity=0.2, k=6, pool=40, surface="new"),
    Strategy.checked(
        {"method": "msd", "diversity": 0.9, "k": 5, "pool": 30, "facet_weights": {"embedding": 0.5, "category": 0.5}},
        "test",
    ),
]


def of_kind(item: dict[str, Any], kind: str) -> dict[str, Any]:
    return next((reason for reason in item["reasons"] if reason["kind"] == kind), {})


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.method)
def test_every_list_is_that_of_rerank(bench: Bench, strategy: Strategy) -> None:
    table = slates_table(bench, strategy)
    with running(bench, FromFile("one", strategy)) as live:
        client = client_of(live)
        ids = [str(name) for name in bench.names()]
        answers = client.post("/v1/slates", json={"user_ids": ids}).json()
    assert answers["unknown"] == [] and [each["user_id"] for each in answers["slates"]] == ids
    rows = [
        (each["user_id"], item["rank"], item["item_id"], item["score"], item["gain"])
        for each in answers["slates"]
        for item in each["items"]
    ]
    table = table[["user_id", "rank", "item_id", "score", "gain"]]
    assert rows == [tuple(row) for row in table.astype(object).itertuples(index=False)]
    assert len(rows) > 5 * len(ids) * 0.9


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.method)
def test_reasons_are_those_that_pages_tell(bench: Bench, strategy: Strategy) -> None:
    item_ids = bench.data.items["item_id"]
    ruled = moved = 0
    with running(bench, FromFile("one", strategy)) as live:
        client = client_of(live)
        for row in range(0, len(bench.users), 7):
            answer = client.get(f"/v1/slates/{bench.names()[row]}").json()
            slots = explain_slots(bench, strategy, row)
            assert len(slots) == len(answer["items"])
            for slot, item in zip(slots, answer["items"], strict=True):
                terms = (slot.relevance, slot.diversity, slot.gain)
                assert (item["relevance"], item["diversity"], item["gain"]) == pytest.approx(terms, abs=1e-6)
                place = of_kind(item, "moved")["from_place"]
                assert place == (slot.base_rank if slot.base_rank <= strategy.pool else None)
                nearest = of_kind(item, "nearest")
                assert nearest.get("item_id") == (None if slot.nearest < 0 else item_ids.iat[slot.nearest])
                if nearest:
                    assert nearest["likeness"] == pytest.approx(slot.similarity, abs=1e-5)
                rule = of_kind(item, "rule")
                assert rule.get("entry") == (None if slot.rule < 0 else slot.rule + 1)
                if rule:
                    assert rule["instead_id"] == (None if slot.instead < 0 else item_ids.iat[slot.instead])
                ruled, moved = ruled + bool(rule), moved + (place != item["rank"])
    assert moved and (ruled > 0) == bool(strategy.constraints)


def test_k_is_the_top_of_the_list(client: TestClient, bench: Bench) -> None:
    user = bench.names()[0]
    whole = client.get(f"/v1/slates/{user}").json()["items"]
    assert len(whole) == RULED.k
    for k in range(1, RULED.k + 1):
        assert client.get(f"/v1/slates/{user}?k={k}").json()["items"] == whole[:k]
    refused = client.get(f"/v1/slates/{user}?k={RULED.k + 1}")
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "k"


def test_answers_say_what_made_them(client: TestClient, bench: Bench, served: LiveSlates) -> None:
    answer = client.get(f"/v1/slates/{bench.names()[0]}").json()
    assert answer["data_hash"] == bench.data.hash and answer["model"]["until"] == bench.card["until"]
    told = answer["strategy"]
    assert (told["name"], told["version"], told["diversity"], told["k"]) == ("ruled", None, 0.1, 8)
    health = client.get("/health").json()
    assert health["status"] == "ready" and health["versions"]["strategies"] == [told]
    (live,) = client.get("/v1/strategies/live").json()["surfaces"]
    assert live["state"] == "ready" and live["strategy"] == told
    assert Strategy.checked(live["content"], "answer") == RULED


def test_the_floor_lowers_lambda_as_for_rerank(bench: Bench) -> None:
    from engine.evaluation.relevance_floor import capped

    asked = Strategy.checked({"method": "mmr", "diversity": 0.9, "floor": {"metric": "ndcg", "keep": 0.8}}, "test")
    with running(bench, FromFile("floor", asked)) as live:
        told = client_of(live).get(f"/v1/slates/{bench.names()[0]}").json()["strategy"]
    assert told["diversity_asked"] == 0.9
    assert told["diversity"] == capped(bench, asked).diversity < 0.9


def test_many_at_once_get_what_one_after_the_other_got(client: TestClient, bench: Bench) -> None:
    paths = [f"/v1/slates/{name}?k={1 + number % 8}" for number, name in enumerate(bench.names())]
    expected = [client.get(path).content for path in paths]
    order = np.random.default_rng(0).permutation(np.tile(np.arange(len(paths)), 4))
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda at: client.get(paths[at]).content, order))
    assert all(content == expected[at] for content, at in zip(found, order, strict=True))


def test_a_catalogue_serves_similar_products(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.bench import catalogue as module

    monkeypatch.setattr(module, "MOST", 5)  # so that most products get their list when they are asked for
    data: Dataset = catalogue()
    bench = CatalogueBench(data)
    strategy = Strategy(method="mmr", diversity=0.3, k=4, surface="similar")
    with running(bench, FromFile("alike", strategy)) as live:
        client = client_of(live)
        for item_id in data.items["item_id"]:
            row = bench.row(item_id)
            answer = client.get(f"/v1/slates/{item_id}")
            assert answer.status_code == 200 and row is not None
            expected = data.items["item_id"].to_numpy()[make_slates(bench, strategy, np.array([row])).items[0]]
            assert [item["item_id"] for item in answer.json()["items"]] == expected.tolist()
        assert client.get("/v1/slates/nothing").json()["detail"].startswith("no product 'nothing'")


def test_a_strategy_file_that_the_shop_cannot_serve_ends_the_start(bench: Bench) -> None:
    strategy = Strategy.checked({"method": "mmr", "diversity": 0.1, "facet_weights": {"scent": 1.0}}, "test")
    ended: list[bool] = []
    with running(bench, FromFile("one", strategy), fixed=True, on_failure=lambda: ended.append(True)) as live:
        assert until(lambda: ended) and "no such facet" in str(live.failure)
        assert client_of(live).get("/ready").status_code == 503
