"""Options are kept by what they are, not by the words that a browser sends back for them."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.harness import ALL_PAGES, open_page
from ui.state import options
from ui.text.words import table

OFF_DEFAULT = {
    "surface": "new", "method": "msd", "normalize": "rank", "similarity": "both", "diversity": "0.55", "pool": "100",
    "shopper": "all", "map_colour": "cluster", "map_parts": "category", "same": "most", "from_method": "dpp",
    "third": "cover", "floor": "revenue:0.9", "fair_by": "age", "k": "7",
}  # fmt: skip


def shown(app: AppTest) -> dict[str, object]:
    """What every control of options shows, by the name of its widget."""
    controls = [*app.selectbox, *app.multiselect, *app.select_slider, *app.get("button_group")]
    return {control.key.rstrip("_123456789"): control.value for control in controls if control.key}


def settings(app: AppTest) -> dict[str, object]:
    return dict(app.session_state["view"])


@pytest.mark.parametrize("page", ALL_PAGES)
def test_there_and_back_again(work: SimpleNamespace, page: str) -> None:
    """On each run every control sends the words that it showed in the run before, as a browser does."""
    app = open_page(page, **OFF_DEFAULT).run()
    first, set_ = shown(app), settings(app)
    for language in ("zh", "en", "zh", "en"):
        app.session_state["view"] = app.session_state["view"].with_(lang=language)
        app.run()
        assert not app.exception and not app.error
        assert app.title[0].value == table()[f"{page}.title"][language]
        app.run()
        assert not app.exception and not app.error
        now = shown(app)
        assert {name: now[name] for name in first} == first
        assert settings(app) == set_ | {"lang": language}


def _form() -> None:
    import streamlit as st

    from ui.state import options

    words = st.session_state.get("words", {"a": "same", "b": "same", "c": "other"})
    st.selectbox("one", **options.options("one", words, "b"))


def test_a_choice_outlives_its_words() -> None:
    app = AppTest.from_function(_form).run()
    assert app.selectbox[0].options == ["same · a", "same · b", "other"], "no two options share their words"
    assert app.selectbox[0].value == "b"
    app.selectbox[0].set_value("c").run()
    app.session_state["words"] = {"a": "un", "b": "deux", "c": "same · b"}
    app.run()
    assert app.selectbox[0].value == "c", "the words that the browser sends now stand for another option"
    app.session_state["words"] = {"a": "same", "b": "same", "c": "other"}
    app.run()
    assert app.selectbox[0].value == "c"


def test_two_options_never_share_their_words() -> None:
    assert options.distinct({1: "x", 2: "y", 3: "x"}) == {1: "x · 1", 2: "y", 3: "x · 3"}
    assert options.named(["", "brand"], {"": "none"}) == {"": "none", "brand": "brand"}
