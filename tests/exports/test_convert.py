"""Whatever a strategy asks for is carried over or said to be lost, in words of both languages."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import InputError
from engine.exports import TARGETS, Exported, Note, TargetNames, convert, note_text
from engine.exports.words import WORDS
from engine.strategy.rules import Constraint
from engine.strategy.strategy import Strategy, read_strategy

TRANSLATIONS = Path(__file__).resolve().parents[2] / "ui" / "translations" / "exports.toml"
ENGINES = [name for name in TARGETS if name not in ("strategy", "pairec")]
LIMITS = [
    {"facet": "category", "max": 1, "window": 3}, {"facet": "brand", "value": "A", "min": 2},
    {"facet": "brand", "value": "A", "max": 0}, {"facet": "arrival", "max": 3, "first": 4},
]  # fmt: skip
RULES = [
    {"kind": "pin", "item_id": "1", "position": 1}, {"kind": "hide", "item_ids": ["2"]},
    {"kind": "boost", "facet": "brand", "value": "A"}, {"kind": "favour", "column": "price"},
]  # fmt: skip
strategies = st.fixed_dictionaries(
    {"method": st.sampled_from(["mmr", "msd", "dpp", "ssd", "calibrated"]), "diversity": st.floats(0, 1)},
    optional={
        "k": st.integers(1, 20),
        "pool": st.integers(20, 2000),
        "normalize": st.sampled_from(["minmax", "rank"]),
        "spread": st.sampled_from([0.2, 1.0]),
        "similarity": st.sampled_from(["text", "behaviour", "both"]),
        "facet_weights": st.just({"embedding": 0.5, "category": 0.5}),
        "surface": st.sampled_from(["for_you", "new", "similar"]),
        "constraints": st.lists(st.sampled_from(LIMITS), max_size=3),
        "rules": st.lists(st.sampled_from(RULES), max_size=3),
        "floor": st.sampled_from([{"metric": "ndcg", "keep": 0.99, "against": a} for a in ("plain", "ruled")]),
    },
).map(lambda fields: Strategy.checked(fields, "here"))
DEFAULTS = Strategy(method="mmr", diversity=0.3).model_dump(mode="json")


def spoken_of(found: Exported) -> set[str]:
    return {each.field for each in (*found.carried, *found.lost, *found.needs)}


@pytest.mark.parametrize("target", ENGINES)
@given(strategies)
def test_engines_say_a_word_of_all_that_is_not_as_usual(target: str, strategy: Strategy) -> None:
    found = convert(strategy, target)
    asked = strategy.model_dump(mode="json")
    unusual = {name for name in asked if asked[name] != DEFAULTS.get(name)} - {"constraints", "rules"}
    unusual |= {f"constraints.{n}" for n in range(len(strategy.constraints))}
    unusual |= {f"rules.{n}" for n in range(len(strategy.rules))}
    assert unusual | {"diversity", "k", "pool"} <= spoken_of(found)
    assert json.loads(found.text) == found.content
    for each in found.carried:
        assert at(found.content, each.there) == each.becomes


@given(strategies)
def test_pairec_says_a_word_of_every_limit_and_rule(strategy: Strategy) -> None:
    found = convert(strategy, "pairec")
    rules = found.content["SortConfs"][0]["DiversityRules"]
    told_of = {f"constraints.{n}" for n, limit in enumerate(strategy.constraints) if limit.max != strategy.k}
    free = {  # a limit no list can break
        f"constraints.{n}"
        for n, limit in enumerate(strategy.constraints)
        if limit.max
        and limit.value is None
        and limit.max >= min(limit.window or strategy.k, limit.first or 100, strategy.k)
    }
    assert (told_of - free) | {f"rules.{n}" for n in range(len(strategy.rules))} <= spoken_of(found)
    assert {"diversity", "k", "pool"} <= spoken_of(found)
    for each in found.carried:
        content = found.content if each.field == "spread" else found.content["SortConfs"][0]
        assert at(content, each.there) == each.becomes
    priced = len(found.content["SortConfs"]) == 2
    assert priced == (strategy.spread > 0 and strategy.diversity < 1)
    assert ("nothing" in {note.key for note in found.lost}) == (not rules and not priced)


def at(content: Any, path: str) -> Any:
    for name in path.split("."):
        content = content[int(name) if isinstance(content, list) else name]
    return content


@given(strategies)
def test_the_strategy_itself_comes_back_whole(strategy: Strategy) -> None:
    found = convert(strategy, "strategy")
    assert Strategy.checked(json.loads(found.text), "here") == strategy
    assert not found.lost
    assert not found.needs


def test_a_strategy_file_is_read_back(tmp_path: Path) -> None:
    rule = {"kind": "pin", "item_id": "中", "position": 1, "starts": "2026-12-01"}
    strategy = Strategy.checked({"method": "dpp", "diversity": 0.2, "rules": [rule]}, "here")
    (tmp_path / "s.json").write_text(convert(strategy, "strategy").text, encoding="utf-8")
    assert read_strategy(tmp_path / "s.json") == strategy


def test_words_are_those_of_the_pages() -> None:
    pages = tomllib.loads(TRANSLATIONS.read_text(encoding="utf-8"))["exports"]["note"]
    assert {key: entry["en"] for key, entry in pages.items()} == WORDS


def test_words_are_short() -> None:
    for words in WORDS.values():
        for sentence in words.split(". "):
            assert len(sentence.split()) < 12, sentence


@given(strategies, st.sampled_from(sorted(TARGETS)))
def test_every_note_has_words(strategy: Strategy, target: str) -> None:
    found = convert(strategy, target)
    for note in (*found.lost, *found.needs):
        assert "{" not in note_text(note)


@pytest.mark.parametrize(
    ("target", "options", "normalize"),
    [
        ("solr", {}, "minmax"),
        ("qdrant", {"span": 0.0}, "minmax"),
        ("qdrant", {"span": float("nan")}, "minmax"),
        ("qdrant", {"span": 2.1}, "minmax"),
        ("qdrant", {"span": 0.4}, "none"),
    ],
)
def test_bad_wishes_are_refused(target: str, options: dict[str, Any], normalize: Any) -> None:
    with pytest.raises(InputError):
        convert(Strategy(method="mmr", diversity=0.3, normalize=normalize), target, **options)


@pytest.mark.parametrize(
    "fields", [{"vectors": " "}, {"collection": ""}, {"vectors": "a\nb"}, {"query": ()}, {"query": (float("nan"),)}]
)
def test_bad_places_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        TargetNames(**fields)


class Later(Strategy):
    """A strategy as it may be some day."""

    mood: str = "calm"


@pytest.mark.parametrize("target", [*ENGINES, "pairec"])
def test_what_strategies_gain_later_is_told_as_left_out(target: str) -> None:
    usual = Later(method="mmr", diversity=0.3)
    assert "mood" not in spoken_of(convert(usual, target))
    assert Note("mood", "field", {"field": "mood"}) in convert(usual.at(mood="gay"), target).lost


def test_a_limit_of_another_kind_is_no_rule_of_pairec() -> None:
    class Odd(Constraint):
        mood: str = "calm"

    class Changed(Strategy):
        constraints: tuple[Odd, ...] = ()

    limits = (Odd(facet="category", max=1, window=3), Odd(facet="category", max=1, window=3, mood="gay"))
    found = convert(Changed(method="mmr", diversity=0.3, constraints=limits), "pairec")
    assert len(found.content["SortConfs"][0]["DiversityRules"]) == 1
    assert Note("constraints.1", "field", {"field": "mood"}) in found.lost
