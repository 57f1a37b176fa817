"""The panel of exports: every target's file and notes, in both languages, from a tiny page."""

import io
import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine.bench.bench import Bench
from engine.evaluation.relevance_floor import capped
from engine.exports import TARGETS, convert
from engine.exports.price_files import PRICE_FILES, price_file
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy
from ui.strategies import exports
from ui.text.words import LANGUAGES, table

STRATEGY = Strategy.checked(
    {
        "method": "msd", "diversity": 0.3, "k": 5, "facet_weights": {"embedding": 0.5, "category": 0.5},
        "constraints": [{"facet": "category", "max": 1, "window": 3}, {"facet": "brand", "value": "Private", "min": 1}],
    },
    "here",
)  # fmt: skip


def page(strategy, bench, language):  # type: ignore[no-untyped-def]  # runs as a script: names of this file are unknown
    import streamlit as st

    from ui.state import View
    from ui.strategies import exports

    st.session_state["view"] = View(lang=language)
    exports.panel(strategy, bench)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, Callable[[], bytes | str]]]:
    """What each download button would give: its file's name, and its maker."""
    found: dict[str, tuple[str, Callable[[], bytes | str]]] = {}
    real = st.download_button

    def button(label: str, data: Any, name: str, *rest: Any, **more: Any) -> bool:
        found[more["key"]] = (name, data)
        return real(label, data, name, *rest, **more)

    monkeypatch.setattr(st, "download_button", button)
    return found


def opened(bench: Bench, language: str = "en", strategy: Strategy = STRATEGY) -> AppTest:
    kwargs = {"strategy": strategy, "bench": bench, "language": language}
    app = AppTest.from_function(page, kwargs=kwargs, default_timeout=60).run()
    assert not app.exception, app.exception
    return app


def text(app: AppTest) -> str:
    return "\n".join(part.value for part in app.markdown)


SPREAD = Strategy(method="mmr", diversity=0.0, k=5, pool=60, spread=0.5)


@pytest.mark.parametrize("strategy", [STRATEGY, SPREAD, SPREAD.at(diversity=0.3)], ids=["rules", "spread", "both"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("target", TARGETS)
def test_every_note_is_said(bench: Bench, target: str, language: str, strategy: Strategy) -> None:
    app = opened(bench, language, strategy)
    app.segmented_control(key="export_target").set_value(target).run()
    assert not app.exception, app.exception
    shown = text(app)
    found = convert(strategy, target)
    for note in (*found.lost, *found.needs):
        start = table()[f"exports.note.{note.key}"][language].split("{")[0]
        assert start in shown
    assert (table()["exports.lost"][language] in shown) == bool(found.lost)
    if target != "strategy":
        assert all(f"`{each.there}`" in shown for each in found.carried)


def test_words_of_the_shop_are_shown_as_they_are(bench: Bench) -> None:
    value = Strategy.checked(
        {"method": "mmr", "diversity": 0.3, "constraints": [{"facet": "brand", "value": "*A*", "max": 1}]}, "here"
    )
    app = opened(bench, strategy=value)
    app.segmented_control(key="export_target").set_value("pairec").run()
    assert r"brand \*A\*" in text(app)


def test_buttons_give_the_files(bench: Bench, taken: dict[str, tuple[str, Callable[[], bytes | str]]]) -> None:
    app = opened(bench)
    name, made = taken["export_setting"]
    assert name == "evenshelf-strategy.json"
    assert Strategy.checked(json.loads(made()), "here") == STRATEGY
    app.segmented_control(key="export_target").set_value("qdrant").run()
    name, made = taken["export_setting"]
    assert name == "evenshelf-qdrant.json"
    assert json.loads(made()) == convert(STRATEGY, "qdrant").content
    name, made = taken["export_csv"]
    assert name == "evenshelf-slates.csv"
    found = pd.read_csv(io.BytesIO(made()), dtype=str)
    assert len(found) == int((make_slates(bench, STRATEGY).items >= 0).sum())


def test_other_systems_get_the_level_that_the_floor_allows(bench: Bench) -> None:
    floored = STRATEGY.at(
        method="mmr",
        diversity=1.0,
        constraints=(),
        facet_weights={"embedding": 1.0},
        floor={"metric": "ndcg", "keep": 0.9},
    )
    allowed = capped(bench, floored).diversity
    assert allowed < 1
    assert json.loads(exports._setting(floored, "qdrant", bench, None))["query"]["mmr"]["diversity"] == allowed
    assert json.loads(exports._setting(floored, "strategy", bench, None))["diversity"] == 1.0


def test_a_span_converts_the_level(bench: Bench, taken: dict[str, tuple[str, Callable[[], bytes | str]]]) -> None:
    app = opened(bench)
    assert not app.number_input
    app.segmented_control(key="export_target").set_value("weaviate").run()
    app.number_input(key="export_span").set_value(0.4).run()
    _, made = taken["export_setting"]
    balance = json.loads(made())["near_vector"]["selection"]["mmr"]["balance"]
    assert balance == pytest.approx(1 - 0.3 * 0.4 / (0.7 + 0.3 * 0.4), abs=1e-6)
    assert f"{balance}" in text(app)
    app.segmented_control(key="export_target").set_value("pairec").run()
    assert not app.number_input


def test_prices_are_offered_with_spread_alone(
    bench: Bench, taken: dict[str, tuple[str, Callable[[], bytes | str]]]
) -> None:
    opened(bench)
    assert not {name for name in taken if name.startswith("export_price")}
    app = opened(bench, "zh", SPREAD)
    assert table()["exports.prices"]["zh"] in text(app)
    for kind in PRICE_FILES:
        name, made = taken[f"export_price_{kind}"]
        assert name == f"evenshelf-crowding.{kind}" and made() == price_file(kind, bench, SPREAD)
    app.segmented_control(key="export_target").set_value("pairec").run()
    app.number_input(key="export_span").set_value(0.4).run()
    _, made = taken["export_setting"]
    assert "score - 0.4 * evenshelf_price" in str(made())
