"""The Map page without a browser: what it draws, says and lists for one shopper and for all, and while it waits."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.bench.bench import Bench
from engine.data import Cancelled, Dataset
from engine.diagnosis.catalogue_map import map_exposure, mapped_items
from engine.encoders.layout import layout
from engine.slates.make import make_slates
from engine.strategy.strategy import DEFAULT
from tests.ui.harness import fine, open_page, words
from ui import charts, state
from ui.background import map_layout, preparation
from ui.background.map_layout import MapWork
from ui.charts.theme import palette
from ui.map import classes, figure, rules
from ui.state import rule_text
from ui.text.words import table
from ui.widgets import product_texts


@pytest.fixture(autouse=True)
def _fresh(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Maps are made anew, and by PCA alone: UMAP has tests of its own."""
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path))
    for kind in bench.similarities:
        bench.forget(("map", kind))
    monkeypatch.setattr("ui.background.map_layout.HEAD_START", 0)
    monkeypatch.setattr("engine.encoders.layout.FEWEST", 10**9)


def open_map(settled: bool = True, **query: str) -> AppTest:
    app = open_page("map", **query)
    if settled:
        bench = preparation.preparation().bench
        assert bench is not None
        map_layout.work(bench, state.View.of_link(query).map_by).job.wait(30)
        app.run()
    assert not fine(app).error
    return app


def test_all_shoppers_see_what_nobody_is_shown(work: SimpleNamespace) -> None:
    app = open_map(shopper="all")
    text, bench = words(app), work.bench
    assert table()["map.distance"]["en"] in text
    assert f"{len(mapped_items(bench, 'text')):,}" in text
    regions = app.dataframe[-1].value
    views = map_exposure(bench, DEFAULT)
    assert regions["Products"].sum() == len(mapped_items(bench, "text"))
    unseen = (regions["Products"] * regions["Shown to nobody, %"] / 100).sum()
    assert unseen == pytest.approx((views.lists_now[mapped_items(bench, "text")] == 0).sum())


def test_regions_can_be_the_values_of_a_facet(work: SimpleNamespace) -> None:
    app = open_map(shopper="all", map_parts="category")
    bench, rows = work.bench, mapped_items(work.bench, "text")
    views, table_ = map_exposure(bench, DEFAULT), app.dataframe[-1].value
    items = bench.data.items.iloc[rows]
    seen = items["category"][views.lists_now[rows] > 0].unique()
    gone = sorted(set(items["category"].dropna()) - set(seen))
    assert sorted(table_["Region"][table_["Shown to nobody, %"] == 100]) == gone
    assert table()["map.regions_unseen"]["en"].format(n=len(gone), all=items["category"].nunique()) in words(app)


@pytest.mark.parametrize("colour", ["exposure", "change", "spread_change", "cluster", "category", "provider"])
@pytest.mark.parametrize("shopper", ["", "all"])
def test_every_colour_can_be_chosen(work: SimpleNamespace, colour: str, shopper: str) -> None:
    app = open_map(map_colour=colour, shopper=shopper)
    assert app.selectbox(key="map_colour").value == colour
    assert ("map_colour" in app.query_params) == (colour != "exposure")


def test_a_colour_that_the_shop_lacks_falls_back(work: SimpleNamespace) -> None:
    assert open_map(map_colour="flavour").selectbox(key="map_colour").value == "exposure"


@pytest.mark.parametrize(("asked", "key"), [("zzzzzz", "map.found_none"), ("milk", "map.found")])
def test_search_says_how_many_it_found(work: SimpleNamespace, asked: str, key: str) -> None:
    bench = work.bench
    texts = product_texts.product_texts(bench, mapped_items(bench, "text"))
    n = int(product_texts.search(asked, texts).sum())
    text = words(open_map(find=asked))
    assert (table()[key]["en"].format(n=n) if n else table()["map.found_none"]["en"]) in text


def test_search_takes_every_word_and_any_case(bench: Bench) -> None:
    rows = mapped_items(bench, "text")
    texts = product_texts.product_texts(bench, rows)
    items = bench.data.items.iloc[rows]
    for asked in (str(items["title"].iat[0]), str(items["item_id"].iat[1])):
        found = product_texts.search(asked.upper(), texts)
        assert found.any()
        for place in np.flatnonzero(found):
            assert all(word in texts.found[place] for word in asked.casefold().split())
    assert not product_texts.search("  ", texts).any()


def test_every_product_is_in_one_class_of_each_colour(bench: Bench) -> None:
    rows, views = mapped_items(bench, "text"), map_exposure(bench, DEFAULT)
    labels = SimpleNamespace(labels=np.arange(bench.data.n_items) % 7, names=[("x",)] * 7)
    spread = map_exposure(bench, DEFAULT.at(spread=0.6))
    for by in ("exposure", "change", "spread_change", "cluster", "category", "department", "provider"):
        made = classes.classes(bench, by, rows, spread if by == "spread_change" else views, labels)  # type: ignore[arg-type]
        assert np.sum([entry.mask for entry in made], axis=0).tolist() == [1] * len(rows), by
        looks = [(entry.colour, entry.symbol, entry.size) for entry in made]
        assert len(set(looks)) == len(looks), by


def test_a_stopped_map_keeps_the_sketch_and_goes_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real, stopped = layout, []

    def once(vectors: np.ndarray, method: str, report: object = None) -> object:
        if method == "umap" and not stopped:
            stopped.append(True)
            raise Cancelled
        return real(vectors, method)  # type: ignore[arg-type]

    monkeypatch.setattr("engine.encoders.layout.layout", once)
    ground = MapWork(bench, "text")
    ground.job.wait(30)
    assert ground.state == "cancelled" and ground.layout is None and ground.shown is ground.quick
    assert ground.clusters is not None
    ground.start()
    ground.job.wait(30)
    assert ground.state == "ready" and ground.shown is ground.layout


def test_a_failed_layout_is_said_and_the_sketch_stays(
    work: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = layout

    def broken(vectors: np.ndarray, method: str, report: object = None) -> object:
        if method == "umap":
            raise RuntimeError("secret")
        return real(vectors, method)  # type: ignore[arg-type]

    monkeypatch.setattr("engine.encoders.layout.layout", broken)
    app = open_map(shopper="all")
    assert table()["map.failed"]["en"] in words(app) and "secret" not in words(app)
    assert app.button(key="map_again")
    assert app.get("plotly_chart")


def test_a_shop_without_facets_is_drawn_and_named_by_words(
    work: SimpleNamespace,
    shop: tuple[Dataset, Path],
) -> None:
    from dataclasses import replace

    from engine.training.training import load_or_train

    data = shop[0]
    bare = replace(data, items=data.items[["item_id", "title"]], hash="bare")
    work.bench = Bench(bare, *load_or_train("popularity", shop[1].parent / "bare", bare, bare.end))
    work.data = bare
    app = open_map(shopper="all")
    assert app.selectbox(key="map_colour").options == [
        table()[f"map.{n}"]["en"] for n in ("exposure", "change", "spread_change", "cluster")
    ]
    assert app.dataframe[-1].value["Region"].str.len().min() > 0


def test_a_facet_may_be_called_as_an_option_of_the_map(
    work: SimpleNamespace,
    shop: tuple[Dataset, Path],
) -> None:
    from dataclasses import replace

    from engine.training.training import load_or_train

    data = shop[0]
    category = data.items["category"].fillna("none")
    named = data.items[["item_id", "title"]].assign(
        **{name: f"{name} " + category for name in ("cluster", "change", "exposure", "facet:cluster")}
    )
    bare = replace(data, items=named, hash="named")
    work.bench = Bench(bare, *load_or_train("popularity", shop[1].parent / "named", bare, bare.end))
    work.data = bare
    app = open_map(shopper="all", map_colour="facet:change", map_parts="facet:cluster")
    assert len(set(app.selectbox(key="map_colour").options)) == 8
    assert app.selectbox(key="map_colour").value == "facet:change"
    assert app.dataframe[-1].value["Region"].str.lower().str.startswith("cluster ").all()
    by = {option: classes.classes(work.bench, option, np.arange(5), map_exposure(work.bench, DEFAULT), None)
          for option in ("change", "facet:change", "facet:facet:cluster")}  # fmt: skip
    assert not any(entry.label.startswith("change ") for entry in by["change"])
    assert any(entry.label.startswith("change ") for entry in by["facet:change"])
    assert any(entry.label.startswith("facet:cluster ") for entry in by["facet:facet:cluster"])
    app = open_map(shopper="all", map_colour="change", map_parts="cluster")
    assert not app.dataframe[-1].value["Region"].str.lower().str.startswith("cluster ").all()


def test_names_stand_whole_within_the_map() -> None:
    points = np.array([[-1.0, 0.0], [1.0, 0.5]], dtype=np.float32)
    chart = figure.figure(
        points, np.zeros((2, 3), np.int32), ["", ""], [], None, [], [(-1.0, 0.0, "Laundry detergents")]
    )
    (name,) = chart["layout"]["annotations"]
    assert name["x"] - figure._half(name["text"], 11.5) >= chart["layout"]["xaxis"]["range"][0]


def test_what_a_point_says_can_be_read() -> None:
    """Plotly writes in the colour of the border where none is given."""
    assert charts.blank(100).layout.hoverlabel.font.color == palette().text


def circled(monkeypatch: pytest.MonkeyPatch, rows: np.ndarray) -> None:
    """Let these products lie in a loop: a test draws none."""
    monkeypatch.setattr("ui.map.tables._selected", lambda ground, event: np.isin(ground.rows, rows))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_loop_becomes_a_rule(work: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    bench = work.bench
    rows = mapped_items(bench, "text")[:12]
    ids = [str(name) for name in bench.data.items["item_id"].to_numpy()[rows]]
    circled(monkeypatch, rows)
    app = open_map(shopper="all", lang=lang)
    app.number_input(key="map_rule_most").set_value(2).run()
    for name in ("cap", "boost", "hide"):
        app.button(key=f"map_rule_{name}").click().run()
        assert not app.exception and table()["map.rule_done"][lang] in words(app)
    app.button(key="map_rule_hide").click().run()
    assert table()["rules.wrong.twice"][lang] in words(app)
    kept = [each.entry.model_dump(exclude_defaults=True) for each in rule_text.read(app.query_params["rules"])]
    assert kept == [
        {"item_ids": tuple(ids), "max": 2}, {"kind": "boost", "item_ids": tuple(ids)},
        {"kind": "hide", "item_ids": tuple(ids)},
    ]  # fmt: skip
    views = map_exposure(bench, rule_text.with_rules(DEFAULT, rule_text.read(app.query_params["rules"])))
    assert views.lists_now[rows].sum() == 0, "hidden everywhere"


def test_a_large_loop_becomes_the_value_that_is_most_like_it(
    work: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = work.bench
    rows = mapped_items(bench, "text")
    codes, names = bench.evidence("all").facets["category"]
    value = int(np.bincount(codes[rows]).argmax())
    inside = rows[codes[rows] == value]
    circled(monkeypatch, inside[:-1])
    monkeypatch.setattr("ui.map.rules.MOST", len(inside) - 2)
    app = open_map(shopper="all")
    assert table()["map.rule_many"]["en"].format(n=len(inside) - 1, most=len(inside) - 2) in words(app)
    app.button(key="map_rule_hide").click().run()
    (kept,) = rule_text.read(app.query_params["rules"])
    assert kept.entry.model_dump(exclude_defaults=True) == {"kind": "hide", "facet": "category", "value": names[value]}


def test_the_value_most_like_a_loop_is_found_by_counting(bench: Bench) -> None:
    rng = np.random.default_rng(0)
    for size in (5, 40, 200):
        rows = np.sort(
            rng.choice(mapped_items(bench, "text"), min(size, len(mapped_items(bench, "text"))), replace=False)
        )
        found = rules._nearest(bench, rows)
        best = 0.0
        for name in bench.evidence("all").facets:
            column = bench.data.items[name]
            for value in set(column.iloc[rows].dropna()):
                those = {int(row) for row in bench.model.items if column.iat[row] == value}
                best = max(best, len(those & set(rows.tolist())) / len(those | set(rows.tolist())))
        assert found is not None and found[0] == pytest.approx(best)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_spread_brings_into_lists_is_counted_and_listed(work: SimpleNamespace, lang: str) -> None:
    bench, rows = work.bench, mapped_items(work.bench, "text")
    now, before = (np.isin(rows, make_slates(bench, DEFAULT.at(spread=spread)).items.ravel()) for spread in (0.6, 0.0))
    shown, gone = now & ~before, before & ~now
    app = open_map(shopper="all", spread="0.6", map_colour="spread_change", lang=lang)
    sentence = table()["map.spread_found"][lang]
    counts = {"shown": shown.sum(), "gone": gone.sum(), "unseen": (~now).sum(), "n": len(rows)}
    assert sentence.format(**{name: f"{count:,}" for name, count in counts.items()}) in words(app)
    listed = app.dataframe[0].value
    assert shown.any() and set(listed[table()["map.column.item_id"][lang]]) == set(
        bench.data.items["item_id"].to_numpy()[rows[shown]]
    )
    assert (listed[table()["map.column.lists_unspread"][lang]] == 0).all()
    app.segmented_control(key="map_spread_which").set_value("no_longer_shown").run()
    assert not app.exception
    if gone.any():
        assert len(app.dataframe[0].value) == gone.sum()
    else:
        assert table()["map.spread_none"][lang] in words(app)


def test_without_spread_the_map_says_where_to_set_it(work: SimpleNamespace) -> None:
    app = open_map(shopper="all")
    assert table()["map.spread_off"]["en"].format(spread=table()["control.spread"]["en"]) in words(app)
    assert "σ 0 " not in words(app) and len(app.dataframe) == 1, "the regions alone"
