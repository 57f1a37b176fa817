"""Every page without a browser: full, loading, stopped, failed, in both languages."""

import threading
from types import SimpleNamespace

import pytest

from engine.diagnosis.stories import Story, StoryFigure
from tests.ui.harness import draw_page, open_page, words
from ui.background import story_remedy
from ui.background.preparation import PreparationStep
from ui.shell import page
from ui.text.words import table

PAGES = ("overview", "tune", "compare", "homogenization", "data", "map", "strategies", "fairness")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("page", PAGES)
def test_a_full_page(work: SimpleNamespace, page: str, lang: str) -> None:
    app = open_page(page, lang=lang)
    assert app.title[0].value == table()[f"{page}.title"][lang]
    assert not app.warning


@pytest.mark.parametrize("page", PAGES)
def test_while_loading_a_page_says_what_is_being_prepared(work: SimpleNamespace, page: str) -> None:
    work.bench = None
    work.steps["model"] = PreparationStep("running", 30, 100)
    work.steps["vectors"] = PreparationStep("waiting")
    work.stage = 2
    app = open_page(page)
    assert table()["preparing.title"]["en"] in words(app)
    assert table()["preparing.step.vectors"]["en"] in words(app)
    assert app.button(key="stop_preparing")


@pytest.mark.parametrize(
    ("problem", "said"), [("cancelled", "Stopped."), ("failed", "on our side"), ("no shop there", "no shop")]
)
def test_a_stopped_preparation_can_go_on(work: SimpleNamespace, problem: str, said: str) -> None:
    started = []
    work.bench, work.problem, work.start = None, problem, lambda: started.append(True)
    app = open_page("overview")
    assert said in words(app)
    app.button(key="prepare_again").click().run()
    assert started == [True]


def test_the_first_paint_shows_the_shop_before_the_model_is_there(work: SimpleNamespace) -> None:
    work.bench = None
    app = open_page("overview")
    assert app.get("bidi_component"), "the shop's numbers are shown"


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"pool": "20", "k": "20", "diversity": "0.01", "method": "mmr"}, "unchanged.pool_too_small"),
        ({"diversity": "0.01", "method": "mmr", "k": "2"}, "unchanged.gaps_too_wide"),
    ],
)
def test_a_lambda_that_does_nothing_says_why(work: SimpleNamespace, query: dict[str, str], key: str) -> None:
    app = open_page("tune", **query)
    start = table()[key]["en"].split("{")[0].strip()
    assert app.info and start in app.info[0].value


def test_settings_stay_when_the_page_changes(work: SimpleNamespace) -> None:
    app = open_page("tune", diversity="0.65", method="dpp", surface="new")
    assert app.slider(key="diversity").value == 0.65
    app.switch_page("pages/overview.py").run()
    assert app.slider(key="diversity").value == 0.65
    app.slider(key="diversity").set_value(0.2).run()
    app.switch_page("pages/tune.py").run()
    assert app.slider(key="diversity").value == 0.2
    assert app.query_params["diversity"] == "0.2"
    assert app.query_params["method"] == "dpp"


def test_groups_can_be_chosen(work: SimpleNamespace) -> None:
    app = open_page("tune", shopper="all")
    group = next(option for option in app.selectbox(key="shopper").options if "Age" in option)
    app.selectbox(key="shopper").select(group).run()
    assert not app.exception


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_stories_are_told_with_figures_and_links(work: SimpleNamespace, lang: str) -> None:
    app = open_page("stories", lang=lang)
    for name in ("alike", "free", "bubble"):
        assert table()[f"stories.{name}.promise"][lang] in words(app)
    assert not app.info, "the small shop has all three"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_story_of_sameness_ends_with_its_remedy(
    work: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr("ui.shell.job_panel.FIRST", 120.0)
    app = open_page("stories", lang=lang)
    steps = story_remedy.told(work.bench)[0].steps[-2:]
    assert [step.page for step in steps] == ["compare", "map"]
    for step in steps:
        start = table()[f"stories.alike.{step.sentence}"][lang].split("{")[0].strip()
        assert start in words(app) and f"{step.settings['spread']:.2f}" in words(app)


def test_while_the_remedy_is_looked_for_the_other_steps_are_told(
    work: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    monkeypatch.setattr("ui.shell.job_panel.FIRST", 0.0)
    monkeypatch.setattr(story_remedy, "with_remedy", lambda *_: stop.wait(60))
    work.bench.forget("remedies")
    app = open_page("stories")
    assert table()["remedy.running"]["en"] in words(app)
    assert table()["stories.alike.promise"]["en"] in words(app)
    stop.set()
    work.bench.forget("remedies")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_shop_without_stories_says_why(work: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """Every reason that the engine can give has its words, and its blanks are filled."""
    count, share = StoryFigure("count", 20), StoryFigure("share", 0.8)
    shared, kept = StoryFigure("shared_products", 0.2), StoryFigure("ndcg_kept", 0.9)
    kinds = {"before": StoryFigure("facet_count:category", 5.0), "after": StoryFigure("facet_count:category", 5.04)}
    level = {"best": StoryFigure("diversity", 0.3), "first": StoryFigure("diversity", 0.05)}
    for name, reason, figures in (
        ("alike", "no_overlap", {"shared": shared, "k": StoryFigure("count", 10)}),
        ("alike", "no_shoppers", {}),
        ("free", "not_judged", {}),
        ("free", "no_room", {"kept": kept} | level),
        ("free", "no_gain", kinds | level),
        ("free", "no_pairs", level),
        ("bubble", "no_facet", {}),
        ("bubble", "short", {"least": count}),
        ("bubble", "wide", {"ratio": share}),
        ("bubble", "stuck", {"ratio": share}),
    ):
        monkeypatch.setattr(
            "ui.background.results.stories", lambda _, told=(name, reason, figures): (Story(told[0], (), *told[1:]),)
        )
        app = open_page("stories", lang=lang)
        key = f"stories.{reason}" if reason == "no_shoppers" else f"stories.{name}.{reason}"
        start = table()[key][lang].split("{")[0].strip()
        assert app.info and app.info[0].value.startswith(start) and "{" not in app.info[0].value


def test_our_own_fault_is_one_sentence_never_a_traceback(
    work: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("ui.background.curves.curve", broken)
    app = draw_page(lang="zh")
    assert not app.exception
    assert app.error[0].value == table()["preparing.failed"]["zh"]


def test_a_link_that_weighs_a_facet_the_shop_lacks_opens_with_those_it_has(work: SimpleNamespace) -> None:
    app = open_page("tune", weights="embedding:40,finish:60")
    assert not app.error
    assert app.query_params.get("weights", "embedding:100") in ("embedding:100", ["embedding:100"])


def test_a_shop_without_facets_leaves_no_empty_half(work: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    split: list[str] = []
    whole = page.split
    monkeypatch.setattr(page, "split", lambda key, widths: split.append(key) or whole(key, widths))
    open_page("overview")
    assert split == ["overview"]
    monkeypatch.setattr(type(work.bench.evidence("all")), "broad_facet", None)
    app = open_page("overview")
    assert split == ["overview"] and table()["overview.next"]["en"] in words(app)
