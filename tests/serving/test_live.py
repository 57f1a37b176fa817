"""What is in force is followed: the store, its schedules, and the calendar of rules."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.bench.bench import Bench
from engine.data import InputError
from engine.data.problems import refuse
from engine.serving import FromFile, FromStore, live_slates
from engine.slates.make import make_slates
from engine.strategies import Basis, Store
from engine.strategy.strategy import Strategy
from tests.serving.conftest import client_of, running, until

SHOP = "shop"


class Clock:
    now = datetime(2030, 5, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/strategies.db", clock)
    yield opened
    opened.close()


def go_live(store: Store, name: str, strategy: Strategy, **window: datetime) -> int:
    version = store.save(SHOP, name, strategy, Basis("f00d"), author="Ann", comment="why not")
    store.approve(SHOP, name, version.number, author="Bo")
    return store.go_live(SHOP, name, version.number, author="Cy", **window).number


def test_going_live_and_retiring_take_effect_without_a_restart(bench: Bench, store: Store) -> None:
    user = bench.names()[0]
    path = f"/v1/slates/{user}"
    with running(bench, FromStore(store, SHOP)) as found:
        client = client_of(found)
        assert (client.get(path).status_code, client.get(path).json()["code"]) == (404, "no_strategy")
        first = Strategy(method="mmr", diversity=0.0, k=7)
        go_live(store, "Winter", first)
        answer = until(lambda: (r := client.get(path)).status_code == 200 and r)
        told = answer.json()["strategy"]
        assert (told["name"], told["version"], told["diversity"]) == ("Winter", 1, 0)
        live_ = client.get("/v1/strategies/live").json()["surfaces"]
        assert [(each["surface"], each["state"]) for each in live_] == [("for_you", "ready"), ("new", "none")]
        assert (live_[0]["author"], live_[0]["comment"]) == ("Ann", "why not")
        assert live_[0]["basis"] == {"data_hash": "f00d", "model": None, "cutoff": None}

        go_live(store, "Winter", first.at(diversity=1.0))
        seen = set()

        def second() -> bool:
            now = client.get(path)
            assert now.status_code == 200  # what was in force answers until the new lists are made
            seen.add(now.headers["etag"])
            return bool(now.json()["strategy"]["version"] == 2)

        until(second)
        assert answer.headers["etag"] in seen and len(seen) == 2
        expected = make_slates(bench, first.at(diversity=1.0)).items[0]
        items = client.get(path).json()["items"]
        assert [item["item_id"] for item in items] == bench.data.items["item_id"].to_numpy()[expected].tolist()
        store.retire(SHOP, "Winter", 2, author="Ann")
        until(lambda: client.get(path).status_code == 404)


def test_a_schedule_begins_and_ends_by_itself(bench: Bench, store: Store, clock: Clock) -> None:
    go_live(store, "Always", Strategy(method="mmr", diversity=0.1))
    sale = {"starts_at": datetime(2030, 5, 2, tzinfo=UTC), "ends_at": datetime(2030, 5, 3, tzinfo=UTC)}
    go_live(store, "Sale", Strategy(method="mmr", diversity=0.7), **sale)
    with running(bench, FromStore(store, SHOP)) as found:
        client = client_of(found)

        def name() -> str:
            return str(client.get(f"/v1/slates/{bench.names()[0]}").json()["strategy"]["name"])

        assert name() == "Always"
        clock.now = datetime(2030, 5, 2, 12, tzinfo=UTC)
        until(lambda: name() == "Sale")
        clock.now = datetime(2030, 5, 3, tzinfo=UTC)
        until(lambda: name() == "Always")


def test_rules_follow_the_calendar_and_etags_only_what_changed(bench: Bench) -> None:
    item = str(bench.data.items["item_id"].iat[int(bench.model.items[-1])])
    pin = {"kind": "pin", "item_id": item, "position": 1, "starts": "2030-05-02", "ends": "2030-05-02"}
    strategy = Strategy.checked({"method": "mmr", "diversity": 0.2, "rules": [pin]}, "test")
    day = [date(2030, 4, 30)]
    user = bench.names()[0]
    with running(bench, FromFile("may", strategy), today=lambda: day[0]) as found:
        client = client_of(found)

        def first() -> tuple[str, str]:
            answer = client.get(f"/v1/slates/{user}")
            return answer.json()["items"][0]["item_id"], answer.headers["etag"]

        before = first()
        assert before[0] != item
        day[0] = date(2030, 5, 1)  # no rule begins or ends: what is cached stays good
        looks: list[int] = []
        until(lambda: looks.append(1) or len(looks) > 20)
        assert first() == before
        day[0] = date(2030, 5, 2)
        until(lambda: first()[0] == item)
        assert first()[1] != before[1]
        day[0] = date(2030, 5, 3)
        until(lambda: first() == before)


def test_a_floor_is_found_anew_when_other_rules_hold(bench: Bench) -> None:
    """What is kept is measured on lists with their rules; the promise of another day's is not this day's."""
    from engine.evaluation.relevance_floor import own_floor_test

    pin = {"kind": "pin", "item_id": str(bench.data.items["item_id"].iat[int(bench.model.items[-1])]), "position": 1}
    fields = {"method": "mmr", "diversity": 0.5, "floor": {"metric": "ndcg", "keep": 0.8}}
    dated = Strategy.checked(fields | {"rules": [pin | {"starts": "2030-05-02"}]}, "test")
    plain, pinned = (
        own_floor_test(bench, Strategy.checked(fields | {"rules": rules}, "test")) for rules in ([], [pin])
    )
    on = [own_floor_test(bench.on_day(day), dated) for day in (date(2030, 5, 1), date(2030, 5, 2))]
    assert plain and pinned and on[0] and on[1]
    assert on[0].kept.tolist() == plain.kept.tolist() != pinned.kept.tolist() == on[1].kept.tolist()


def test_a_strategy_that_the_shop_cannot_serve_is_told(bench: Bench, store: Store) -> None:
    path = f"/v1/slates/{bench.names()[0]}"
    go_live(store, "Good", Strategy(method="mmr", diversity=0.2))
    with running(bench, FromStore(store, SHOP)) as found:
        client = client_of(found)
        assert client.get(path).status_code == 200
        go_live(store, "Bad", Strategy.checked({"method": "mmr", "diversity": 0, "facet_weights": {"scent": 1}}, ""))
        answer = until(lambda: (r := client.get(path)).status_code == 503 and r)
        assert answer.json()["code"] == "refused" and "scent" in answer.json()["detail"]
        told = client.get("/v1/strategies/live").json()["surfaces"][0]
        assert told["state"] == "refused" and "scent" in told["problem"] and told["strategy"]["name"] == "Bad"
        go_live(store, "Good", Strategy(method="mmr", diversity=0.3))
        until(lambda: client.get(path).status_code == 200)


class Flaky(FromFile):
    fails = False

    def on(self, surface: str):  # type: ignore[no-untyped-def, override]
        if Flaky.fails:
            raise refuse("database", "store_unusable", "the database says: gone", "try again")
        return super().on(surface)  # type: ignore[arg-type]


def test_a_store_that_cannot_be_read_changes_nothing_but_health(bench: Bench) -> None:
    with running(bench, Flaky("one", Strategy(method="mmr", diversity=0.2))) as found:
        client = client_of(found)
        Flaky.fails = True
        until(lambda: client.get("/health").json()["store_problem"])
        assert client.get(f"/v1/slates/{bench.names()[0]}").status_code == 200
        Flaky.fails = False
        until(lambda: client.get("/health").json()["store_problem"] is None)


def test_a_store_that_cannot_be_read_at_first_ends_the_start(bench: Bench) -> None:
    Flaky.fails = True
    try:
        with running(bench, Flaky("one", Strategy(method="mmr", diversity=0.2))) as found:
            assert isinstance(found.failure, InputError) and not found.ready
    finally:
        Flaky.fails = False


def test_stopping_ends_a_step_at_its_next_report(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[int] = []

    def forever(report):  # type: ignore[no-untyped-def]
        while True:
            report("step", len(steps) % 10, 10)
            steps.append(1)

    found = live_slates.LiveSlates(forever, FromFile("one", Strategy(method="mmr", diversity=0.2)))
    found.start()
    until(lambda: steps and found.step == "step" and found.share is not None)
    found.stop()
    assert found.failure is None and not found.ready and not found._thread.is_alive()
