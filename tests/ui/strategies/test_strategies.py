"""The Strategies page and Save as strategy without a browser, on a store of their own."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from streamlit.testing.v1 import AppTest

from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.data import InputError
from engine.slates.make import make_slates
from engine.strategies import Basis, Store, shop_of
from engine.strategy.strategy import DEFAULT, Strategy, read_strategy
from tests.fixtures.shops import catalogue
from tests.ui.harness import SHOP, fine, open_page, plain_words
from ui import state
from ui.background import preparation, shop_in_use
from ui.background.preparation import STEPS
from ui.state import exceptions_text, view_state
from ui.strategy_editor import strategy_link
from ui.text.words import table


def tables(app: AppTest) -> str:
    return "\n".join(element.value.to_string() for element in app.table).replace("\\", "")


def ruled(bench: Bench, *entries: dict[str, Any], **more: Any) -> Strategy:
    limits, rules = ([e for e in entries if ("kind" in e) == kind] for kind in (False, True))
    return Strategy.checked({**DEFAULT.model_dump(mode="json"), "constraints": limits, "rules": rules, **more}, "test")


def pin(bench: Bench, row: int = 5) -> dict[str, Any]:
    return {"kind": "pin", "item_id": str(bench.data.items["item_id"].iat[row]), "position": 1}


def save(store: Store, bench: Bench, name: str, strategy: Strategy = DEFAULT, steps: int = 0, **more: Any) -> None:
    saved = store.save(SHOP, name, strategy, Basis(bench.data.hash, "blend", bench.card["until"]), author="Ann", **more)
    if steps > 0:
        store.approve(SHOP, name, saved.number, author="Mei")
    if steps > 1:
        store.go_live(SHOP, name, saved.number, author="Mei")


def act(app: AppTest, step: str, author: str = "Dora", comment: str = "") -> AppTest:
    app.button(key=f"step_{step}").click().run()
    app.text_input(key="step_author").set_value(author)
    app.text_area(key="step_comment").set_value(comment)
    return fine(app.button(key="step_yes").click().run())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_empty_it_says_where_to_begin(store: Store, lang: str) -> None:
    app = open_page("strategies", lang=lang)
    assert app.title[0].value == table()["strategies.title"][lang]
    assert table()["strategies.empty_note"][lang] in plain_words(app)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_live_is_told_with_its_exceptions_and_what_makers_get(store: Store, bench: Bench, lang: str) -> None:
    light = {"segments": [{"segment": {"by": "history", "group": "light"}, "diversity": 0.05}]}
    save(store, bench, "Light", DEFAULT.at(overrides=light), steps=2)
    fair = DEFAULT.at(surface="new", exposure={"facet": "provider", "floor": 0.5})
    save(store, bench, "Fair", fair, steps=2)
    cards = "\n".join(line for line in plain_words(open_page("strategies", lang=lang)).split("\n") if ":small[" in line)
    words = table()
    for key, told in (("overrides", "λ 0.05"), ("exposure", "50%")):
        line = next(line for line in cards.split("\n") if words[f"strategies.field.{key}"][lang] in line)
        assert told in line


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_full_it_says_what_is_live_and_who_decided(store: Store, bench: Bench, lang: str) -> None:
    category = str(bench.data.items["category"].iat[0])
    limit = {"facet": "category", "value": category, "max": 1, "window": 5}
    floored = ruled(bench, limit, pin(bench), diversity=0.4, floor={"metric": "ndcg", "keep": 0.97})
    save(store, bench, "Winter", floored, steps=2, comment="for the *cold* weeks")
    save(store, bench, "Winter")
    save(store, bench, "Sale", DEFAULT.at(surface="new"), steps=1)
    start = datetime.now(UTC) + timedelta(days=3)
    store.go_live(SHOP, "Sale", 1, author="Bo", starts_at=start, ends_at=start + timedelta(days=2))
    app = open_page("strategies", lang=lang)
    said = plain_words(app)
    for known in ("Winter", "Sale", "Ann", "Mei", "97%", category, "for the *cold* weeks", f"{start:%Y-%m-%d %H:%M}"):
        assert known in said, known
    assert table()["strategies.nothing_live"][lang] in said
    assert not app.warning and not app.error
    assert app.selectbox(key="version").value == 1, "what is live is in view"


def test_a_link_leads_to_a_version_and_bad_ones_say_so(store: Store, bench: Bench) -> None:
    save(store, bench, "Winter", DEFAULT.at(diversity=0.35))
    save(store, bench, "Winter", DEFAULT.at(diversity=0.55))
    save(store, bench, "Autumn", steps=2)
    app = open_page("strategies", strategy="Winter", version="1")
    assert "0.35" in tables(app) and not app.warning
    assert (app.session_state["view"].strategy, app.session_state["view"].version) == ("Winter", 1)
    app.selectbox(key="version").set_value(2).run()
    assert "0.55" in tables(app)
    assert app.session_state["view"].version == 2
    assert "no version 9" in plain_words(open_page("strategies", strategy="Winter", version="9"))
    assert "no strategy “Nobody”" in plain_words(open_page("strategies", strategy="Nobody"))
    assert not open_page("strategies", strategy="Winter", version="-3").warning, "a number that is none is ignored"


def test_a_whole_life_with_names_and_comments(store: Store, bench: Bench) -> None:
    save(store, bench, "Old", steps=2)
    save(store, bench, "Winter")
    app = act(open_page("strategies", strategy="Winter"), "approve", "Dora", "looked at ten lists")
    assert store.get(SHOP, "Winter").status == "approved"
    assert not app.warning and app.selectbox(key="version_2").value == 1, "its words changed, so it is another widget"
    app.button(key="step_live").click().run()
    assert "Old, version 1, is live there" in plain_words(app), "what it replaces is said first"
    assert app.text_input(key="step_author").value == "Dora", "the name is remembered"
    app.button(key="step_yes").click().run()
    live = store.live(SHOP, "for_you")
    assert live is not None and live.name == "Winter" and store.get(SHOP, "Old").status == "retired"
    act(fine(app), "retire", "Eve")
    assert store.live(SHOP, "for_you") is None
    app = act(app, "revert", "Eve")
    assert store.get(SHOP, "Winter").number == 2 and "back to version 1" in plain_words(app)
    events = [(e.status, e.author) for e in store.history(SHOP, "Winter")]
    assert events == [("draft", "Ann"), ("approved", "Dora"), ("live", "Dora"), ("retired", "Eve"), ("draft", "Eve")]


def test_a_refused_step_says_why_and_keeps_what_was_typed(store: Store, bench: Bench) -> None:
    save(store, bench, "Winter")
    app = act(open_page("strategies", strategy="Winter"), "approve", author=" ", comment="because")
    assert "It is empty" in app.error[0].value and store.get(SHOP, "Winter").status == "draft"
    assert app.text_area(key="step_comment").value == "because"
    store.approve(SHOP, "Winter", 1, author="Bo")  # somebody else was quicker
    app.text_input(key="step_author").set_value("Dora")
    app.button(key="step_yes").click().run()
    assert "approved, but not live" in app.error[0].value
    app.button(key="step_no").click().run()
    assert not [each for each in app.button if each.key == "step_yes"]


def test_a_schedule_is_in_the_readers_time_zone_and_must_not_overlap(
    store: Store, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zoneinfo import ZoneInfo

    shanghai = ZoneInfo("Asia/Shanghai")
    monkeypatch.setattr("ui.strategies.steps.zone", lambda: (shanghai, "Asia/Shanghai"))
    save(store, bench, "Winter", steps=1)
    save(store, bench, "Sale", steps=1)
    for name, refused in (("Winter", False), ("Sale", True)):
        app = open_page("strategies", strategy=name)
        app.button(key="step_schedule").click().run()
        assert "Asia/Shanghai" in plain_words(app)
        app.datetime_input(key="step_starts").set_value(datetime(2030, 12, 1, 8))
        app.datetime_input(key="step_ends").set_value(datetime(2030, 12, 3, 8))
        app.text_input(key="step_author").set_value("Dora")
        fine(app.button(key="step_yes").click().run())
        assert bool(app.error) == refused
    assert store.get(SHOP, "Winter").window.starts_at == datetime(2030, 12, 1, 0, tzinfo=UTC)
    assert store.get(SHOP, "Winter").window.ends_at == datetime(2030, 12, 3, 0, tzinfo=UTC)
    assert "Winter, version 1" in app.error[0].value.replace("\\", "")


def test_two_versions_are_compared_in_words_and_in_effect(store: Store, bench: Bench) -> None:
    save(store, bench, "Winter", DEFAULT.at(diversity=0.1))
    save(store, bench, "Winter", ruled(bench, pin(bench), diversity=0.6, method="dpp"))
    app = open_page("strategies", strategy="Winter")
    for known in ("0.10", "0.60", "MMR", "DPP", "in place 1"):
        assert known in tables(app)
    fine(app.button(key="measure_effect").click().run())
    found = make_slates(bench, DEFAULT.at(diversity=0.1)).items
    from engine.bench.measures import measure

    coverage = measure(found, bench.evidence("all"), ["coverage"]).value("coverage")[0]
    assert f"{100 * coverage:.1f}%" in tables(app), "the figure of the bench"
    assert not app.warning


@pytest.mark.parametrize("spreads", [(0.0, 0.25), (0.25, 0.0)], ids=["with spread", "without"])
def test_a_version_with_spread_is_compared_with_one_without(
    store: Store, bench: Bench, spreads: tuple[float, float]
) -> None:
    for spread in spreads:
        save(store, bench, "Winter", DEFAULT.at(diversity=0.1, spread=spread))
    app = fine(open_page("strategies", strategy="Winter"))
    field = table()["strategies.field.spread"]["en"]
    rows = [[str(cell).replace("\\", "") for cell in row] for shown in app.table for row in shown.value.to_numpy()]
    assert [field, *(f"{spread:.2f}" for spread in spreads)] in rows


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_holds_for_some_lists_is_told_and_a_link_carries_it(store: Store, bench: Bench, lang: str) -> None:
    category = str(bench.data.items["category"].iat[0])
    own = {
        "segments": [{"segment": {"by": "history", "group": "heavy"}, "diversity": 0.15}],
        "personal": {"strength": 0.4},
        "policies": [{"name": "Staples", "facet": "category", "values": [category], "diversity": 0.2}],
        "guard": {"key": "narrowing", "least": 0.8},
    }
    save(store, bench, "Some", ruled(bench, overrides=own))
    save(store, bench, "Some", DEFAULT.at(exposure={"facet": "provider", "floor": 0.5, "strength": 0.8}))
    app = open_page("strategies", strategy="Some", version="1", lang=lang)
    field = table()["strategies.field.overrides"][lang]
    assert all(known in tables(app) for known in (field, "0.15", "40%", "Staples", "0.20", "0.8"))
    assert table()["strategies.lost"][lang].format(fields=field) not in plain_words(app)
    carried = ruled(bench, overrides=own)
    link = strategy_link.link_of(carried)["overrides"]
    assert strategy_link.lost(carried) == [] and exceptions_text.read_overrides(link) == carried.overrides
    app = open_page("strategies", strategy="Some", version="2", lang=lang)
    assert all(known in tables(app) for known in (table()["strategies.field.exposure"][lang], "50%", "80%"))


def test_rules_are_judged_after_the_fact(store: Store, bench: Bench) -> None:
    hide = {"kind": "hide", "item_ids": [str(bench.data.items["item_id"].iat[9])]}
    save(store, bench, "Winter", ruled(bench, pin(bench), hide))
    app = fine(open_page("strategies").button(key="hindsight").click().run())
    assert "In a replay for" in plain_words(app) and "All 2 rules together" in plain_words(app)
    assert table()["hindsight.short.worse"]["en"] in tables(app)
    save(store, bench, "Plain")
    assert not [each for each in open_page("strategies", strategy="Plain").button if each.key == "hindsight"]


def test_old_versions_are_told_apart_never_a_traceback(store: Store, bench: Bench, tmp_path: Path) -> None:
    store.save(SHOP, "Other", DEFAULT, Basis("0" * 64, "ease"), author="Ann")
    app = open_page("strategies")
    assert table()["strategies.other_data"]["en"] in plain_words(app)
    database = create_engine(f"sqlite:///{tmp_path}/strategies.db")
    future = json.dumps(DEFAULT.model_dump(mode="json") | {"mood": "sunny"}, sort_keys=True, separators=(",", ":"))
    with database.begin() as connection:  # as a newer Evenshelf would write it
        import hashlib

        sha = hashlib.sha256(future.encode()).hexdigest()
        columns = "name_id, 2, surface, :content, :sha, author, comment, created_at, data_hash, model, cutoff"
        connection.execute(
            text(
                "INSERT INTO strategy_versions (name_id, number, surface, content, sha256, author, comment, created_at,"
                f" data_hash, model, cutoff) SELECT {columns} FROM strategy_versions"
            ),
            {"content": future, "sha": sha},
        )
        connection.execute(
            text(
                "INSERT INTO strategy_events (version_id, status, author, comment, at) SELECT 2, status, author,"
                " comment, at FROM strategy_events"
            )
        )
    database.dispose()
    app = open_page("strategies", strategy="Other", version="2")
    assert table()["strategies.unreadable"]["en"] in plain_words(app) and "mood" in app.code[0].value
    fine(act(app, "approve"))


def test_a_rule_that_the_shop_no_longer_knows_is_said(store: Store, bench: Bench) -> None:
    gone = {"kind": "pin", "item_id": "gone", "position": 1}
    save(store, bench, "Winter")
    save(store, bench, "Winter", ruled(bench, gone))
    app = open_page("strategies")
    fine(app.button(key="hindsight").click().run())
    fine(app.button(key="measure_effect").click().run())
    assert len(app.warning) == 2 and "gone" in plain_words(app)


def test_database_trouble_is_said_and_can_be_tried_again(
    store: Store, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, bench, "Winter")
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database at all, but long enough to be looked at" * 20)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{broken}")
    app = open_page("strategies")
    assert "The database says" in app.error[0].value
    app.switch_page("pages/tune.py").run()
    app.button(key="save_strategy").click().run()
    assert "The database says" in app.error[0].value
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/strategies.db")
    app.switch_page("pages/strategies.py").run()
    assert "Winter" in plain_words(fine(app))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_saving_from_tune(store: Store, bench: Bench, lang: str) -> None:
    app = open_page("tune", diversity="0.65", method="dpp", lang=lang, shopper="all")
    app.button(key="save_strategy").click().run()
    app.text_input(key="save_name").set_value(" Winter ")
    app.text_input(key="save_author").set_value("Ann")
    app.text_area(key="save_comment").set_value("more of everything")
    fine(app.button(key="save_yes").click().run())
    saved = store.get(SHOP, "Winter")
    assert (saved.number, saved.author, saved.comment, saved.status) == (1, "Ann", "more of everything", "draft")
    assert saved.strategy == DEFAULT.at(diversity=0.65, method="dpp")
    assert saved.basis == Basis(bench.data.hash, bench.card["name"], bench.card["until"])
    assert "Winter" in app.success[0].value


def test_a_name_that_exists_can_be_chosen(store: Store, bench: Bench) -> None:
    for name in ("Autumn", "Winter"):
        save(store, bench, name)
    app = open_page("tune", shopper="all")
    app.button(key="save_strategy").click().run()
    assert app.text_input(key="save_name").value == ""
    app.selectbox(key="save_known").set_value("Winter").run()
    assert app.text_input(key="save_name").value == "Winter"
    app.text_input(key="save_author").set_value("Ann")
    fine(app.button(key="save_yes").click().run())
    assert [version.number for version in store.versions(SHOP, "Winter")] == [1, 2]


def test_when_somebody_saved_since_nothing_is_lost(store: Store, bench: Bench) -> None:
    save(store, bench, "Winter", DEFAULT.at(diversity=0.1))
    app = open_page("tune", diversity="0.65", strategy="Winter", shopper="all")
    app.button(key="save_strategy").click().run()
    assert app.text_input(key="save_name").value == "Winter", "the one that the user came from is offered"
    save(store, bench, "Winter", DEFAULT.at(diversity=0.9))
    app.text_input(key="save_author").set_value("Bo")
    app.text_area(key="save_comment").set_value("mine")
    fine(app.button(key="save_yes").click().run())
    assert "Ann saved version 2" in app.error[0].value and store.get(SHOP, "Winter").number == 2
    assert "0.90 → **0.65**" in plain_words(app)
    assert (app.text_input(key="save_author").value, app.text_area(key="save_comment").value) == ("Bo", "mine")
    fine(app.button(key="save_yes").click().run())
    assert store.get(SHOP, "Winter").number == 3 and store.get(SHOP, "Winter").strategy.diversity == 0.65


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"diversity": 0.65, "method": "dpp", "surface": "new", "k": 12, "similarity": "both"}, []),
        ({"facet_weights": {"embedding": 0.6, "price": 0.25, "category": 0.15}, "normalize": "rank"}, []),
        ({"floor": {"metric": "revenue", "keep": 0.985}}, []),
        ({"constraints": [{"facet": "category", "max": 1, "window": 5}],
          "rules": [{"kind": "pin", "item_id": "7", "position": 1, "starts": "2026-12-01"}]}, []),
        ({"pool": 150}, ["pool"]),
        ({"k": 60}, ["k"]),
        ({"diversity": 0.123}, ["diversity"]),
        ({"facet_weights": {"embedding": 2 / 3, "price": 1 / 3}}, ["weights"]),
        ({"floor": {"metric": "ndcg", "keep": 0.98765}}, ["floor"]),
        ({"rules": [{"kind": "hide", "item_ids": [f"{n * 7919 % 10007}" for n in range(9000)]}]}, ["rules"]),
    ],
)  # fmt: skip
def test_a_link_brings_a_strategy_back_or_says_what_it_cannot(changes: dict[str, Any], lacking: list[str]) -> None:
    strategy = Strategy.checked({**DEFAULT.model_dump(mode="json"), **changes}, "test")
    assert strategy_link.lost(strategy) == lacking
    query = strategy_link.link_of(strategy, strategy="Winter")
    assert query["strategy"] == "Winter"
    view = state.View.of_link(query)
    assert view.link(*query) == query, "every setting of the link is one that a view can have"
    if not lacking:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(view_state, "view", lambda: view)
            assert state.strategy() == strategy


def test_the_file_is_read_by_every_command(tmp_path: Path, bench: Bench) -> None:
    from ui.strategies.version import _file

    strategy = ruled(bench, pin(bench), {"facet": "category", "max": 2}, floor={"metric": "ndcg", "keep": 0.9})
    path = tmp_path / "strategy.json"
    path.write_text(_file(strategy), encoding="utf-8")
    assert read_strategy(path) == strategy
    path.write_text("{}")
    with pytest.raises(InputError):
        read_strategy(path)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_shop_with_a_catalogue_alone_has_strategies_too(
    store: Store, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    products = CatalogueBench(catalogue())
    ready = SimpleNamespace(data=products.data, bench=products, problem=None, steps={}, stage=len(STEPS))
    monkeypatch.setattr(preparation, "preparation", lambda: ready)
    hide = {"kind": "hide", "item_ids": [str(products.data.items["item_id"].iat[0])]}
    save(store, products, "Alike", ruled(products, hide, surface="similar"), steps=2)
    app = open_page("strategies", lang=lang)
    assert table()["hindsight.no_future"][lang] in plain_words(app)
    assert table()["surface.similar"][lang] in plain_words(app)


def test_another_shop_has_other_strategies(monkeypatch: pytest.MonkeyPatch) -> None:
    session = {"view": state.View(shopper="7", strategy="Winter", version=2, k=7)}
    monkeypatch.setattr(view_state.st, "session_state", session)
    shop_in_use.switch("elsewhere")
    assert session["view"] == state.View(shop="elsewhere", k=7)


def test_the_history_can_be_taken_away(store: Store, bench: Bench) -> None:
    from ui.strategies.version import _as_table
    from ui.widgets.downloads import as_csv, as_parquet

    save(store, bench, "Winter", steps=1)
    start = datetime(2030, 1, 1, tzinfo=UTC)
    store.go_live(SHOP, "Winter", 1, author="=Mei", starts_at=start)
    found = _as_table(store.history(SHOP, "Winter"))
    assert found["status"].tolist() == ["draft", "approved", "live"]
    assert "2030-01-01 00:00:00+00:00" in as_csv(found).decode("utf-8-sig") and as_parquet(found)


def test_strategies_saved_under_the_folders_name_are_taken_over_by_one_click(
    store: Store, bench: Bench, tmp_path: Path
) -> None:
    bench.data.save(tmp_path / SHOP)
    store.save(SHOP, "Old one", DEFAULT, Basis("of last week"), author="Ann")
    app = open_page("strategies")
    assert "saved under the name “journey” on other data" in plain_words(app) and "Old one" in plain_words(app)
    assert table()["strategies.empty"]["en"] in plain_words(app)
    fine(app.button(key="adopt").click().run())
    assert "saved under the name" not in plain_words(app) and "Old one" in plain_words(app)
    own = shop_of(store, tmp_path / SHOP)
    assert store.names(own) == ["Old one"] and store.get(own, "Old one").status == "draft"


def test_strategies_of_one_name_are_not_mixed_by_a_click(store: Store, bench: Bench, tmp_path: Path) -> None:
    bench.data.save(tmp_path / SHOP)
    for shop in (SHOP, shop_of(store, tmp_path / SHOP)):
        store.save(shop, "Mix", DEFAULT, Basis("of last week"), author="Ann")
    app = open_page("strategies")
    fine(app.button(key="adopt").click().run())
    assert any("Both have strategies called Mix" in error.value for error in app.error)
