"""Every page on a shop that has only a catalogue: it opens, says what is missing, and never speaks of shoppers."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from tests.fixtures import shops
from tests.ui.harness import ALL_PAGES, open_page, ready
from ui.background import preparation
from ui.background.preparation import STEPS, Preparation
from ui.state import rule_text
from ui.text import shoppers
from ui.text.words import table

OF_LISTS = [page for page in ALL_PAGES if page in ("overview", "tune", "compare", "map", "homogenization")]


@pytest.fixture(scope="module")
def catalogue() -> CatalogueBench:
    return CatalogueBench(shops.catalogue())


@pytest.fixture
def work(catalogue: CatalogueBench, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    made = ready(catalogue)
    monkeypatch.setattr(preparation, "preparation", lambda: made)
    return made


def opened(page: str, **query: str) -> AppTest:
    app = open_page(page, **query)
    assert not app.error, [error.value for error in app.error]
    return app


def words(app: AppTest) -> str:
    """All text on the page, also of controls and inside our own components."""
    found = [element.value for kind in ("title", "subheader", "markdown", "info") for element in getattr(app, kind)]
    for kind in ("selectbox", "slider", "select_slider", "button_group"):
        found += [f"{control.label} {control.help}" for control in app.get(kind)]
    drawn = [part.proto for part in app.get("bidi_component") if "keep_typed" not in part.proto.id]  # it draws nothing
    return "\n".join(found + [str(proto) for proto in drawn])


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("page", ALL_PAGES)
def test_every_page_opens(work: SimpleNamespace, page: str, lang: str) -> None:
    app = opened(page, lang=lang)
    assert app.title[0].value == table()[f"{page}.title"][lang]
    if page in OF_LISTS:
        assert table()["lacking.log"][lang] in words(app)


@pytest.mark.parametrize("page", OF_LISTS)
@pytest.mark.parametrize("shopper", ["", "all", "category=Lamps", "007", "a green sofa for two", "a=b"])
def test_nobody_is_called_a_shopper(work: SimpleNamespace, page: str, shopper: str) -> None:
    said = words(opened(page, shopper=shopper))
    for key in ("log", "add", "add_why"):  # what is missing has to be named
        said = said.replace(table()[f"lacking.{key}"]["en"], "")
    assert not re.search(r"(?i)\b(shoppers?|she|her|purchases?|bought)\b", said), said


def test_the_curve_over_spread_speaks_of_lists(work: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.trade_offs.spread_card.FINE", (0.0, 0.5))
    monkeypatch.setattr("ui.shell.job_panel.FIRST", 120.0)
    app = opened("trade_offs", spread="0.5")
    app.button(key="compute_over_spread").click().run()
    said = words(app)
    for key, blanks in (("note", {"n": 80, "diversity": "0.30"}), ("shared_products_means", {}), ("unjudged", {}),
                        ("legend", {"weights": "0.30 · σ 0.50", "keep": "99"})):  # fmt: skip
        assert table()[f"products.over_spread.{key}"]["en"].format(**blanks) in said
        assert table()[f"over_spread.{key}"]["en"].format(**blanks) not in said


def test_a_product_a_title_an_id_a_group_and_a_search(catalogue: CatalogueBench) -> None:
    items = catalogue.data.items
    for option in shoppers.options(catalogue):
        who = shoppers.resolve(option, catalogue)
        assert who is not None and len(who.rows)
    lamps = shoppers.resolve("category=Lamps", catalogue)
    assert lamps is not None and len(lamps.rows) == (items["category"] == "Lamps").sum()
    by_id, by_title = shoppers.resolve("007", catalogue), shoppers.resolve(items["title"][6].upper(), catalogue)
    assert by_id is not None and by_id.row == catalogue.row("007") and by_id.label.startswith(items["title"][6])
    assert by_title is not None and by_title.row is not None
    assert items["title"][catalogue.users[by_title.row]] == items["title"][6]
    search = shoppers.resolve("something to sit on", catalogue)
    assert search is not None and search.row is not None and search.row >= 80
    assert search.label == "Search: something to sit on"
    assert shoppers.resolve("   ", catalogue) is None


def test_titles_that_collide_are_told_apart_by_their_ids(catalogue: CatalogueBench) -> None:
    offered = shoppers.shoppers(catalogue)
    labels = shoppers.labels(offered, catalogue)
    assert len(set(labels.values())) == len(offered)


def test_a_search_has_a_list_of_its_own(work: SimpleNamespace) -> None:
    asked = "a blue lamp for the desk"
    app = opened("tune", shopper=asked)
    assert app.selectbox(key="shopper").value == asked
    assert asked in words(app) and app.query_params["shopper"] == asked
    assert words(app) != words(opened("tune")) != words(opened("tune", shopper="a sofa"))


def test_a_link_of_another_shop_takes_settings_that_this_one_allows(work: SimpleNamespace) -> None:
    app = opened("tune", surface="new", similarity="behaviour", method="calibrated")
    assert app.query_params["surface"] == "similar"
    assert "similarity" not in app.query_params and "method" not in app.query_params
    assert app.selectbox(key="method").value == "mmr"


def test_words_and_settings_follow_the_shop(
    work: SimpleNamespace, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened("tune", shopper="a lamp")
    assert app.selectbox(key="shopper").label == table()["products.control.shopper"]["en"]
    monkeypatch.setattr(preparation, "preparation", lambda: ready(bench))
    app.run()
    assert not app.exception and not app.error and not app.warning
    assert app.selectbox(key="shopper_2").label == table()["control.shopper"]["en"], "its options have other words"
    assert "surface" not in app.query_params and "shopper" not in app.query_params
    assert table()["lacking.log"]["en"] not in words(app)


def test_a_catalogue_is_prepared_in_the_background(tmp_path: Path) -> None:
    shops.catalogue().save(tmp_path / "shop")
    made = Preparation(str(tmp_path / "shop"))
    made.wait(300)  # kernels may be compiled
    assert made.problem is None and made.stage == len(STEPS)
    assert isinstance(made.bench, CatalogueBench)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_rules_are_offered_as_far_as_a_catalogue_allows(work: SimpleNamespace, lang: str) -> None:
    app = opened("tune", lang=lang, floor="ndcg:0.9")
    assert "floor" not in app.query_params, "nothing bought can judge a floor"
    app.session_state["desk"] = True
    app.run()
    for kind in ("most", "least", "pin", "boost", "bury", "hide", "favour"):
        app.session_state["desk"] = True
        app.button_group(key="new_kind").set_value(kind).run()
        assert not app.exception and not app.error
        assert table()["floor.problem.no_held_out"][lang] in words(app)
        said = words(app).replace(table()["lacking.log"][lang], "") + "".join(each.label for each in app.toggle)
        assert not re.search(r"(?i)\bshoppers?\b|顾客", said), kind
    app.session_state["desk"] = True
    app.button(key="rule_add").click().run()
    assert len(rule_text.read(app.query_params["rules"])) == 1
