"""The editor of the strategy in use: rules and floors on every page, added, switched off, refused and removed."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from engine.__main__ import main
from engine.bench.bench import Bench
from engine.data import Dataset
from engine.evaluation.hindsight import hindsight
from engine.evaluation.recommended import recommended
from engine.evaluation.relevance_floor import capped
from engine.evaluation.relevance_kept import kept_shares
from engine.metrics import Estimate
from engine.slates.make import make_slates
from engine.slates.rule_lookup import facet
from engine.strategy.floor_text import read_floor
from engine.strategy.strategy import DEFAULT, Strategy
from engine.training.training import load_or_train
from tests.ui.harness import open_page, words
from tests.ui.strategy_editor.editor import go, label, tune_with_editor
from ui.overview import pair_steps
from ui.state import rule_text
from ui.text import products
from ui.text.rule_words import rule_words, value_words
from ui.text.words import LANGUAGES, plain, table

MAKERS = {"facet": "provider", "max": 2, "first": 5}


def link(*rows: dict[str, Any]) -> str:
    return rule_text.text(
        rule_text.RuleSwitch(rule_text.entry({**row}), on) for row in rows for on in [row.pop("on", True)]
    )


def kept(app: AppTest) -> list[tuple[dict[str, Any], bool]]:
    """The rules in view, and whether each is in use."""
    given = app.session_state["view"].rules
    return [(each.entry.model_dump(exclude_defaults=True), each.on) for each in given]


def rules(app: AppTest) -> list[dict[str, Any]]:
    """The rules as the address of the page tells them."""
    assert app.query_params.get("rules", "") == rule_text.text(app.session_state["view"].rules)
    return [row for row, _ in kept(app)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("page", ["tune", "overview", "compare", "homogenization", "map"])
def test_every_page_keeps_to_the_floor_and_says_so(work: SimpleNamespace, page: str, lang: str) -> None:
    asked = DEFAULT.at(diversity=0.9, floor={"metric": "ndcg", "keep": 0.9}, constraints=[MAKERS])
    most = capped(work.bench, asked).diversity
    assert 0 < most < 0.9
    app = open_page(page, lang=lang, diversity="0.9", floor="ndcg:0.9", rules=link(MAKERS))
    floor = label("floor.share", lang).format(keep="90", metric="nDCG")
    said = label("floor.lowered", lang).format(before="0.90", now=f"{most:.2f}", floor=floor)
    assert said in words(app) and not app.error
    if page != "compare":
        badge = f"{table()['rules.badge'].get('en_one') if lang == 'en' else label('rules.badge', lang).format(n=1)}"
        assert f"{badge} · {label('floor.badge', lang).format(keep='90')}" in words(app)
    assert app.query_params["diversity"] == "0.9", "what was asked for stays"


def test_compare_says_what_is_alike_of_its_lists_once(work: SimpleNamespace) -> None:
    app = open_page(
        "compare", diversity="0.9", third="mmr", third_diversity="0.9", floor="ndcg:0.9", rules=link(MAKERS)
    )
    said = [element.value for element in app.markdown]
    assert sum(label("recommended.level").split("{")[0] in line for line in said) == 1
    assert any("**B · C** · " in line for line in said)
    assert {"take_recommended_diversity", "take_recommended_third_diversity"} <= {each.key for each in app.button}


def test_a_floor_is_set_and_dropped(work: SimpleNamespace) -> None:
    app = tune_with_editor(diversity="0.9")
    app.button_group(key="floor_metric").set_value("ndcg")
    go(app)
    assert app.query_params["floor"] == "ndcg:0.99:plain", "a new floor compares with the plain ranking"
    app.slider(key="floor_keep").set_value(90.0)
    go(app)
    assert app.query_params["floor"] == "ndcg:0.9:plain"
    most = capped(work.bench, DEFAULT.at(diversity=1.0, floor={"metric": "ndcg", "keep": 0.9})).diversity
    assert label("floor.up_to").format(diversity=f"{most:.2f}") in words(app)
    assert label("floor.bought") in words(app) and label("measure.ild") in words(app)
    app.button_group(key="floor_against").set_value("ruled")
    go(app)
    assert app.query_params["floor"] == "ndcg:0.9", "absent means ruled"
    app.slider(key="floor_keep").set_value(95.0)
    go(app)
    assert app.query_params["floor"] == "ndcg:0.95", "a floor of old keeps what it compares with"
    app.button_group(key="floor_metric").set_value("off")
    go(app)
    assert "floor" not in app.query_params and label("floor.title") in words(app)


def test_the_recommended_weight_is_taken(work: SimpleNamespace) -> None:
    found = recommended(work.bench, DEFAULT)
    assert found is not None and found.diversity > 0
    app = open_page("tune", diversity="0.9")
    app.button(key="take_recommended_diversity").click().run()
    assert app.query_params["diversity"] == f"{found.diversity:g}"
    assert app.button(key="take_recommended_diversity").disabled


@pytest.mark.parametrize("floor", ["", "ndcg:0.9:plain"])
def test_pages_and_engine_recommend_one_weight(
    work: SimpleNamespace, floor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Overview, Tune, Compare and the floor's card, under one setting; `tests/evaluation/test_recommended.py` adds the
    command and the engine's own."""
    monkeypatch.setattr(pair_steps, "known_pair", lambda *_: None)  # else the Overview advises λ and σ together
    best = {s: recommended(work.bench, state_of(surface=s, floor=floor)) for s in work.bench.surfaces}
    for surface, found in best.items():
        assert found is not None
        level = label("recommended.level").format(diversity=f"{found.diversity:.2f}")
        for page in ("tune", "compare"):
            assert level in words(open_page(page, surface=surface, floor=floor, diversity="0.9")), page
        if floor:
            allowed = label("floor.up_to" if found.diversity else "floor.nothing")
            said = allowed.format(diversity=f"{found.diversity:.2f}", n=f"{found.test.n_users:,}")
            assert said in words(tune_with_editor(surface=surface, floor=floor))
    overview = words(open_page("overview", floor=floor, diversity="0.9"))
    for surface, found in best.items():
        assert found is not None
        kind = "at_the_edge" if floor else "too_far"  # with a floor, λ has come down already
        before, _, after = label(f"advice.{kind}").partition("λ {best}")
        said = f"{before.partition('{now}')[0]}".format(surface=label(f"surface.{surface}"))
        (line,) = [line for line in overview.splitlines() if said in line and after in line]
        assert f"λ {found.diversity:.2f}" in line


def state_of(**fields: Any) -> Strategy:
    text = fields.pop("floor", "")
    return DEFAULT.at(**fields, floor=read_floor(text).model_dump() if text else None)


def unwanted(bench: Bench) -> str:
    """The id of a product that nobody buys after the cut-off."""
    bought = np.asarray(bench.evidence("all").relevant.sum(axis=0)).ravel()
    item = next(i for i in bench.model.items if bought[i] == 0)
    return str(bench.history.items["item_id"].iat[item])


def test_a_pinned_product_costs_the_same_on_pages_in_hindsight_and_by_command(
    work: SimpleNamespace, shop: tuple[Dataset, Path], tmp_path: Path
) -> None:
    """The scenario that hid its cost: nearly all is kept of the ranking with the rule, not so of the plain one; a floor
    against the plain ranking takes λ to 0 and names the rule."""
    bench, pin = work.bench, {"kind": "pin", "item_id": unwanted(work.bench), "position": 1}
    floors = {"ndcg:0.99": {}, "ndcg:0.99:plain": {"against": "plain"}}
    for text, against in floors.items():
        strategy = DEFAULT.at(rules=[pin], floor={"metric": "ndcg", "keep": 0.99} | against)
        used = capped(bench, strategy)
        found = kept_shares(bench, used)
        assert found.plain.value < 0.9 < 0.99 <= found.ruled.value
        for lang in LANGUAGES:
            said = label("kept.both", lang).format(
                plain=share(found.plain, lang), ruled=share(found.ruled, lang), metric="nDCG", n=f"{found.n_users:,}"
            )  # fmt: skip
            app = open_page("tune", lang=lang, shopper="all", rules=link(pin), floor=text)
            assert said in words(app)
            for page in ("compare", "overview", "homogenization"):
                assert said in words(open_page(page, lang=lang, rules=link(pin), floor=text)), page
            broken = label("floor.broken", lang).partition("{")[0]
            lines = [line for line in words(app).splitlines() if broken in line]
            assert len(lines) == bool(against)
            for line in lines:
                assert plain(rule_words(strategy.rules[0], bench))[:6] in line and share(found.plain, lang) in line
        (judged,) = hindsight(bench, strategy)
        assert judged.kept["ndcg"] == found
        name, told = tmp_path / "s.json", tmp_path / "e.json"
        name.write_text(strategy.model_dump_json())
        call = ["evaluate", "--data", str(shop[1]), "--model", "blend", "--strategy", str(name), "--rules"]
        assert main([*call, "--json", str(told)]) == 0
        rows = {r["metric"]: r for r in json.loads(told.read_text()) if r["scope"] == "all" and "rules" not in r}
        assert rows["ndcg_kept_plain"]["value"] == pytest.approx(found.plain.value, rel=1e-12)
        assert rows["ndcg_kept"]["value"] == pytest.approx(found.ruled.value, rel=1e-12)
        if against:
            assert used.diversity == 0
            assert judged.effects["ndcg"].share == pytest.approx(found.plain.value - 1), "at λ 0 both ask one question"


def share(part: Estimate, lang: str) -> str:
    value, low, high = (f"{100 * end:.1f}" for end in part)
    return label("kept.share", lang).format(value=value, low=low, high=high)


def test_ready_made_rules_are_added_once_and_removed(work: SimpleNamespace) -> None:
    app = tune_with_editor()
    assert label("rules.none") in words(app)
    number = sum(str(button.key).startswith("rule_example_") for button in app.button)
    assert number == 3, "nothing of this shop is new"
    for at in range(number):
        app.button(key=f"rule_example_{at}").click()
        go(app)
    assert [row["facet"] for row in rules(app)] == ["provider", "category", "popularity"]
    assert all(app.button(key=f"rule_example_{at}").disabled for at in range(number))
    assert label("rules.badge").format(n=number) in words(app)
    assert not app.error, "what is offered can be kept"
    for _ in range(number):
        app.button(key="rule_remove_0").click()
        go(app)
    assert rules(app) == [] and "rules" not in app.query_params


def test_a_rule_can_be_switched_off_and_on(work: SimpleNamespace) -> None:
    app = tune_with_editor(rules=link(MAKERS, {"kind": "favour", "column": "price"}))
    app.toggle(key="rule_on_0").set_value(False)
    go(app)
    assert [on for _, on in kept(app)] == [False, True]
    assert "1 rule" in words(app) and len(rules(app)) == 2
    app.toggle(key="rule_on_0").set_value(True)
    go(app)
    assert [on for _, on in kept(app)] == [True, True]


def test_a_limit_is_written_with_its_days_lists_and_shoppers(work: SimpleNamespace) -> None:
    app = tune_with_editor()
    app.button_group(key="new_kind").set_value("most")
    go(app)
    app.selectbox(key="new_facet").set_value("category")
    go(app)
    value = facet(work.bench, "category")[1][0]
    app.selectbox(key="new_value_category").set_value(value)
    go(app)
    app.number_input(key="new_max").set_value(1)
    go(app)
    app.number_input(key="new_first").set_value(4)
    go(app)
    app.toggle(key="new_scoped").set_value(True)
    go(app)
    app.text_input(key="new_name").set_value("Less *of* it")
    go(app)
    app.multiselect(key="new_surfaces").set_value(["new"])
    go(app)
    app.selectbox(key="new_by").set_value("history")
    go(app)
    app.selectbox(key="new_group_history").set_value("heavy")
    go(app)
    app.button(key="rule_add").click()
    go(app)
    (row,) = rules(app)
    assert row == {
        "facet": "category", "value": value, "max": 1, "first": 4, "name": "Less *of* it", "surfaces": ("new",),
        "segment": {"by": "history", "group": "heavy"},
    }  # fmt: skip
    assert "Less \\*of\\* it" in words(app), "a name is text, not markdown"
    assert label("rules.other_list") in words(app)
    app.button(key="rule_add").click()
    go(app)
    assert [warning.value for warning in app.warning] == []  # the name was emptied: another rule
    assert len(rules(app)) == 2


def test_a_product_is_found_by_words_and_pinned(work: SimpleNamespace) -> None:
    app = tune_with_editor()
    app.button_group(key="new_kind").set_value("pin")
    go(app)
    app.button(key="rule_add").click()
    go(app)
    assert app.warning[0].value == label("rules.wrong.no_item")
    row = int(work.bench.model.items[7])
    app.text_input(key="new_find").set_value(products.item_id(work.bench, row))
    go(app)
    assert app.selectbox(key="new_item").options[0] == products.label(work.bench, row)
    wanted = app.selectbox(key="new_item").value
    assert wanted == products.item_id(work.bench, row)
    app.slider(key="new_places").set_value((2, 3))
    go(app)
    app.button(key="rule_add").click()
    go(app)
    assert rules(app) == [{"kind": "pin", "item_id": wanted, "positions": (2, 3)}]
    listed = make_slates(work.bench, DEFAULT.at(rules=[{"kind": "pin", "item_id": wanted, "positions": [2, 3]}])).items
    ids = work.bench.data.items["item_id"].to_numpy()
    assert (ids[listed[:, 1:3]] == wanted).any(axis=1).all()


def test_a_product_that_no_model_scores_can_be_pinned_and_listed(
    work: SimpleNamespace, shop: tuple[Dataset, Path]
) -> None:  # fmt: skip
    data = shop[0]
    early = data.start + pd.Timedelta(days=21)
    work.bench = bench = Bench(data, *load_or_train("popularity", shop[1], data, early))
    row = int(np.setdiff1d(np.arange(bench.data.n_items), bench.model.items)[0])
    pin = {"kind": "pin", "item_id": products.item_id(bench, row), "position": 1}
    for shopper in ("", "all"):
        app = open_page("tune", rules=link(pin), shopper=shopper)
        assert not app.error and label("tune.cost") in words(app)
    assert [products.share(value) for value in (1.0, 0.004, -0.2, np.nan)] == ["100", "0", "< 0", "–"]


@pytest.mark.parametrize("kind", ["boost", "bury", "hide"])
def test_products_or_a_value_are_pushed(work: SimpleNamespace, kind: str) -> None:
    app = tune_with_editor()
    app.button_group(key="new_kind").set_value(kind)
    go(app)
    app.button(key="rule_add").click()
    go(app)
    (row,) = rules(app)
    assert row["kind"] == kind and row["value"] in facet(work.bench, row["facet"])[1]
    app.toggle(key="new_by_items").set_value(True)
    go(app)
    app.text_input(key="new_find").set_value(value_words(work.bench, row["facet"], row["value"]))
    go(app)
    chosen = app.multiselect(key="new_items").options[:2]
    assert chosen
    app.multiselect(key="new_items").set_value(chosen)
    go(app)
    app.button(key="rule_add").click()
    go(app)
    assert len(rules(app)[1]["item_ids"]) == len(chosen)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("page", ["tune", "overview", "map", "homogenization", "compare"])
def test_rules_that_clash_are_named_and_can_be_switched_off(
    work: SimpleNamespace, page: str, lang: str
) -> None:  # fmt: skip
    value = facet(work.bench, "category")[1][0]
    many = {"facet": "category", "value": value, "min": 3}
    few = {"facet": "category", "max": 1}
    app = open_page(page, lang=lang, rules=link(many, MAKERS, few))
    (error,) = app.error
    assert label("rules.clash", lang) in error.value
    assert error.value.count("\n- ") == 2 and len(kept(app)) == 3, "nothing is lost"
    app.button(key="rules_switch_off").click()
    go(app)
    assert not app.error
    assert [on for _, on in kept(app)] == [False, True, False]


def test_lists_that_cannot_keep_a_rule_are_counted(work: SimpleNamespace) -> None:
    """All but a few products of the pool are of one value that may stand only once: some lists must break it."""
    bench = work.bench
    codes, _ = facet(bench, "department")
    top = bench.candidates("new", DEFAULT.pool).items
    few = [len({int(codes[item]) for item in row if item >= 0}) for row in top]
    row = {"facet": "department", "max": 1, "first": min(max(few), 10)}
    made = make_slates(bench, DEFAULT.at(surface="new", constraints=[row]))
    n = int(made.broken.sum())
    assert 0 < n < len(bench.users)
    app = open_page("tune", rules=link(row), surface="new", shopper="all")
    said = rule_words(rule_text.entry(row), bench)
    assert label("rules.broken").format(n=n, all=len(bench.users), rule=said) in words(app)
    kept_row = int(np.flatnonzero(~made.broken[:, 0])[0])
    app = open_page("tune", rules=link(row), surface="new", shopper=str(bench.names()[kept_row]))
    assert "lists cannot keep" not in words(app)


def test_a_product_pinned_and_hidden_names_both_rules(work: SimpleNamespace) -> None:
    item = str(work.bench.data.items["item_id"].iat[3])
    app = open_page(
        "tune", rules=link({"kind": "pin", "item_id": item, "position": 1}, {"kind": "hide", "item_ids": [item]})
    )
    assert label("rules.clash") in app.error[0].value and app.error[0].value.count("\n- ") == 2


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"kind": "pin", "item_id": "no_such", "position": 1}, "unknown_item"),
        ({"facet": "no_such", "max": 1}, "unknown_facet"),
        ({"kind": "hide", "facet": "category", "value": "no_such"}, "unknown_value"),
        ({"kind": "favour", "column": "stock"}, "unknown_column"),
        ({**MAKERS, "segment": {"by": "history", "group": "no_such"}}, "unknown_group"),
    ],
)
def test_what_the_shop_lacks_is_named(work: SimpleNamespace, row: dict[str, Any], key: str) -> None:
    for lang in ("en", "zh"):
        app = tune_with_editor(rules=link(row), lang=lang)
        value = "stock" if key == "unknown_column" else "no\\_such"
        assert label(f"rules.problem.{key}", lang).format(value=value) in app.error[0].value
    app.button(key="rule_remove_0").click()
    go(app)
    assert not app.error and rules(app) == []


@pytest.mark.parametrize(
    ("row", "query", "key"),
    [
        ({"kind": "pin", "item_id": "1", "position": 8}, {"k": "5"}, "place"),
        (MAKERS, {"method": "richness"}, "no_rules"),
        ({"kind": "boost", "facet": "category", "value": "a"}, {"normalize": "none"}, "scale"),
    ],
)
def test_a_rule_that_the_settings_cannot_hold_waits(
    work: SimpleNamespace, row: dict[str, Any], query: dict[str, str], key: str
) -> None:  # fmt: skip
    app = tune_with_editor(rules=link(row), **query)
    assert label(f"rules.unfit.{key}").format(k=5) in words(app)
    assert not app.error and len(rules(app)) == 1


@pytest.mark.parametrize("bad", ["[", "z.AAAA", '[{"facet":"a"}]', "[" * 5000, '{"kind":"pin"}', "z." + "A" * 9000])
def test_a_link_that_says_no_rules_is_ignored(work: SimpleNamespace, bad: str) -> None:
    app = open_page("tune", rules=bad, floor="ndcg:7")
    assert not app.error and "rules" not in app.query_params and "floor" not in app.query_params


def test_every_kind_of_rule_has_a_sentence(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    item = str(bench.data.items["item_id"].iat[0])
    rows: list[dict[str, Any]] = [
        MAKERS, {"facet": "category", "value": "X", "min": 1, "max": 2, "starts": "2026-12-01", "ends": "2026-12-24"},
        {"item_ids": [item, "2"], "max": 1, "window": 3}, {"facet": "arrival", "value": "new", "min": 1, "first": 5},
        {"kind": "soft_pin", "item_id": item, "positions": [2, 5], "segment": {"by": "age", "group": "19-24"}},
        {"kind": "hide", "item_ids": ["nowhere"], "ends": "2026-12-24"}, {"kind": "favour", "column": "margin"},
        {"kind": "boost", "facet": "popularity", "value": "tail", "surfaces": ["new"], "starts": "2026-12-01"},
    ]  # fmt: skip
    for lang in ("en", "zh"):
        monkeypatch.setattr("ui.text.words.language", lambda lang=lang: lang)
        monkeypatch.setattr("ui.text.rule_words.language", lambda lang=lang: lang)
        monkeypatch.setattr("ui.text.products.language", lambda lang=lang: lang)
        told = [rule_words(rule_text.entry({**row}), bench) for row in rows]
        assert len(set(told)) == len(rows) and not any("{" in words_ or "rule_words" in words_ for words_ in told)
    assert json.dumps(told, ensure_ascii=False).count("前 5 位") == 2
