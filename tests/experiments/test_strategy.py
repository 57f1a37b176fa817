"""Strategies refuse what they do not know, and say where and how to mend it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import InputError
from engine.experiments.strategy import DEFAULT, Strategy, read_strategy
from engine.rerank import METHODS


def test_the_defaults_of_a_page_without_a_state() -> None:
    assert DEFAULT.model_dump() == {
        "method": "mmr", "diversity": 0.3, "k": 10, "pool": 200,
        "normalize": "minmax", "similarity": "text",
        "facet_weights": {"embedding": 1.0}, "surface": "for_you",
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


@pytest.mark.parametrize(
    ("fields", "column", "said"),
    [
        ({"method": "mmr"}, "diversity", "required"),
        ({"method": "mmr", "diversity": 1.5}, "diversity", "less than or equal to 1"),
        ({"method": "mmr", "diversity": float("nan")}, "diversity", "finite"),
        ({"method": "mmr", "diversity": "0.3"}, "diversity", "number"),
        ({"method": "mmr", "diversity": True}, "diversity", "number"),
        ({"method": "mrr", "diversity": 0.3}, "method", "'mmr', 'msd', 'dpp'"),
        ({"method": "mmr", "diversity": 0.3, "k": 0}, "k", "greater than or equal to 1"),
        ({"method": "mmr", "diversity": 0.3, "k": 2.5}, "k", "integer"),
        ({"method": "mmr", "diversity": 0.3, "k": 20, "pool": 10}, None, "pool of at least 20"),
        ({"method": "mmr", "diversity": 0.3, "facet_weights": {"brand": 0.7}}, "facet_weights", "sum to 0.7"),
        ({"method": "mmr", "diversity": 0.3, "facet_weights": {"brand": -1}}, "facet_weights", "from 0 to 1"),
        ({"method": "mmr", "diversity": 0.3, "facet_weights": {"brand": float("nan")}}, "facet_weights", "brand"),
        ({"method": "mmr", "diversity": 0.3, "facet_weights": {}}, "facet_weights", "embedding"),
        ({"method": "mmr", "diversity": 0.3, "floor": {"metric": "ndcg"}}, "floor.keep", "required"),
        ({"method": "mmr", "diversity": 0.3, "floor": {"metric": "ndcg", "keep": 0.0}}, "floor.keep", "greater than 0"),
        ({"method": "mmr", "diversity": 0.3, "floor": {"metric": "ild", "keep": 0.9}}, "floor.metric", "ndcg"),
        ({"method": "mmr", "diversity": 0.3, "floor": {"metric": "ndcg", "keep": 1.0, "x": 1}}, "floor.x", "not known"),
        ({"method": "mmr", "diversity": 0.3, "rules": []}, "rules", "not known"),
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
