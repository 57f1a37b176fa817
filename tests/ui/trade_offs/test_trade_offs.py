"""The Trade-offs page without a browser: aims that a shop allows, points, prices, drafts."""

from types import SimpleNamespace

import numpy as np
import pytest

from engine.bench.bench import Bench
from engine.bench.measures import measure
from engine.evaluation.pairs.spread_curve import spread_curve
from engine.slates.make import make_slates
from engine.strategies import Store
from engine.strategy.strategy import DEFAULT
from engine.training.training import fit
from tests.ui.harness import SHOP, fine, open_page, plain_words
from ui.background import preparation
from ui.background.jobs import Jobs
from ui.shell import job_panel
from ui.text.words import table
from ui.trade_offs import aims, question, spread_card, work
from ui.trade_offs.point import label

WORDS = table()


@pytest.fixture(autouse=True)
def page(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Fronts of a process of their own, of few strategies, which a page waits for."""
    jobs = Jobs()
    monkeypatch.setattr(work, "fronts", lambda bench: jobs)
    monkeypatch.setattr(question, "LEVELS", (0.0, 0.3, 0.7))
    monkeypatch.setattr(question, "STRENGTHS", (0.0, 0.5))
    monkeypatch.setattr(question, "PART", 0.2)
    monkeypatch.setattr(job_panel, "FIRST", 120.0)
    return store


def said(key: str, lang: str = "en", **values: object) -> str:
    return WORDS[key][lang].format(**values)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_points_are_judged_and_told(bench: Bench, lang: str) -> None:
    app = open_page("trade_offs", lang=lang, trade_aims="relevance,variety,makers,gap.age")
    told = plain_words(app)
    assert app.title[0].value == said("trade_offs.title", lang)
    assert said("trade_offs.now_is", lang) in told
    slates = make_slates(bench, DEFAULT).items
    found = measure(slates, bench.evidence("all"), ["ndcg", "ild"]).per_user
    for key in ("ndcg", "ild"):
        assert f"{np.nanmean(found[key]):.3f}" in told


def test_a_point_is_priced_against_the_settings_in_use(page: Store) -> None:
    app = open_page("trade_offs", trade_aims="relevance,variety", trade_point="1", trade_floors="")
    told = plain_words(app)
    assert said("trade_offs.plain_is") in told
    assert said("trade_offs.against_now", change="")[:-1] in told
    app.button(key="save_strategy").click().run()
    app.text_input(key="save_author").set_value("Ann")
    app.text_input(key="save_name").set_value("Front")
    fine(app.button(key="save_yes").click().run())
    kept = page.versions(SHOP)
    assert [(each.name, each.status, each.strategy.diversity) for each in kept] == [("Front", "draft", 0.0)]


def test_prices_are_the_differences_of_the_figures(bench: Bench) -> None:
    strategies = tuple(DEFAULT.at(diversity=level) for level in (0.3, 0.0, 0.7))
    front = work.evaluate_front(bench, strategies, ("relevance", "variety", "equality"), lambda *_: None)
    for point in front.points:
        for key, (change, low, high) in point.price(front.now).items():
            assert change == pytest.approx(point.figures[key] - front.now.figures[key], abs=1e-12)
            assert low <= change + 1e-12 and change <= high + 1e-12
    assert all(value == (0, 0, 0) for value in front.now.price(front.now).values())


def test_a_link_that_asks_nonsense_still_opens() -> None:
    app = open_page("trade_offs", trade_aims="beauty", trade_methods="best", trade_floors="7", trade_point="999")
    assert said("trade_offs.now_is") in plain_words(app)


def test_without_later_purchases_relevance_is_no_aim(bench: Bench, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    late = Bench(bench.data, *fit("popularity", tmp_path, bench.data))
    ready = SimpleNamespace(**{**vars(preparation.preparation()), "bench": late})
    monkeypatch.setattr(preparation, "preparation", lambda: ready)
    app = open_page("trade_offs", trade_floors="")
    text = plain_words(app)
    assert said("trade_offs.aim.relevance") not in text and said("trade_offs.aim.variety") in text


def test_a_gap_is_known_on_every_half_of_the_shoppers(bench: Bench) -> None:
    keys = [key for key in aims.offered(bench, "for_you") if key.startswith(aims.GAP)]
    assert keys, "some column of the small shop has two large groups"
    front = work.evaluate_front(bench, (DEFAULT, DEFAULT.at(diversity=0.0)), tuple(keys), lambda *_: None)
    for point in front.points:
        assert np.isfinite(point.drawn).all()
        assert all(point.low[key] <= point.figures[key] <= point.high[key] for key in keys)


def test_an_interval_stays_on_one_line_and_repeats_no_unit() -> None:
    makers, gap = aims.Aim("makers", "Makers", ""), aims.Aim("gap.age", "Gap", "")
    assert makers.interval(0.041, 0.07) == "4.1\u00a0…\u00a07.0"
    assert makers.interval(0.041, 0.07, change=True) == "+4.1\u00a0…\u00a0+7.0"
    assert gap.interval(-0.3, 0.01) == "−0.010\u00a0…\u00a00.300", "a gap is the negative of its objective"
    assert gap.interval(float("nan"), 0.1) == "–"


def test_a_strategy_with_exceptions_says_so() -> None:
    light = {"segments": [{"segment": {"by": "history", "group": "light"}, "diversity": 0.05}]}
    told = table()["some.badge"]["en"]
    assert label(DEFAULT.at(overrides=light)).endswith(f" · {told}")
    assert told not in label(DEFAULT)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_curve_over_spread_is_computed_when_asked_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(spread_card, "FINE", (0.0, 0.4, 0.8))
    app = open_page("trade_offs", spread="0.4", lang=lang)
    assert WORDS["over_spread.title"][lang] in plain_words(app)
    fine(app.button(key="compute_over_spread").click().run())
    curve = spread_curve(bench, DEFAULT.at(spread=0.4), (0.0, 0.4, 0.8))
    text, best = plain_words(app), curve.widest(0.99)
    if best is None:
        kept = f"{100 * curve.points[0].ndcg_kept.value:.1f}%"
        assert said("over_spread.none", lang, keep="99", kept=kept) in text
    else:
        assert f"{100 * best.coverage:.1f}%" in text and f"{best.shared_products:.2f}" in text
    assert "λ 0.30 · σ 0.40" in text
    charts = {chart.proto.id for chart in app.get("plotly_chart")}
    assert sum("over_spread" in name for name in charts) == 3


def test_at_lambda_one_spread_has_no_curve(bench: Bench) -> None:
    app = open_page("trade_offs", diversity="1", spread="0.4")
    assert said("over_spread.no_effect") in plain_words(app)
    assert all(button.key != "compute_over_spread" for button in app.button)


def test_strategies_with_the_spread_in_view_are_among_those_judged() -> None:
    app = open_page("trade_offs", spread="0.4")
    offered = app.selectbox(key="trade_pick").options
    assert sum("σ 0.40" in name for name in offered) >= 3
    assert said("trade_offs.legend_spread") in plain_words(app)
    assert said("trade_offs.legend_spread") not in plain_words(open_page("trade_offs"))
