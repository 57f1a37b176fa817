"""Lists with spread over HTTP: at the prices of all shoppers, which are stored, and whose drift is told."""

import json
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest

from engine.__main__ import main
from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.bench.memo import Memo
from engine.commands.serve import _surface_text
from engine.data import Dataset, Progress
from engine.serving import FromFile, FromStore, LiveSlates, SurfaceState
from engine.slates import crowding as lookup
from engine.slates.crowding import crowding_prices
from engine.slates.crowding_files import FOLDER
from engine.slates.make import make_slates
from engine.slates.shopper_sweep import shopper_slate
from engine.strategies import Basis, Store
from engine.strategy.strategy import Strategy
from tests.fixtures.shops import catalogue
from tests.serving.conftest import client_of, running, until

PLAIN = {"method": "mmr", "diversity": 0.3, "k": 6, "pool": 60, "spread": 0.6}
LIMIT = {"facet": "category", "max": 1, "window": 3}
PIN = {"kind": "pin", "item_id": "823704", "position": 2}
STRATEGIES: dict[str, dict[str, Any]] = {
    "plain": PLAIN,
    "rules": PLAIN | {"constraints": [LIMIT], "rules": [PIN]},
    "exceptions": PLAIN | {"constraints": [LIMIT], "overrides": {"personal": {"strength": 0.8}}},
}


def fresh(bench: Bench, folder: Path | None) -> Bench:
    """The same shop and model, nothing remembered, with this folder."""
    other = copy(bench)
    other._once, other.folder = Memo(), folder
    return other


@pytest.mark.parametrize("name", STRATEGIES)
def test_one_shoppers_list_is_the_same_alone_among_three_and_among_all(
    shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "s.json").write_text(json.dumps(STRATEGIES[name]))
    users = [str(user) for user in bench.names()[[11, 4, 7]]]
    (tmp_path / "three.txt").write_text("\n".join(users))
    base = f"rerank --data {shop[1]} --model blend --strategy {tmp_path}/s.json"
    assert main(f"{base} --out {tmp_path}/all.parquet".split()) == 0

    def computed(*_: Any) -> Any:
        raise AssertionError("the prices of the whole file are stored")

    monkeypatch.setattr(lookup, "_find", computed)
    assert main(f"{base} --out {tmp_path}/three.parquet --users {tmp_path}/three.txt".split()) == 0
    everyone, three = (pd.read_parquet(tmp_path / f"{file}.parquet") for file in ("all", "three"))
    assert set(three["user_id"]) == set(users)
    pd.testing.assert_frame_equal(
        three, everyone[everyone["user_id"].isin(users)].reset_index(drop=True), check_exact=True
    )
    strategy = Strategy.checked(STRATEGIES[name], "test")
    served = fresh(bench, shop[1])
    with running(served, FromFile("s", strategy), fixed=True) as live:
        client = client_of(live)
        document = client.get("/openapi.json").json()
        schema = {"$ref": "#/components/schemas/SlateAnswer", "components": document["components"]}
        for user in users:
            answer = client.get(f"/v1/slates/{user}").json()
            jsonschema.validate(answer, schema)
            assert answer["strategy"]["spread"] == 0.6
            items = answer["items"]
            expected = everyone[everyone["user_id"] == user]
            for column in ("rank", "item_id", "score", "gain"):
                assert [item[column] for item in items] == expected[column].tolist()
            row = served.row(user)
            assert row is not None, "and the list that Tune shows"
            shown = served.data.items["item_id"].to_numpy()[shopper_slate(served, strategy, row).items[0]]
            assert shown.tolist() == expected["item_id"].tolist()
    spread, plain = (make_slates(served, each).items for each in (strategy, strategy.at(spread=0.0)))
    assert (np.sort(spread) != np.sort(plain)).any()


def test_missing_prices_are_found_while_it_prepares(bench: Bench, tmp_path: Path) -> None:
    seen: list[tuple[str, str]] = []

    def opened(report: Progress) -> Bench:
        other = fresh(bench, tmp_path)
        other.report = report
        return other

    def told(step: str, done: int, total: int) -> None:
        seen.append((step, "ready" if live.ready else "preparing"))
        if step == "rerank.crowding":
            answer = client.get(f"/v1/slates/{bench.names()[0]}")
            assert (answer.status_code, answer.json()["code"]) == (503, "preparing")
            assert client.get("/health").json()["step"] == "rerank.crowding"

    live = LiveSlates(opened, FromFile("s", Strategy.checked(PLAIN, "test")), report=told)
    client = client_of(live)
    live.start()
    try:
        until(lambda: live.ready or live.failure)
        assert live.failure is None and ("rerank.crowding", "preparing") in seen
        assert client.get(f"/v1/slates/{bench.names()[0]}").status_code == 200
    finally:
        live.stop()
    assert len(list((tmp_path / FOLDER).glob("*.parquet"))) == 1


def test_a_change_of_strategy_tells_how_many_slots_moved(bench: Bench, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/strategies.db", lambda: datetime(2030, 5, 1, tzinfo=UTC))
    base = Strategy.checked(PLAIN, "test")
    changes: list[tuple[str, SurfaceState]] = []

    def go_live(strategy: Strategy) -> None:
        version = store.save("shop", "Spread", strategy, Basis("f00d"), author="Ann")
        store.approve("shop", "Spread", version.number, author="Bo")
        store.go_live("shop", "Spread", version.number, author="Cy")

    go_live(base)
    served = fresh(bench, tmp_path)
    with running(served, FromStore(store, "shop"), on_change=lambda *change: changes.append(change)) as live:
        first = live.places["for_you"].prepared
        assert first is not None and first.drift is None and not changes
        go_live(base.at(spread=0.2))
        until(lambda: changes)
        (surface, place), *_ = changes
        assert surface == "for_you" and place.prepared is not None and place.prepared.drift is not None
        drift = place.prepared.drift
        slots = [np.bincount(lists.slates.items.ravel(), minlength=bench.history.n_items)
                 for lists in (first, place.prepared)]  # fmt: skip
        moved = np.abs(slots[1] - slots[0]).sum() / 2 / slots[0].sum()
        assert drift.moved == pytest.approx(moved) and 0 < moved < 1
        line = _surface_text("for_you", place)
        assert ", λ 0.3, σ 0.2, by blend" in line and line.endswith(
            f"{moved:.1%} of slots have moved since the lists before"
        )
    store.close()
    with running(fresh(bench, tmp_path), FromFile("s", base.at(constraints=[LIMIT]))) as live:
        again = live.places["for_you"].prepared
        assert again is not None and again.drift is not None and again.drift.causes == ("rules",)


def test_a_product_that_no_list_was_made_for_pays_the_same_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.bench import catalogue as module

    monkeypatch.setattr(module, "MOST", 40)
    bench = CatalogueBench(catalogue())
    strategy = Strategy(method="mmr", diversity=0.0, k=4, pool=30, surface="similar", spread=1.0)
    prices, ids = crowding_prices(bench, strategy), bench.data.items["item_id"].to_numpy()
    assert prices is not None and len(bench.users) == 40 < len(ids)
    others = [str(ids[item]) for item in np.setdiff1d(bench.model.items, bench.users)]
    with running(bench, FromFile("alike", strategy)) as live:
        client, paid = client_of(live), {0.0: 0.0, 1.0: 0.0}
        for item_id in others:
            row = bench.row(item_id)
            assert row is not None and row >= 40
            shown = [item["item_id"] for item in client.get(f"/v1/slates/{item_id}").json()["items"]]
            for spread in paid:
                items = make_slates(bench, strategy.at(spread=spread), np.array([row])).items[0]
                paid[spread] += float(prices[items].sum())
            assert shown == ids[items].tolist(), "the last one is that of σ 1"
    assert paid[1.0] < paid[0.0]
    search = bench.ask("red chair")
    assert search is not None
    priced, plain = (make_slates(bench, strategy.at(spread=spread), np.array([search])).items for spread in (1.0, 0.0))
    assert prices[priced].sum() < prices[plain].sum()
