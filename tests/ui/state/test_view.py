"""The view: every value comes back from its link, what is not allowed is at its default, and no two ways to say one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.strategy.overrides import Overrides
from engine.strategy.strategy import Exposure, Floor
from ui.state import rule_text
from ui.state.rule_text import RuleSwitch
from ui.state.view import DEFAULTS, METHODS, POOLS, TargetFigure, View

NAMES = st.text(min_size=1, max_size=6)
WEIGHTS = st.integers(0, 100).map(lambda share: share / 100)
LIMIT, HIDDEN = (
    RuleSwitch(rule_text.entry(row), on)
    for row, on in (({"facet": "brand", "max": 2}, True), ({"kind": "hide", "item_ids": ["7"]}, False))
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "lang": st.sampled_from(["en", "zh"]),
    "shop": NAMES,
    "shopper": NAMES,
    "diversity": WEIGHTS,
    "weights": st.integers(0, 100).map(lambda n: {"embedding": 100 - n, "a,b:c": n}),
    "k": st.integers(2, 30),
    "pool": st.sampled_from(POOLS),
    "rules": st.lists(st.sampled_from([LIMIT, HIDDEN])),
    "floor": st.integers(1, 1000).map(lambda n: Floor(metric="ndcg", keep=n / 1000, against="plain")),
    "target": st.builds(TargetFigure, st.just("facet_entropy:category"), st.integers(0, 999).map(lambda n: n / 100)),
    "overrides": WEIGHTS.map(
        lambda level: Overrides.model_validate(
            {"segments": [{"segment": {"by": "age", "group": "35,4"}, "diversity": level}]}
        )
    ),
    "exposure": st.builds(lambda facet: Exposure(facet=facet, floor="max-min"), st.sampled_from(["provider", "a:b"])),
    "third": st.sampled_from(["", *METHODS]),
    "story": st.sampled_from(["", "alike.2"]),
    "version": st.integers(0, 999_999),
    "fair_by": st.lists(NAMES, unique=True).map(tuple),
    "trade_floors": st.booleans(),
    "trade_point": st.none() | st.integers(0, 50),
}


@given(st.fixed_dictionaries({}, optional=VALUES))
def test_every_view_comes_back_from_its_link(values: dict[str, Any]) -> None:
    view = DEFAULTS.with_(**values)
    assert View.of_link(view.link()) == view
    assert View.of_link(view.link(*View.model_fields)) == view, "also where every setting is said"
    assert all(isinstance(text, str) for text in view.link(*View.model_fields).values())


def test_a_link_says_only_what_was_set() -> None:
    assert DEFAULTS.link() == {}
    view = DEFAULTS.with_(k=7, weights={"embedding": 100, "price": 0}, rules=[HIDDEN, LIMIT])
    assert view.rules == (LIMIT, HIDDEN), "limits first, as a strategy numbers them"
    assert list(view.link()) == ["k", "rules"] and view.link("lang", "k")["lang"] == "en"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lang", "de"), ("k", "31"), ("k", "1"), ("k", "seven"), ("pool", "150"), ("diversity", "1.1"),
        ("diversity", "nan"), ("weights", "embedding:60"), ("weights", "embedding:60,embedding:40"), ("rules", "{}"),
        ("rules", "z.!"), ("floor", "gini:0.9"), ("target", "ild:inf"), ("target", "0.5"), ("overrides", "[]"),
        ("exposure", "provider"), ("third", "none"), ("story", "alike.0"), ("version", "-1"), ("trade_floors", "yes"),
        ("trade_point", "first"), ("same", "all"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_allowed_is_at_its_default_and_the_others_are_kept(name: str, text: str) -> None:
    kept = {"shopper": "a=b", "find": "chair"}
    assert View.of_link({name: text, "unknown": "1", **kept}) == DEFAULTS.with_(**kept)


def test_the_view_is_frozen_and_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValidationError):
        DEFAULTS.k = 5
    with pytest.raises(ValidationError):
        DEFAULTS.with_(diversty=0.5)
    with pytest.raises(ValueError, match="too long for a link"):
        DEFAULTS.with_(
            rules=[RuleSwitch(rule_text.entry({"kind": "hide", "item_ids": [str(n * 7919) for n in range(9000)]}))]
        )
    assert DEFAULTS.with_(diversity=0.333).diversity == 0.33
