"""What a strategy may say of some lists only: read, refused, turned with λ, and kept in its JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import InputError
from engine.strategies.records import canonical
from engine.strategy.overrides import Overrides, shift_level
from engine.strategy.strategy import DEFAULT, Floor, Strategy

LEVEL = st.floats(0, 1)
MMR = {"method": "mmr", "diversity": 0.3}
POLICY = {"name": "a", "facet": "category", "values": ["Milk"], "diversity": 0.2}
HEAVY = {"segment": {"by": "history", "group": "heavy"}, "diversity": 0.6}


def made(**overrides: object) -> Strategy:
    return Strategy.checked(MMR | {"overrides": overrides}, "s.json")


def test_turned_by_hand() -> None:
    assert [shift_level(0.6, 0.3, to) for to in (0.0, 0.15, 0.3, 0.65, 1.0)] == [0.0, 0.3, 0.6, 0.8, 1.0]
    assert [shift_level(0.0, 0.3, to) for to in (0.0, 0.3, 1.0)] == [0.0, 0.0, 1.0]
    assert shift_level(0.0, 0.0, 0.4) == 0.4 and shift_level(0.7, 1.0, 0.5) == 0.35


@given(LEVEL, st.floats(0.001, 1), LEVEL, LEVEL)
def test_every_level_is_turned_from_0_through_itself_to_1(level: float, old: float, one: float, two: float) -> None:
    low, high = sorted((one, two))
    assert shift_level(level, old, 0.0) == 0 and shift_level(level, old, old) == level
    assert old == 1 or shift_level(level, old, 1.0) == 1
    assert 0 <= shift_level(level, old, low) <= shift_level(level, old, high) + 1e-9 <= 1 + 2e-9
    assert shift_level(old, old, low) == pytest.approx(low, abs=1e-9), "who has the strategy's λ keeps having it"
    least, most = sorted((level, two))
    assert shift_level(least, old, one) <= shift_level(most, old, one) + 1e-9
    if low <= high <= old and high > 0.001:  # down in two steps is down in one, so a floor found twice is one floor
        assert shift_level(shift_level(level, old, high), high, low) == pytest.approx(
            shift_level(level, old, low), abs=1e-6
        )


def test_another_diversity_turns_all_of_them() -> None:
    strategy = made(
        segments=[HEAVY], policies=[POLICY], guard={"key": "narrowing", "least": 0.9}, personal={"strength": 1}
    )
    half = strategy.at(diversity=0.15).overrides
    assert half and half.levels == (0.3, 0.1, 0.5) and half.personal and half.personal.strength == 1
    assert strategy.at(diversity=0.0).overrides.levels == (0, 0, 0)  # type: ignore[union-attr]
    assert strategy.at(diversity=1.0).overrides.levels == (1, 1, 1)  # type: ignore[union-attr]
    assert strategy.at(diversity=0.3, k=5).overrides == strategy.overrides == strategy.at(k=5).overrides
    as_written = strategy.at(diversity=0.9, overrides=strategy.overrides)
    assert as_written.overrides == strategy.overrides and as_written.diversity == 0.9
    assert strategy.at(overrides=None) == Strategy.checked(MMR, "s.json")


def test_strategies_saved_before_have_the_json_and_the_hash_they_had() -> None:
    assert canonical(DEFAULT)[1] == "f7d4ba696d3ee5caabf1070d79da08728f201123599b5c81b9c66c97a4f736de"
    floored = Strategy(method="mmr", diversity=0.5, floor=Floor(metric="ndcg", keep=0.99))
    assert canonical(floored)[1] == "0b64ab66cd42fd425f08b950a5b07564161c092b989fc7d649bec1984733500f"
    assert canonical(made(segments=[HEAVY]).at(overrides=None)) == canonical(DEFAULT)
    assert json.loads(canonical(made(segments=[HEAVY]))[0])["overrides"] == {"segments": [HEAVY]}
    assert json.loads(canonical(made(policies=[POLICY]))[0])["overrides"] == {"policies": [POLICY]}


SEGMENTS = st.lists(
    st.builds(lambda by, group, level: {"segment": {"by": by, "group": group}, "diversity": level},
              st.text(min_size=1), st.text(min_size=1), LEVEL), max_size=3)  # fmt: skip
POLICIES = st.lists(
    st.builds(lambda values, level, share: {"name": "p", "facet": "f", "values": values, "diversity": level,
                                            "facet_weights": {"a": share, "embedding": 1 - share}},
              st.lists(st.text(min_size=1), min_size=1, max_size=3), LEVEL, LEVEL), max_size=3)  # fmt: skip
GUARDS = st.none() | st.builds(
    lambda bound, up_to: {"key": "calibration_js:brand", "most": bound, "up_to": up_to}, st.floats(0, 7), LEVEL
)


@given(SEGMENTS, POLICIES, GUARDS, st.floats(0.001, 1), LEVEL)
def test_a_strategy_survives_its_own_json(
    segments: list[object], policies: list[object], guard: object, strength: float, to: float
) -> None:
    parts = {"segments": segments, "policies": policies, "guard": guard, "personal": {"strength": strength}}
    strategy = made(**parts)
    for each in (strategy, strategy.at(diversity=to)):
        assert Strategy.checked(json.loads(each.model_dump_json()), "file") == each
        assert canonical(Strategy.checked(json.loads(canonical(each)[0]), "file")) == canonical(each)


@pytest.mark.parametrize(
    ("overrides", "column", "said"),
    [
        ({}, "overrides", "leave it out"),
        ({"segments": [], "guard": None}, "overrides", "leave it out"),
        ({"colour": 1}, "overrides.colour", "segments, personal, policies, guard"),
        ({"segments": [{**HEAVY, "diversity": 1.5}]}, "overrides.segments.0.diversity", "less than or equal to 1"),
        ({"segments": [{**HEAVY, "colour": 1}]}, "overrides.segments.0.colour", "segment, diversity"),
        ({"segments": [{"segment": {"by": "age"}, "diversity": 0.1}]}, "overrides.segments.0.segment.group", "add"),
        ({"personal": {"strength": 0}}, "overrides.personal.strength", "greater than 0"),
        ({"personal": {"strength": 1, "colour": 1}}, "overrides.personal.colour", "known are strength"),
        ({"policies": [{"name": "a", "facet": "f", "values": ["v"]}]}, "overrides.policies.0", "diversity or facet_w"),
        ({"policies": [{**POLICY, "values": []}]}, "overrides.policies.0.values", "at least 1"),
        ({"policies": [{**POLICY, "facet_weights": {"a": 2}}]}, "overrides.policies.0.facet_weights", "from 0 to 1"),
        ({"policies": [{**POLICY, "colour": 1}]}, "overrides.policies.0.colour", "name, facet, values"),
        ({"guard": {"key": "ild", "least": 0.5}}, "overrides.guard.key", "match"),
        ({"guard": {"key": "narrowing", "least": 0}}, "overrides.guard.least", "greater than 0"),
        ({"guard": {"key": "narrowing", "most": 0.5}}, "overrides.guard", "needs least"),
        ({"guard": {"key": "calibration_kl", "least": 0.5}}, "overrides.guard", "needs most"),
        ({"guard": {"key": "narrowing", "least": 1, "up_to": 2}}, "overrides.guard.up_to", "less than or equal to 1"),
        ({"guard": {"key": "narrowing", "least": 1, "colour": 2}}, "overrides.guard.colour", "key, least, most, up_to"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named(overrides: object, column: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        Strategy.checked({**MMR, "overrides": overrides}, "s.json")
    (problem,) = refused.value.problems
    assert (problem.file, problem.column) == ("s.json", column) and said in f"{problem.problem} {problem.fix}"


def test_overrides_need_a_lambda_to_be_turned_with() -> None:
    with pytest.raises(InputError, match="it must be above 0"):
        Strategy.checked({"method": "mmr", "diversity": 0, "overrides": {"segments": [HEAVY]}}, "s.json")
    with pytest.raises(ValueError, match="less than or equal to 1"):
        made(segments=[HEAVY]).at(diversity=1.5)


def test_exceptions_are_counted() -> None:
    segment = {"segment": {"by": "age", "group": "65+"}, "diversity": 0.1}
    assert Overrides.model_validate({"segments": [segment], "personal": {"strength": 0.5}}).count == 2
