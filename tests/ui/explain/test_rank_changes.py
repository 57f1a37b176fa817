"""Why a product moved and what rules cost: the cards on Tune and Compare, their words and their tables."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.explain.rank_changes import explain_rank_changes
from engine.explain.slots import explain_slots
from engine.strategy.strategy import DEFAULT, Strategy
from tests.fixtures import shops
from tests.ui.harness import open_page, ready, words
from ui import state
from ui.background import preparation, results
from ui.explain import rank_changes
from ui.text import products, shoppers
from ui.text.rank_change_words import sentences
from ui.text.words import table
from ui.widgets import tables

WORDS = table()
PAGES = ("tune", "compare")
LIMITS: tuple[dict[str, Any], ...] = (
    {"facet": "category", "max": 1, "window": 3, "name": "Mix"},
    {"facet": "popularity", "value": "tail", "min": 2},
)


@pytest.fixture
def ruled(work: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Strategy:
    """Pages whose strategy has rules: two limits, and the second best product of the typical shopper is hidden."""
    bench = work.bench
    second = bench.data.items["item_id"].iat[int(bench.candidates("for_you", 200).items[typical(bench), 1])]
    rules = {"constraints": LIMITS, "rules": [{"kind": "hide", "item_ids": [second]}]}
    plain = state.strategy
    monkeypatch.setattr(state, "strategy", lambda **changes: checked(plain(**changes), rules))
    return checked(DEFAULT, rules)


def checked(strategy: Strategy, rules: dict[str, Any]) -> Strategy:
    return Strategy.checked(strategy.model_dump() | rules, "test")


def typical(bench: Bench) -> int:
    row = bench.row(shoppers.shoppers(bench)[0])
    assert row is not None
    return row


def has(app: AppTest, key: str, lang: str = "en") -> bool:
    """Whether words are on the page, whatever fills their blanks and however they are escaped."""
    parts = [part.rpartition("}")[2] for part in WORDS[key][lang].split("{")]
    text = words(app, "markdown").replace("\\", "")
    return all(part.strip() in text for part in parts)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("page", PAGES)
def test_each_product_of_the_list_is_told_and_dropouts_too(work: SimpleNamespace, page: str, lang: str) -> None:
    app = open_page(page, lang=lang, diversity="0.6")
    told = explain_rank_changes(work.bench, DEFAULT.at(diversity=0.6), typical(work.bench))
    ids = work.bench.data.items["item_id"]
    choice = app.selectbox(key="why")
    assert has(app, "moved.title", lang) and not app.error
    assert {ids.iat[move.item] for move in told.changes} <= {app.selectbox(key="why").value, *_options(app, work)}
    gone = next(move for move in told.changes if not move.rank)
    choice.set_value(ids.iat[gone.item]).run()
    assert not app.exception and not app.error
    assert has(app, "moved.place_out", lang) and (has(app, "moved.likest", lang) or has(app, "moved.likest_none", lang))
    key = "moved.in_list" if page == "compare" else "moved.at_zero_plain"
    assert WORDS[key][lang].format(list="A") in words(app, "markdown")


def _options(app: AppTest, work: SimpleNamespace) -> set[str]:
    """Ids of the products that can be chosen; AppTest knows labels only."""
    labels = app.selectbox(key="why").options
    return {
        name
        for name, item in zip(work.bench.data.items["item_id"], range(work.bench.data.n_items), strict=True)
        if any(label.endswith(products.title(work.bench, item)) for label in labels)
    }


def test_without_rules_there_is_no_table_of_them(work: SimpleNamespace) -> None:
    for page in PAGES:
        assert WORDS["rules_cost.title"]["en"] not in words(open_page(page), "markdown")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("page", "shopper"), [("tune", ""), ("tune", "all"), ("compare", "")])
def test_rules_are_priced(work: SimpleNamespace, ruled: Strategy, page: str, shopper: str, lang: str) -> None:
    app = open_page(page, lang=lang, **({"shopper": shopper} if shopper else {}))
    assert not app.error and WORDS["rules_cost.title"][lang] in words(app, "markdown")
    shown = next(found.value for found in app.table if WORDS["rules_cost.rule"][lang] in found.value.columns)
    assert len(shown) == 3 and shown[WORDS["rules_cost.rule"][lang]].str.contains("Mix").tolist() == [
        True,
        False,
        False,
    ]
    assert (WORDS["rules_cost.here"][lang] in shown.columns) == (not shopper)
    found = results.rule_prices(work.bench, ruled, None)
    acts = WORDS["rules_cost.of"][lang].format(n=found[1].binds.sum(), lists=len(work.bench.users))
    assert shown[WORDS["rules_cost.acts"][lang]][1] == acts and found[1].binds.any()


def test_a_list_whose_first_place_a_rule_decided_does_not_call_it_the_most_relevant(bench: Bench) -> None:
    pool = bench.candidates("for_you", 40).items[0]
    pin = {"kind": "pin", "item_id": bench.data.items["item_id"].iat[int(pool[9])], "position": 1}
    ruled = checked(DEFAULT.at(pool=40), {"rules": [pin]})
    first, plain = (explain_slots(bench, strategy, 0)[0] for strategy in (ruled, DEFAULT.at(pool=40)))
    told = [[part["text"] for part in products.why(bench, slot)] for slot in (first, plain)]
    assert WORDS["why.first"]["en"] not in told[0] and WORDS["why.first"]["en"] in told[1]
    assert rank_changes.deciding_rule(bench, ruled, first)[0]["text"].startswith("By rule: ")
    assert rank_changes.deciding_rule(bench, ruled, plain) == []


def test_the_rule_that_hid_a_product_is_named(work: SimpleNamespace, ruled: Strategy) -> None:
    hidden = ruled.all_entries[2].item_ids[0]  # type: ignore[union-attr]
    app = open_page("tune", why=hidden)
    assert app.selectbox(key="why").value == hidden
    assert has(app, "moved.rule.hide") and has(app, "moved.never_ruled")


def test_a_shop_without_a_log_tells_moves_of_similar_products(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ready(CatalogueBench(shops.catalogue()))
    monkeypatch.setattr(preparation, "preparation", lambda: made)
    for page in PAGES:
        app = open_page(page, shopper="007", diversity="0.8")
        assert has(app, "moved.title") and not app.error


def told_of(bench: Bench, strategy: Strategy, row: int) -> list[str]:
    return [" ".join(sentences(bench, strategy, move)) for move in explain_rank_changes(bench, strategy, row).changes]


def test_sentences_carry_the_figures(bench: Bench) -> None:
    strategy = DEFAULT.at(diversity=0.6, pool=60)
    seen = set()
    for row in range(6):
        for move, sentence in zip(
            explain_rank_changes(bench, strategy, row).changes, told_of(bench, strategy, row), strict=True
        ):
            if move.rank:
                assert sentence.startswith(f"Place {move.rank}")
            if move.rank and move.displaced not in (-1, move.item) and move.relevance_lost > 0.005:
                assert f"Relevance given up: {100 * move.relevance_lost:.0f} points." in sentence
                seen.add("given up")
            if move.rank and move.displaced not in (-1, move.item) and move.redundancy_removed > 0.005:
                assert f"Redundancy removed: {100 * move.redundancy_removed:.0f} points." in sentence
                seen.add("removed")
            if move.crossing is None:
                assert "every λ" in sentence if move.rank else "No λ" in sentence
            else:
                assert f"{move.crossing.diversity:.2f}" in sentence.split("λ")[-1]
                seen.add("at" if move.crossing.place else "leaves")
    assert seen == {"given up", "removed", "at", "leaves"}


def test_tables_carry_why(bench: Bench) -> None:
    strategy = checked(DEFAULT.at(diversity=0.6), {"constraints": LIMITS})
    found = explain_rank_changes(bench, strategy, 3)
    made = tables.rank_change_table(bench, strategy, found)
    ids = bench.data.items["item_id"]
    assert made["rank"].dtype == "Int64" and made["rank"].dropna().tolist() == list(range(1, 11))
    for line, move in zip(made.to_dict("records"), found.changes, strict=True):
        assert line["item_id"] == ids.iat[move.item]
        assert pd.isna(line["rank"]) == (move.rank == 0)
        assert line["relevance_given_up"] == pytest.approx(move.relevance_lost, nan_ok=True)
        duplicate = line["duplicate_of"]
        assert pd.isna(duplicate) if move.duplicate < 0 else duplicate == ids.iat[move.duplicate]
        assert (line["rule"] == "") == (move.effect == "")
        if move.crossing:
            assert f"{move.crossing.diversity:.2f}" in line["counterfactual"]
            assert line["other_diversity"] == move.crossing.diversity
            assert pd.isna(line["rank_there"]) if not move.crossing.place else line["rank_there"] == move.crossing.place
    assert (made["rule"] != "").any()


ENTRIES: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"facet": "category", "max": 1, "window": 5, "first": 20},
     "At most 1 of the same category in any 5 places in a row of the first 20.",
     "前 20 位的任意连续 5 位中，同一品类最多 1 件。"),
    ({"facet": "popularity", "value": "tail", "min": 3},
     "At least 3 of popularity “slow sellers” in the list.", "整张列表中，热度“长尾商品”至少 3 件。"),
    ({"facet": "provider", "value": "Manufacturer 69", "max": 0, "first": 4},
     "None of maker “Manufacturer 69” in the first 4 places.", "前 4 位中，不出现厂商“Manufacturer 69”。"),
    ({"facet": "arrival", "value": "new", "min": 1, "max": 2, "ends": "2026-12-24"},
     "At most 2 of arrival “new products” in the list. At least 1 of arrival “new products” in the list. "
     "Until 2026-12-24.",
     "整张列表中，上新“新商品”最多 2 件。整张列表中，上新“新商品”至少 1 件。到 2026-12-24 为止。"),
    ({"kind": "pin", "item_id": "nothing", "position": 1, "starts": "2026-12-01", "ends": "2026-12-24"},
     "“nothing” stands in place 1. From 2026-12-01 to 2026-12-24.",
     "“nothing”固定在第 1 位。2026-12-01 至 2026-12-24。"),
    ({"kind": "soft_pin", "item_id": "nothing", "positions": [2, 5], "segment": {"by": "age", "group": "19-24"}},
     "“nothing” stands in places 2 to 5. Only where it is a candidate. Only for Age: 19-24.",
     "“nothing”固定在第 2 至 5 位。仅当它是候选商品时。仅针对年龄：19-24。"),
    ({"kind": "boost", "facet": "department", "value": "Produce", "strength": "weak", "surfaces": ["new"]},
     "Raise department “Produce”, weakly. Only in: New to you.", "提升部门“Produce”（弱）。仅用于：探索未买。"),
    ({"kind": "bury", "item_ids": ["a", "b", "c", "d", "e"]},
     "Lower a, b, c and 2 more, moderately.", "压低a、b、c等另外 2 件（中）。"),
    ({"kind": "hide", "item_ids": ["a"], "segment": {"by": "history", "group": "light"}},
     "Never show a. Only for shoppers with little history.", "不展示a。仅针对购买记录少的顾客。"),
    ({"kind": "hide", "item_ids": ["a"], "segment": {"by": "income", "group": "unknown"}},
     "Never show a. Only for Income: not said.", "不展示a。仅针对收入：未填写。"),
    ({"kind": "hide", "item_ids": ["a"]}, "Never show a.", "不展示a。"),
    ({"kind": "favour", "column": "margin", "strength": "strong", "starts": "2026-12-01"},
     "Raise products with a higher margin, strongly. From 2026-12-01.", "提升毛利较高的商品（强）。从 2026-12-01 起。"),
)  # fmt: skip
