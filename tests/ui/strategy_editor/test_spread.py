"""Spread σ on the pages: the slider, the strategy that it makes, what the pages say of it, and with a floor."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.bench.bench import Bench
from engine.evaluation.relevance_floor import capped
from engine.explain.spread_changes import spread_changes
from engine.slates.crowding import crowding_prices
from engine.slates.crowding_files import FOLDER
from engine.slates.make import make_slates
from engine.strategy.strategy import DEFAULT, Floor
from tests.ui.harness import open_page, words
from ui.strategy_editor.strategy_link import link_of, lost
from ui.text.words import table
from ui.tune import plane_card

SPREAD = DEFAULT.at(spread=0.5)


@pytest.mark.parametrize("page", ["overview", "tune", "compare", "map", "homogenization", "fairness"])
def test_pages_show_lists_with_spread(work: SimpleNamespace, page: str) -> None:
    app = open_page(page, spread="0.5")
    assert "σ 0.50" in words(app) or page in ("compare", "map", "fairness"), "these say it in pictures and forms"
    assert not app.warning


def test_the_slider_is_kept_and_named_in_the_badge(work: SimpleNamespace) -> None:
    app = open_page("tune", shopper="all")
    assert app.slider(key="spread").value == 0.0 and "σ 0" not in words(app)
    app.slider(key="spread").set_value(0.4).run()
    assert "λ 0.30 · σ 0.40" in words(app)
    assert app.query_params["spread"] == "0.4"


def test_raw_scores_turn_the_slider_off(work: SimpleNamespace) -> None:
    app = open_page("tune", shopper="all", normalize="none", spread="0.5")
    assert app.slider(key="spread").disabled
    assert "σ 0.50" not in words(app)


def test_tune_says_which_products_gave_way_and_what_they_cost(work: SimpleNamespace, bench: Bench) -> None:
    row = next(r for r in range(len(bench.users)) if (c := spread_changes(bench, SPREAD, r)) and c.out)
    app = open_page("tune", spread="0.5", shopper=str(bench.names()[row]))
    changes = spread_changes(bench, SPREAD, row)
    assert changes is not None
    told = next(t.value for t in app.table if table()["spread.what"]["en"] in t.value.columns)
    assert len(told) == len(changes.out) + len(changes.brought_in)
    assert list(told[table()["spread.price"]["en"]]) == [
        f"{100 * item.price:.1f}%" for item in (*changes.out, *changes.brought_in)
    ]


def test_what_changed_is_what_two_lists_differ_by(bench: Bench) -> None:
    prices = crowding_prices(bench, SPREAD)
    assert prices is not None
    for row in range(5):
        changes = spread_changes(bench, SPREAD, row)
        assert changes is not None
        before, now = (make_slates(bench, each).items[row].tolist() for each in (DEFAULT, SPREAD))
        assert [item.item for item in changes.out] == [item for item in before if item not in now]
        assert [(item.item, item.rank) for item in changes.brought_in] == [
            (item, rank) for rank, item in enumerate(now, 1) if item not in before
        ]
        assert all(item.price == prices[item.item] for item in (*changes.out, *changes.brought_in))
    assert spread_changes(bench, DEFAULT, 0) is None


def test_a_floor_lowers_both_and_the_page_says_so(work: SimpleNamespace, bench: Bench) -> None:
    strategy = SPREAD.at(floor=Floor(metric="ndcg", keep=0.97))
    used = capped(bench, strategy)
    assert 0 <= used.spread < 0.5 and used.spread == pytest.approx(0.5 * used.diversity / 0.3)
    app = open_page("tune", spread="0.5", floor="ndcg:0.97", shopper="all")
    assert f"λ {used.diversity:.2f}" in words(app)
    assert "0.30 · σ 0.50" in words(app)


def test_a_saved_strategy_with_spread_opens_as_it_is() -> None:
    assert link_of(SPREAD)["spread"] == "0.5" and lost(SPREAD) == []
    assert lost(DEFAULT.at(spread=0.123)) == ["spread"]


def test_the_picture_of_all_pairs_is_computed_when_asked_for(work: SimpleNamespace) -> None:
    app = open_page("tune", shopper="all", spread="0.4", pool="50", k="5")
    title = table()["plane.colour"]["en"]
    assert all(control.label != title for control in app.segmented_control)
    app.button(key="compute_plane").click().run()
    for _ in range(60):  # the job runs beside the page, which asks for it once a second
        if any(control.label == title for control in app.segmented_control):
            break
        time.sleep(1)
        app.run()
    assert any(control.label == title for control in app.segmented_control)
    assert "★" in words(app) or table()["plane.none"]["en"].split("{")[0] in words(app)
    again = open_page("tune", shopper="all", spread="0.2", pool="50", k="5")
    assert any(control.label == title for control in again.segmented_control), "it is on disk"
    assert again.button(key="compute_plane_fine")


def test_a_pair_that_is_clicked_is_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    put, session = [], {}
    monkeypatch.setattr(plane_card.state, "put", lambda **settings: put.append(settings))
    monkeypatch.setattr(plane_card.st, "session_state", session)
    monkeypatch.setattr(plane_card.st, "rerun", lambda: None)
    for carried in ([0.2, 0.6], {"0": 0.2, "1": 0.6}):
        plane_card._take_click({"selection": {"points": [{"customdata": carried}]}})
    plane_card._take_click({"selection": {"points": [{"x": 1}]}})  # a mark that carries no pair
    assert put == [{"diversity": 0.2, "spread": 0.6}]


def test_the_recommended_weight_is_one_without_spread_and_says_so(work: SimpleNamespace) -> None:
    app = open_page("tune", shopper="all", spread="0.4")
    assert " · σ 0" in next(button.label for button in app.button if button.key == "take_recommended_diversity")
    app.button(key="take_recommended_diversity").click().run()
    assert app.slider(key="spread").value == 0.0
    assert " · σ 0" not in next(button.label for button in app.button if button.key == "take_recommended_diversity")


def test_prices_of_the_lists_in_view_are_stored_with_the_shop(
    work: SimpleNamespace, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "folder", tmp_path)
    app = open_page("tune", spread="0.33", shopper=str(bench.names()[0]))
    assert not app.exception
    assert len(list((tmp_path / FOLDER).glob("*.parquet"))) == 1
    app.slider(key="spread").set_value(0.41).run()
    assert len(list((tmp_path / FOLDER).glob("*.parquet"))) == 2


def test_prices_that_are_found_show_how_far_they_are(work: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[float, str]] = []
    monkeypatch.setattr(
        "streamlit.delta_generator.DeltaGenerator.progress",
        lambda self, value, text="", **_: told.append((value, text)),
    )
    app = open_page("tune", shopper="all", spread="0.37", k="9")
    assert [value for value, _ in told] == sorted({value for value, _ in told}) and 0 < told[0][0] <= 1
    assert told[0][1] == table()["spread.finding_step"]["en"].format(done=1, total=12)
    told.clear()
    app.slider(key="diversity").set_value(0.35).run()
    app.slider(key="diversity").set_value(0.3).run()
    assert len({text for _, text in told}) == len(told), "one search, for the new λ alone"
