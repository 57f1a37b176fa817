"""What holds for some lists only, what smaller makers get, and targets: on Tune, in links, on every page's lists."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bench.segments import segments
from engine.evaluation.target import find_target
from engine.slates.effective_lambdas import effective_lambdas
from engine.strategies import replaced_by
from engine.strategy.overrides import Overrides
from engine.strategy.strategy import DEFAULT, Exposure
from tests.ui.harness import open_page, words
from tests.ui.strategy_editor.editor import go, label, tune_with_editor
from ui.state import exceptions_text

LIGHT = {"segments": [{"segment": {"by": "history", "group": "light"}, "diversity": 0.1}]}

level = st.floats(0, 1, allow_nan=False).map(lambda value: round(value, 3))
ids = st.text(min_size=1, max_size=12)
segment = st.fixed_dictionaries({"segment": st.fixed_dictionaries({"by": ids, "group": ids}), "diversity": level})
policy = st.fixed_dictionaries(
    {"name": ids, "facet": ids, "values": st.lists(ids, min_size=1, max_size=40), "diversity": level}
)
guard = st.fixed_dictionaries({"key": st.just("narrowing"), "least": st.floats(0.05, 2), "up_to": level})


@st.composite
def overrides(draw: st.DrawFn) -> Overrides:
    parts: dict[str, Any] = {
        "segments": draw(st.lists(segment, max_size=4)), "policies": draw(st.lists(policy, max_size=3)),
        "personal": draw(st.none() | st.fixed_dictionaries({"strength": st.floats(0.05, 1)})),
        "guard": draw(st.none() | guard),
    }  # fmt: skip
    told = {name: part for name, part in parts.items() if part}
    return Overrides.model_validate(told or {"personal": {"strength": 0.5}})


@given(overrides())
def test_exceptions_survive_a_link(found: Overrides) -> None:
    assert exceptions_text.read_overrides(exceptions_text.overrides_text(found)) == found


@given(ids, st.floats(0.01, 1) | st.just("max-min"), st.floats(0.01, 0.99), st.floats(0.01, 1))
def test_an_exposure_floor_survives_a_link(facet: str, floor: Any, worst: float, strength: float) -> None:
    asked = Exposure(facet=facet, floor=floor, worst=worst, strength=strength)
    assert exceptions_text.read_exposure(exceptions_text.exposure_text(asked)) == asked


@pytest.mark.parametrize("text", ["provider", "provider:2", "provider:0.5:1", ":0.5", "provider:x", "provider:0.5:9:9"])
def test_what_is_no_exposure_floor_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        exceptions_text.read_exposure(text)


@pytest.mark.parametrize("text", ["{", "[]", "z.AAAA", '{"segments":[]}', '{"guard":{"key":"x","least":1}}'])
def test_what_is_no_exception_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        exceptions_text.read_overrides(text)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_exceptions_are_shown_counted_and_kept(work: SimpleNamespace, lang: str) -> None:
    found = Overrides.model_validate(
        {
            "segments": [{"segment": {"by": "history", "group": "light"}, "diversity": 0.05}],
            "personal": {"strength": 0.5},
        }
    )
    app = tune_with_editor(overrides=exceptions_text.overrides_text(found), lang=lang)
    assert label("some.does", lang) in words(app)
    told = effective_lambdas(work.bench, DEFAULT.at(overrides=found.model_dump()), [DEFAULT.diversity])
    light = segments(work.bench, "history")["light"]
    assert np.allclose(told.diversities[0][light], 0.05)
    assert app.slider(key="some_group_0").value == 0.05
    app.slider(key="some_group_0").set_value(0.1)
    go(app)
    now = exceptions_text.read_overrides(app.query_params["overrides"])
    assert now is not None and now.segments[0].diversity == 0.1 and now.personal == found.personal
    app.button(key="some_group_remove_0").click()
    go(app)
    now = exceptions_text.read_overrides(app.query_params["overrides"])
    assert now is not None and not now.segments


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_smaller_makers_get_their_part(work: SimpleNamespace, lang: str) -> None:
    app = tune_with_editor(exposure="provider:0.2", lang=lang)
    assert len(app.metric) >= 2 and "%" in app.metric[0].value
    app.slider(key="makers_least").set_value(10)
    go(app)
    assert app.query_params["exposure"] == "provider:0.1"


def test_a_floor_that_no_lists_reach_is_told_in_words(work: SimpleNamespace) -> None:
    app = open_page("tune", exposure="provider:1.0:0.9:1.0")
    said = words(app) + "\n".join(each.value for each in app.error)
    assert not app.exception and "Traceback" not in said


def test_a_target_names_the_least_lambda_and_takes_it(work: SimpleNamespace) -> None:
    wanted = float(find_target(work.bench, DEFAULT, "ild", 0.0).curve.values("ild")[8])
    found = find_target(work.bench, DEFAULT, "ild", round(wanted, 3))
    app = tune_with_editor(target=f"ild:{wanted:.3f}")
    if found.diversity is None:
        assert label("target.never") in words(app)
        level_ = found.best[0]
    else:
        level_ = found.diversity
        assert label("target.reached").format(diversity=f"{level_:.2f}") in words(app)
    app.button(key="take_target").click()
    go(app)
    assert float(app.query_params.get("diversity", DEFAULT.diversity)) == level_


def test_all_lists_follow_what_the_link_says(work: SimpleNamespace) -> None:
    app = tune_with_editor(overrides='{"personal":{"strength":0.5}}')
    assert app.session_state["view"].overrides
    held = exceptions_text.widened(DEFAULT, app.session_state["view"].overrides, None)
    assert held.overrides is not None
    assert exceptions_text.overrides_inactive(held.overrides, 0.0) is None, "personal alone follows λ down to 0"
    both = exceptions_text.widened(DEFAULT, held.overrides, Exposure(facet="provider", floor=0.5))
    assert both.exposure is None, "no strategy holds both"


def test_overrides_are_set_and_previewed(work: SimpleNamespace) -> None:
    app = tune_with_editor(overrides=exceptions_text.overrides_text(DEFAULT.at(overrides=LIGHT).overrides))
    found = effective_lambdas(work.bench, DEFAULT.at(overrides=LIGHT), [0.3]).diversities[0]
    n, everyone = int((found != 0.3).sum()), len(work.bench.users)
    assert n and label("some.moved").format(n=n, all=everyone) in words(app)
    app.toggle(key="some_personal").set_value(True)
    go(app)
    kept = exceptions_text.read_overrides(app.query_params["overrides"])
    assert kept and kept.personal and kept.personal.strength == 0.5 and kept.segments
    app.toggle(key="some_guard").set_value(True)
    go(app)
    app.button(key="some_kind_new").click()
    go(app)
    kept = exceptions_text.read_overrides(app.query_params["overrides"])
    assert kept and kept.guard and len(kept.policies) == 1
    app.button(key="some_group_remove_0").click()
    go(app)
    assert not exceptions_text.read_overrides(app.query_params["overrides"]).segments  # type: ignore[union-attr]


def test_a_group_that_the_shop_lacks_can_be_switched_off(work: SimpleNamespace) -> None:
    wrong = {"segments": [{"segment": {"by": "history", "group": "huge"}, "diversity": 0.1}]}
    app = open_page("overview", overrides=exceptions_text.overrides_text(DEFAULT.at(overrides=wrong).overrides))
    assert label("some.problem.overrides").format(value="huge") in app.error[0].value
    app.button(key="some_switch_off").click()
    go(app)
    assert not app.error and app.session_state["view"].overrides is None


def test_an_exposure_floor_is_shown_and_waits_beside_exceptions(work: SimpleNamespace) -> None:
    app = tune_with_editor(exposure="provider:0.2")
    assert app.metric and not app.error and "exposure=" not in words(app)
    app = tune_with_editor(
        exposure="provider:0.2", overrides=exceptions_text.overrides_text(DEFAULT.at(overrides=LIGHT).overrides)
    )
    app.session_state["desk_view"] = "makers"
    go(app)
    assert label("makers.overrides") in words(app) and not app.metric


def test_what_the_engine_wrote_is_read_back() -> None:
    assert replaced_by("replaced by Big, version 2, version 3") == ("Big, version 2", 3)
    assert replaced_by("I replaced by hand") is None


@pytest.mark.parametrize(("lang", "said"), [("en", "1 exception"), ("zh", "1 项例外")])
def test_the_dialog_that_saves_counts_exceptions(work: SimpleNamespace, lang: str, said: str) -> None:
    found = Overrides.model_validate({"personal": {"strength": 0.5}})
    app = open_page("tune", overrides=exceptions_text.overrides_text(found), lang=lang)
    app.button(key="save_strategy").click().run()
    assert not app.exception and said in words(app)
