"""The card that says why a product is relevant: on Tune and Compare, in both languages, whatever the model says."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.explain.relevance import PastItem, RelevanceReasons
from engine.recommend import Weights
from engine.recommend.hybrid.explained import GROUPS, TASTE
from engine.recommend.trilinear.snapshot import features
from engine.slates.make import make_slates
from engine.strategy.strategy import DEFAULT
from tests.fixtures import shops
from tests.ui.harness import open_page, ready, words
from ui.background import preparation, results
from ui.charts.bars import signed
from ui.text import shoppers
from ui.text.why_words import sentence, term
from ui.text.words import table

PAGES = ("tune", "compare")
WORDS = table()


@pytest.fixture
def work(work: SimpleNamespace, bench: Bench) -> SimpleNamespace:
    """No reasons are kept from another test."""
    bench.forget(("memo", "whys", bench.today))
    return work


def said(app: AppTest) -> str:
    return words(app, "markdown")


def start(key: str, lang: str = "en") -> str:
    return WORDS[key][lang].split("{")[0].strip()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("page", PAGES)
def test_one_product_is_explained_and_another_can_be_chosen(work: SimpleNamespace, page: str, lang: str) -> None:
    app = open_page(page, lang=lang)
    assert not app.error
    for key in ("why.title", "why.terms_title", "why.nearest_title"):
        assert WORDS[key][lang] in said(app)
    assert start("why.words_none", lang) in said(app), "the blend reads no text"
    choice = app.selectbox(key="why")
    assert choice.value == str(work.bench.data.items["item_id"].iat[first(work.bench)]) and len(choice.options) >= 10
    before = said(app)
    other = choice.options[3]
    choice.select(other).run()
    assert not app.exception and not app.error
    assert said(app) != before
    assert app.query_params["why"] == app.session_state["view"].why


def first(bench: Bench) -> int:
    """The first product of the typical shopper's list."""
    return listed(bench, 0.3)[0]


def listed(bench: Bench, diversity: float) -> list[int]:
    """The typical shopper's list."""
    who = shoppers.resolve(shoppers.shoppers(bench)[0], bench)
    assert who is not None
    return [int(item) for item in make_slates(bench, DEFAULT.at(diversity=diversity), who.rows).items[0]]


def test_the_product_of_a_link_stays_while_lambda_moves(work: SimpleNamespace) -> None:
    ids = work.bench.data.items["item_id"]
    kept = next(item for item in listed(work.bench, 0.3)[1:] if item in listed(work.bench, 0.4))
    app = open_page("tune", why=ids.iat[kept])
    app.slider(key="diversity").set_value(0.4).run()
    now = next(box for box in app.selectbox if str(box.key).startswith("why"))  # its options have other ranks
    assert now.value == ids.iat[kept] and not app.error
    app = open_page("tune", why="no-such-product")
    assert app.selectbox(key="why").value == ids.iat[first(work.bench)] and not app.error


def test_a_group_has_no_such_card(work: SimpleNamespace) -> None:
    assert WORDS["why.title"]["en"] not in said(open_page("tune", shopper="all"))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("terms", "key"),
    [
        (None, "why.silent"),
        ((), "why.unscored"),
        ((("recent", 2.0), ("ease", 1.0)), "why.mostly.habit"),
        ((("ease", 2.0), ("recent", 1.0)), "why.mostly.ease"),
        ((("week", 1.0), ("ease", 1.5), ("month", 1.0)), "why.mostly.habit"),
        ((("<b>odd*", 1.0),), "why.mostly.other"),
        ((("ease", -0.5), ("trend", -1.0)), "why.mostly.nothing"),
        ((("ease", 0.0),), "why.mostly.nothing"),
    ],
)
def test_whatever_a_model_says_is_told(
    work: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    terms: tuple[tuple[str, float], ...] | None,
    key: str,
    lang: str,
) -> None:
    parts = (("<i>milk", 0.5), ("$x$", -0.25))
    monkeypatch.setattr(results, "relevance_reasons", lambda *_: RelevanceReasons(PastItem(0, 4, 6), terms, (), parts))
    app = open_page("tune", lang=lang)
    assert not app.exception and not app.error
    shown = said(app)
    assert start(key, lang) in shown and start("why.nearest_none", lang) in shown
    assert WORDS["why.words_title"][lang] in shown
    assert "<b>odd*" not in shown


def test_every_term_of_a_built_in_model_has_its_words() -> None:
    for name in (*Weights.model_fields, *features(), "text", "base", *GROUPS, TASTE):
        assert f"why.term.{name.replace(' ', '_')}" in WORDS


def test_facets_and_unknown_terms_have_words_too(bench: Bench) -> None:
    assert term(bench, "category") == WORDS["why.facet"]["en"].format(facet=WORDS["column.category"]["en"])
    assert term(bench, "some_new_thing") == "Some new thing"


def test_the_sentence_counts_days_and_times(bench: Bench) -> None:
    habit = (("recent", 1.0),)
    for past, end in ((PastItem(0, 1, 1), "once, 1 day ago."), (PastItem(0, 3, 0), "3 times, last within a day.")):
        assert sentence(bench, RelevanceReasons(past, habit, (), None)).endswith(end)
    assert sentence(bench, RelevanceReasons(PastItem(0, 0, None), (("ease", 1.0),), (), None)).endswith(
        "They never bought it."
    )


@pytest.mark.parametrize("page", PAGES)
def test_without_a_log_the_words_are_told(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    made = ready(CatalogueBench(shops.catalogue()))
    monkeypatch.setattr(preparation, "preparation", lambda: made)
    app = open_page(page, shopper="007")
    assert not app.error
    assert start("why.mostly.word") in said(app) and WORDS["why.words_title"]["en"] in said(app)
    assert WORDS["why.nearest_title"]["en"] not in said(app)


def test_numbers_have_a_sign_but_for_zero() -> None:
    assert signed(-0.001) == "0.00" and signed(0.0) == "0.00" and signed(-3.456, 1) == "−3.5"
