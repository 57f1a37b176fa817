"""Rules as a link's text: any valid set survives, packed or not, and nothing else gets in."""

import json
import zlib
from base64 import urlsafe_b64encode
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.strategy.floor_text import read_floor
from engine.strategy.rules import Constraint, PinRule
from engine.strategy.strategy import DEFAULT, Strategy
from ui import state
from ui.state import rule_text
from ui.state.link_text import PACKED
from ui.state.rule_text import LONGEST, RuleSwitch

ids = st.text(min_size=1, max_size=8)
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
place = st.integers(1, 100)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


@st.composite
def scopes(draw: st.DrawFn) -> dict[str, Any]:
    first, last = sorted([draw(days), draw(days)])
    segment = draw(maybe(st.fixed_dictionaries({"by": ids, "group": ids})))
    return {
        "name": draw(maybe(st.text(max_size=20))), "segment": segment,
        "surfaces": draw(st.lists(st.sampled_from(["for_you", "new", "similar"]), max_size=2)),
        "starts": draw(maybe(st.just(first.isoformat()))), "ends": draw(maybe(st.just(last.isoformat()))),
    }  # fmt: skip


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["most", "least", "some", "pin", "soft_pin", "hide", "boost", "bury", "favour"]))
    value, item_ids = draw(ids), draw(st.lists(ids, min_size=1, max_size=30))
    strength = draw(st.sampled_from(["weak", "moderate", "strong"]))
    if kind == "most":
        window = draw(maybe(st.integers(2, 100)))
        return {"facet": draw(ids), "value": draw(maybe(ids)), "max": draw(st.integers(0, 100)), "window": window}
    if kind == "least":
        return {"facet": draw(ids), "value": value, "min": draw(place), "first": draw(maybe(place))}
    if kind == "some":
        return {"item_ids": item_ids, "max": draw(st.integers(0, 100))}
    if kind in ("pin", "soft_pin"):
        span = sorted([draw(place), draw(place)])
        where = {"positions": span} if draw(st.booleans()) else {"position": span[0]}
        return {"kind": kind, "item_id": value, **where}
    if kind == "favour":
        return {"kind": kind, "column": draw(st.sampled_from(["price", "margin", "stock"])), "strength": strength}
    what = {"item_ids": item_ids} if draw(st.booleans()) else {"facet": draw(ids), "value": value}
    return {"kind": kind, "strength": strength, **what}


@st.composite
def rules(draw: st.DrawFn) -> list[RuleSwitch]:
    found = draw(st.lists(st.tuples(bodies(), scopes(), st.booleans()), max_size=6))
    return [RuleSwitch(rule_text.entry(body | scope), on) for body, scope, on in found]


@given(rules())
def test_any_rules_survive_a_link(given_: list[RuleSwitch]) -> None:
    text = rule_text.text(given_)
    (carried,) = parse_qs(urlencode({"rules": text}), keep_blank_values=True)["rules"]
    back = rule_text.read(carried)
    limits = [kept for kept in given_ if isinstance(kept.entry, Constraint)]
    assert list(back) == limits + [kept for kept in given_ if kept not in limits]
    assert rule_text.text(back) == text
    assert len(urlencode({"rules": text})) <= LONGEST + 30


@given(rules())
def test_a_strategy_numbers_rules_as_they_stand_in_the_link(given_: list[RuleSwitch]) -> None:
    wide = DEFAULT.at(k=100, pool=200)
    made = rule_text.with_rules(wide, rule_text.read(rule_text.text(given_)))
    assert [*made.constraints, *made.rules] == [k.entry for k in rule_text.read(rule_text.text(given_)) if k.on]


@given(rules(), st.sampled_from(["mmr", "richness"]), st.sampled_from(["minmax", "none"]), st.integers(1, 100))
def test_what_does_not_fit_is_exactly_what_a_strategy_refuses(
    given_: list[RuleSwitch], method: str, normalize: str, k: int
) -> None:
    plain = Strategy(method=method, diversity=0.3, k=k, normalize=normalize)  # type: ignore[arg-type]
    for kept in given_:
        field = "constraints" if isinstance(kept.entry, Constraint) else "rules"
        try:
            plain.at(**{field: (kept.entry,)})
        except ValueError:
            assert rule_text.inapplicable(kept.entry, plain) is not None
        else:
            assert rule_text.inapplicable(kept.entry, plain) is None


def test_only_what_is_set_is_written() -> None:
    pin = PinRule(kind="pin", item_id="7", position=1)
    text = rule_text.text([RuleSwitch(pin, False), RuleSwitch(Constraint(facet="brand", max=2, first=5))])
    assert text == '[{"facet":"brand","max":2,"first":5},{"kind":"pin","item_id":"7","position":1,"off":1}]'
    assert rule_text.text([]) == "" and rule_text.read("") == ()


def test_long_rules_are_packed_and_too_long_ones_refused() -> None:
    def hide(n: int) -> list[RuleSwitch]:
        return [
            RuleSwitch(rule_text.entry({"kind": "hide", "item_ids": [str(1_000_000 + 7919 * at) for at in range(n)]}))
        ]

    text = rule_text.text(hide(300))
    assert text.startswith(PACKED) and len(text) < LONGEST / 2 and rule_text.read(text) == tuple(hide(300))
    with pytest.raises(ValueError, match="too long"):
        rule_text.text(hide(4_000))


@pytest.mark.parametrize("rows", [{"facet": "a", "max": 1}, [1], [{"facet": "a"}], [{"kind": "melt"}],
                                  [{"kind": ["pin"]}], [{"facet": "a", "max": 1, "colour": 2}],
                                  [{"facet": "a", "max": 1}] * 201])  # fmt: skip
def test_what_is_no_rule_is_refused(rows: object) -> None:
    with pytest.raises(ValueError):
        rule_text.read(json.dumps(rows))


def test_a_text_that_unfolds_without_end_is_refused() -> None:
    made = zlib.compressobj(9, wbits=-15)
    bomb = PACKED + urlsafe_b64encode(made.compress(b"[" * 4_000_000) + made.flush()).decode()
    assert len(bomb) < LONGEST
    with pytest.raises(ValueError, match="too long"):
        rule_text.read(bomb)


@pytest.mark.parametrize(
    ("text", "kept"), [("ndcg:0.99", "ndcg:0.99"), ("revenue:1", "revenue:1"), ("ndcg:0.98765", "ndcg:0.988"), ("", "")]
)
def test_floors_survive_a_link(text: str, kept: str) -> None:
    assert state.View.of_link({"floor": text}).link().get("floor", "") == kept


@pytest.mark.parametrize("text", ["ndcg", "ndcg:0", "ndcg:1.5", "ndcg:nan", "gini:0.9", ":", "ndcg:0.9:best"])
def test_what_is_no_floor_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_floor(text)
    assert state.View.of_link({"floor": text}).floor is None


def test_a_link_keeps_a_floor_to_a_tenth_of_a_percent() -> None:
    assert read_floor("ndcg:0.0001").keep == 0.0001
    assert state.View.of_link({"floor": "ndcg:0.0001"}).floor is None
