"""A shop that has only a catalogue: what works, what is absent, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.__main__ import main
from engine.bench import catalogue
from engine.bench.catalogue import CatalogueBench, only_catalogue
from engine.bench.evidence import Evidence
from engine.bench.measures import FROM_HISTORY, measure, table
from engine.bench.scores import scores_of
from engine.data import Dataset, InputError, read_shop
from engine.encoders.text import item_texts
from engine.evaluation.curve import trade_off
from engine.evaluation.evaluate import compare, evaluate
from engine.evaluation.slates_file import slates_table
from engine.explain.advice import advice, unchanged
from engine.explain.slots import explain_slots, replaced
from engine.slates.make import make_slates
from engine.strategy.strategy import DEFAULT
from tests.fixtures import shops

SIMILAR = DEFAULT.at(surface="similar", k=6, pool=30)


@pytest.fixture(scope="module")
def bench() -> CatalogueBench:
    return CatalogueBench(shops.catalogue())


def test_every_product_has_a_list_of_the_others_by_cosine(bench: CatalogueBench) -> None:
    assert len(bench.users) == 80
    lists = make_slates(bench, SIMILAR.at(diversity=0.0)).items
    vectors = bench.vectors("text")
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    best = np.sort(likeness, axis=1)[:, ::-1][:, :6]
    np.testing.assert_allclose(np.take_along_axis(likeness, lists, axis=1), best, atol=1e-5)
    np.testing.assert_allclose(scores_of(bench, SIMILAR, lists), best, atol=1e-5)


def test_lists_belong_to_products(bench: CatalogueBench) -> None:
    row = bench.row("007")
    assert row is not None and bench.data.items["item_id"][bench.users[row]] == "007"
    assert bench.row("nothing") is None
    made = slates_table(bench, SIMILAR, np.array([row]))
    assert set(made["user_id"]) == {"007"} and "007" not in set(made["item_id"])
    assert bench.data.n_users == 0, "the shop itself has no shoppers"


def test_a_search_is_a_list_like_any_other(bench: CatalogueBench) -> None:
    item = 11
    row = bench.ask(item_texts(bench.data.items)[item])
    assert row is not None and row >= len(bench.users)
    slots = explain_slots(bench, SIMILAR, row)
    assert len(slots) == 6 and slots[0].share == 1 and slots[0].score == pytest.approx(1, abs=1e-4)
    texts = item_texts(bench.data.items)
    assert texts[slots[0].item] == texts[item]
    assert all(slot.bought == 0 for slot in slots)
    assert bench.ask("  green   sofa ") == bench.ask("green sofa") != row
    assert bench.ask("   ") is None
    rows = np.array([row, 0])
    assert bench.names(rows)[1] == bench.names()[0]
    curve = trade_off(bench, SIMILAR, (0.0, 0.8), np.array([row]))
    assert curve.values("score_kept")[0] == 1 > curve.values("score_kept")[1]
    assert replaced(bench, SIMILAR.at(diversity=0.0), SIMILAR.at(diversity=0.9), row)
    assert unchanged(bench, SIMILAR.at(k=6, pool=6, diversity=0.01), np.array([row])) is not None
    assert set(slates_table(bench, SIMILAR, np.array([row]))["user_id"]) == {item_texts(bench.data.items)[item]}


def test_a_query_as_long_as_a_book_is_cut(bench: CatalogueBench) -> None:
    row = bench.ask("sofa " * 10_000)
    assert row is not None and len(bench.names(np.array([row]))[0]) <= catalogue.LONGEST


def test_a_large_catalogue_is_judged_on_some_products_and_any_other_can_be_asked_for(
    bench: CatalogueBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "MOST", 20)
    small = CatalogueBench(shops.catalogue())
    assert len(small.users) == 20 and len(small.model.items) == 80
    outside = next(name for name in bench.names() if name not in set(small.names()))
    row, whole = small.row(outside), bench.row(outside)
    assert row is not None and row >= 20 and whole is not None
    np.testing.assert_array_equal(
        make_slates(small, SIMILAR, np.array([row])).items, make_slates(bench, SIMILAR, np.array([whole])).items
    )
    assert small.names(np.array([row])).tolist() == [outside]


def test_products_without_a_text_are_left_out() -> None:
    items = shops.catalogue().items[["item_id", "title", "price"]].copy()
    items.loc[:9, "title"] = np.nan
    made = CatalogueBench(replace(shops.catalogue(), items=items))
    assert made.users.tolist() == list(range(10, 80))
    assert not np.isin(made.candidates("similar", 79).items, np.arange(10)).any()
    assert made.row("001") is None
    with pytest.raises(InputError, match="no product has a text"):
        CatalogueBench(replace(shops.catalogue(), items=items.assign(title=np.nan)))


def test_no_measure_looks_at_a_history_that_is_not_there(
    bench: CatalogueBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: Evidence) -> None:
        raise AssertionError("there is no history to look at")

    evidence = bench.evidence("all")
    for name in ("owned", "counts", "popularity", "expected", "taste", "spread", "kinds", "bought", "relevant"):
        monkeypatch.setattr(Evidence, name, property(never))
    measured = measure(make_slates(bench, SIMILAR).items, evidence)
    assert len(measured.keys) > 15
    assert all(np.isfinite(measured.value(key)[0]) for key in measured.keys)
    assert not {key.partition(":")[0] for key in table(evidence)} & (FROM_HISTORY | {"ndcg", "recall", "serendipity"})


def test_the_table_is_not_cut_where_there_is_a_history() -> None:
    shop = shops.synthetic()
    users = np.arange(shop.n_users)
    keys = {key.partition(":")[0] for key in table(Evidence(shop, users, np.zeros((shop.n_items, 2))))}
    assert keys >= FROM_HISTORY


def test_curves_comparisons_and_evaluation_run_without_a_log(bench: CatalogueBench) -> None:
    curve = trade_off(bench, SIMILAR, (0.0, 0.5, 1.0))
    assert curve.key("ndcg") is None and curve.key("novelty") is None
    kept = curve.values("score_kept")
    assert kept[0] == 1 and (np.diff(kept) < 0).all()
    shown = {int(item) for item in curve.items[1].ravel() if item >= 0}
    assert curve.values("coverage")[1] == pytest.approx(len(shown) / 80)
    assert advice({"similar": curve}, {"similar": SIMILAR}, {}) == []
    rows = evaluate(bench, SIMILAR, [0.0, 0.5])
    assert {row.scope for row in rows} == {"all"} and {row.model for row in rows} == {"similar"}
    found = compare(bench, SIMILAR.at(diversity=0.0), SIMILAR.at(diversity=1.0), ["ild", "coverage"])
    assert found[0].difference > 0


def test_every_method_on_offer_makes_lists(bench: CatalogueBench) -> None:
    assert "calibrated" not in bench.methods and {"mmr", "dpp"} <= set(bench.methods)
    rows = np.array([0, 5, bench.ask("a lamp to read by")])
    for method in bench.methods:
        lists = make_slates(bench, SIMILAR.at(method=method, diversity=0.4), rows).items
        assert (lists >= 0).all() and all(len(set(items)) == 6 for items in lists.tolist())


def test_what_needs_a_log_is_refused(bench: CatalogueBench) -> None:
    with pytest.raises(InputError, match="take similar"):
        make_slates(bench, DEFAULT)
    with pytest.raises(ValueError, match="text alone"):
        bench.vectors("behaviour")


def test_a_shop_with_a_log_has_no_such_surface(shop: tuple[Dataset, Path]) -> None:
    from engine.bench.bench import Bench
    from engine.recommend import Popularity

    data = shop[0]
    log_bench = Bench(data, Popularity().fit(data), {"name": "popularity", "until": None})
    with pytest.raises(InputError, match="for_you or new"):
        log_bench.candidates("similar", 10)


@pytest.mark.parametrize(
    ("log", "alone"),
    [
        (None, True),
        ("u1,001,2024-01-01,view,", True),
        ("u1,001,2024-01-01,rate,2", True),
        ("u1,001,2024-01-01,rate,5", False),
        ("u1,001,2024-01-01,buy,", False),
    ],
)
def test_who_counts_as_a_catalogue_alone(tmp_path: Path, log: str | None, alone: bool) -> None:
    (tmp_path / "items.csv").write_text("item_id,title\n001,Chair\n002,Table\n")
    if log:
        (tmp_path / "log.csv").write_text(f"user_id,item_id,timestamp,event,rating\n{log}\n")
    assert only_catalogue(read_shop(tmp_path / "items.csv", tmp_path / "log.csv" if log else None)) is alone


def test_the_command_line_says_why_it_makes_no_lists(tmp_path: Path) -> None:
    folder, strategy, problems = str(tmp_path / "shop"), tmp_path / "s.json", tmp_path / "p.json"
    items = Path(shops.__file__).parent / "synthetic" / "items.csv"
    assert main(["prepare", "--items", str(items), "--out", folder]) == 0
    strategy.write_text('{"method": "mmr", "diversity": 0.3}')
    pd.DataFrame({"user_id": ["a"], "rank": [1], "item_id": ["001"]}).to_parquet(tmp_path / "slates.parquet")
    model = ["--data", folder, "--model", "blend", "--json", str(problems)]
    calls = [
        ["train", *model],
        ["evaluate", *model],
        ["rerank", *model, "--strategy", str(strategy), "--out", str(tmp_path / "o.parquet")],
        ["metrics", "--data", folder, "--slates", str(tmp_path / "slates.parquet"), "--json", str(problems)],
    ]
    for call in calls:
        problems.unlink(missing_ok=True)
        assert main(call) == 2, call
        found = json.loads(problems.read_text(encoding="utf-8"))[0]
        assert "no purchases" in found["problem"] and "--interactions" in found["fix"], call
        assert "similar products" in found["fix"], call
    assert not (tmp_path / "o.parquet").exists() and not (Path(folder) / "models").exists()
