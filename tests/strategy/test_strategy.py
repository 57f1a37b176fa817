"""Strategies refuse what they do not know, and say where and how to mend it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import InputError
from engine.rerank import METHODS
from engine.strategy.strategy import DEFAULT, Strategy, read_strategy


def test_the_defaults_of_a_page_without_a_state() -> None:
    assert DEFAULT.model_dump() == {
        "method": "mmr", "diversity": 0.3, "k": 10, "pool": 200,
        "normalize": "minmax", "similarity": "text",
        "facet_weights": {"embedding": 1.0}, "surface": "for_you", "constraints": (), "rules": (),
    }  # fmt: skip


@given(
    st.builds(
        lambda method, diversity, k, more, share: Strategy(
            method=method, diversity=diversity, k=k, pool=k + more, facet_weights={"a": share, "embedding": 1 - share}
        ),
        st.sampled_from(list(METHODS)),
        st.floats(0, 1),
        st.integers(1, 100),
        st.integers(0, 1000),
        st.floats(0, 1),
    )
)
def test_a_strategy_survives_its_own_json(strategy: Strategy) -> None:
    assert Strategy.checked(json.loads(strategy.model_dump_json()), "file") == strategy


MMR = {"method": "mmr", "diversity": 0.3}


@pytest.mark.parametrize(
    ("fields", "known"),
    [
        ({**MMR, "colour": 1}, "method, diversity"),
        ({**MMR, "floor": {"metric": "ndcg", "keep": 0.9, "colour": 1}}, "metric, keep"),
        ({**MMR, "constraints": [{"facet": "brand", "max": 1, "colour": 1}]}, "facet, value, max, min"),
        (
            {**MMR, "constraints": [{"facet": "a", "max": 1, "segment": {"by": "a", "group": "b", "colour": 1}}]},
            "by, group",
        ),
        ({**MMR, "rules": [{"kind": "pin", "item_id": "1", "position": 1, "colour": 1}]}, "item_id, position"),
        ({**MMR, "rules": [{"kind": "favour", "column": "price", "colour": 1}]}, "column, strength"),
    ],
)
def test_an_unknown_field_is_told_what_is_known_in_its_place(fields: object, known: str) -> None:
    with pytest.raises(InputError) as refused:
        Strategy.checked(fields, "s.json")
    (problem,) = refused.value.problems
    assert problem.column is not None and problem.column.endswith("colour") and known in problem.fix


@pytest.mark.parametrize(
    ("fields", "column", "said"),
    [
        ({"method": "mmr"}, "diversity", "required"),
        ({"method": "mmr", "diversity": 1.5}, "diversity", "less than or equal to 1"),
        ({"method": "mmr", "diversity": float("nan")}, "diversity", "finite"),
        ({"method": "mmr", "diversity": "0.3"}, "diversity", "number"),
        ({"method": "mmr", "diversity": True}, "diversity", "number"),
        ({"method": "mrr", "diversity": 0.3}, "method", "'mmr', 'msd', 'dpp'"),
        ({**MMR, "k": 0}, "k", "greater than or equal to 1"),
        ({**MMR, "k": 2.5}, "k", "integer"),
        ({**MMR, "k": 20, "pool": 10}, None, "pool of at least 20"),
        ({**MMR, "facet_weights": {"brand": 0.7}}, "facet_weights", "sum to 0.7"),
        ({**MMR, "facet_weights": {"brand": -1}}, "facet_weights", "from 0 to 1"),
        ({**MMR, "facet_weights": {"brand": float("nan")}}, "facet_weights", "brand"),
        ({**MMR, "facet_weights": {}}, "facet_weights", "embedding"),
        ({**MMR, "colour": []}, "colour", "not known"),
        ({**MMR, "rules": [{"kind": "pin", "item_id": "1"}]}, "rules.0.pin", "position"),
        ({**MMR, "rules": [{"kind": "pin", "item_id": "1", "position": 11}]}, None, "list of 10"),
        ({**MMR, "rules": [{"kind": "sell", "item_id": "1"}]}, "rules.0", "'pin', 'soft_pin'"),
        ({**MMR, "rules": [{"kind": "hide"}]}, "rules.0.hide", "item_ids"),
        ({**MMR, "constraints": [{"facet": "brand"}]}, "constraints.0", "max or min"),
        ({**MMR, "constraints": [{"facet": "brand", "min": 1}]}, "constraints.0", "needs a value"),
        ({**MMR, "constraints": [{"facet": "brand", "max": 1, "starts": "soon"}]},
         "constraints.0.starts", "a day like"),
        ({"method": "richness", "diversity": 0.3, "constraints": [{"facet": "brand", "max": 1}]}, None, "richness"),
        ({**MMR, "normalize": "none", "rules": [{"kind": "boost", "item_ids": ["1"]}]}, None,
         "minmax"),
        ({**MMR, "floor": {"metric": "ndcg"}}, "floor.keep", "required"),
        ({**MMR, "floor": {"metric": "ndcg", "keep": 0.0}}, "floor.keep", "greater than 0"),
        ({**MMR, "floor": {"metric": "ild", "keep": 0.9}}, "floor.metric", "ndcg"),
        ({**MMR, "floor": {"metric": "ndcg", "keep": 1.0, "x": 1}}, "floor.x", "not known"),
        ([], None, "dictionary"),
    ],
)  # fmt: skip
def test_bad_fields_are_refused_where_they_stand(fields: object, column: str | None, said: str) -> None:
    with pytest.raises(InputError) as refused:
        Strategy.checked(fields, "s.json")
    problem = refused.value.problems[0]
    assert (problem.file, problem.column) == ("s.json", column)
    assert said in problem.problem
    assert problem.fix


def test_unreadable_files_are_located(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"method": "mmr",\n "diversity": }')
    with pytest.raises(InputError) as refused:
        read_strategy(broken)
    assert refused.value.problems[0].line == 2
    with pytest.raises(InputError, match="cannot be read"):
        read_strategy(tmp_path / "missing.json")


def test_a_problem_has_its_place_in_words_and_for_programs() -> None:
    with pytest.raises(InputError) as refused:
        Strategy.checked({"method": "mmr", "diversity": 0.3, "rules": [{"kind": "pin", "item_id": "A"}]}, "file.json")
    (problem,) = refused.value.problems
    assert problem.loc == ("rules", 0, "pin") and problem.column == "rules.0.pin"
    assert problem.as_json()["loc"] == problem.loc and problem.kind == "strategy"
    with pytest.raises(InputError) as refused:
        Strategy.checked({"method": "mmr", "diversity": 0.3, "k": 10, "pool": 5}, "file.json")
    (problem,) = refused.value.problems
    assert "loc" not in problem.as_json() and not problem.problem.startswith("Value error")
