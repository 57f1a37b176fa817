"""The advised pair on the pages: searched for when asked, said with what it keeps, and taken by one click."""

import time
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from engine.bench.bench import Bench
from engine.evaluation.pairs.advised_pair import advised_pair, known_pair
from engine.evaluation.pairs.pair_advice import AdvisedPair
from engine.strategy.strategy import DEFAULT, Floor, Strategy
from tests.evaluation.test_relevance_kept import pinned
from tests.ui.harness import fine, open_page, plain_words
from ui.strategy_editor import pair_words
from ui.text.words import table

FLOOR = "ndcg:0.5:plain"
WORDS = table()


def strategy(surface: str, k: int, keep: float = 0.5) -> Strategy:
    return DEFAULT.at(surface=surface, k=k, floor=Floor(metric="ndcg", keep=keep, against="plain").model_dump())


def searched(app: AppTest, bench: Bench, strategies: list[Strategy]) -> AppTest:
    """The page after the search, which runs beside it."""
    fine(app.button(key="compute_pair").click().run())
    for _ in range(240):
        if all(known_pair(bench, strategy) for strategy in strategies):
            return fine(app.run())
        time.sleep(0.25)
    raise AssertionError("the search never ended")


def test_the_overview_looks_for_the_pairs_when_asked_and_shows_them_at_once_later(
    work: SimpleNamespace, bench: Bench
) -> None:
    app = open_page("overview", k="4", floor=FLOOR)
    assert WORDS["pair.find"]["en"] in plain_words(app)
    wanted = {surface: strategy(surface, 4) for surface in ("for_you", "new")}
    text = plain_words(searched(app, bench, list(wanted.values())))
    for surface, asked in wanted.items():
        pair = known_pair(bench, asked)
        assert pair is not None and pair.floor.keep == 0.5 and pair.pair != (0.0, 0.0)
        name = WORDS[f"surface.{surface}"]["en"]
        assert WORDS["pair.take"]["en"].format(surface=name, pair=pair_words.weights(pair.pair)) in text
        assert f"{100 * pair.after['coverage']:.1f}%" in text and f"{pair.after['shared_products']:.2f}" in text
        assert f"{pair.n_users:,} shoppers who had no say" in text
    again = open_page("overview", k="4", floor=FLOOR)
    assert WORDS["pair.find"]["en"] not in plain_words(again)
    assert WORDS["pair.find"]["zh"] not in plain_words(open_page("overview", k="4", floor=FLOOR, lang="zh"))


def test_the_pair_that_is_set_already_is_called_so(work: SimpleNamespace, bench: Bench) -> None:
    pair = advised_pair(bench, strategy("for_you", 3))
    advised_pair(bench, strategy("new", 3))
    assert pair is not None
    level, spread = pair.pair
    app = open_page("overview", k="3", floor=FLOOR, diversity=f"{level:g}", spread=f"{spread:g}")
    words = WORDS["pair.have"]["en"].format(surface=WORDS["surface.for_you"]["en"], pair=pair_words.weights(pair.pair))
    assert words in plain_words(app)


def test_tune_takes_the_known_pair_by_one_click(work: SimpleNamespace, bench: Bench) -> None:
    app = open_page("tune", k="6", floor=FLOOR, shopper="all")
    assert all(button.key != "take_pair_diversity" for button in app.button)
    pair = advised_pair(bench, strategy("for_you", 6))
    assert pair is not None
    fine(app.run())
    assert WORDS["pair.recommended"]["en"].format(pair=pair_words.weights(pair.pair)) in plain_words(app)
    fine(app.button(key="take_pair_diversity").click().run())
    assert (app.slider(key="diversity").value, app.slider(key="spread").value) == pair.pair
    assert app.button(key="take_pair_diversity").disabled


def test_raw_scores_and_a_shop_without_later_purchases_have_no_pair(work: SimpleNamespace, bench: Bench) -> None:
    assert WORDS["pair.find"]["en"] not in plain_words(open_page("overview", normalize="none"))
    work.bench = Bench(bench.data, bench.model, {**bench.card, "until": None})  # type: ignore[arg-type]
    assert WORDS["pair.find"]["en"] not in plain_words(open_page("overview"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_outcome_has_its_words(bench: Bench, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.text.words.language", lambda: lang)
    found = advised_pair(bench, strategy("new", 5))
    broken = advised_pair(bench, pinned(bench))
    nothing = advised_pair(bench, strategy("new", 5, keep=1.0))
    assert found is not None and broken is not None and nothing is not None
    assert WORDS["pair.take"][lang].split("{")[0] in pair_words.advised(found, "x", DEFAULT)[0]
    assert pair_words.broken(broken, "x")[0] == WORDS["pair.rules_break"][lang].format(surface="x")
    assert nothing.pair == (0.0, 0.0)
    assert pair_words.advised(nothing, "x", DEFAULT)[0] == WORDS["pair.none"][lang].format(surface="x")
    hoped = AdvisedPair(**{**found.__dict__, "hoped": (0.4, 0.6)})
    title, reason = pair_words.trial(hoped, "x", 10)
    assert "λ 0.40 · σ 0.60" in title and f"{100 * hoped.then['coverage']:.1f}%" in reason
