"""A floor on the small shop: the promise of its sweep, what it bought, segments, and strategies that carry one."""

import numpy as np
import pytest

from engine.bench.bench import Bench
from engine.bench.measures import measure
from engine.bench.segments import segments
from engine.data import InputError
from engine.evaluation.curve import trade_off
from engine.evaluation.evaluate import against, by_segment, compare, evaluate
from engine.evaluation.relevance_floor import LEVELS, capped, find_floor, floor_by, own_floor_test
from engine.slates.make import make_slates
from engine.statistics.fixed_sequence import fixed_sequence
from engine.strategy.strategy import Floor, Strategy

BASE = Strategy(method="mmr", diversity=0.9, pool=80)
HALF = Floor(metric="ndcg", keep=0.8)
LEAST_HERE = 20  # the small shop's thirds have some thirty shoppers who buy later


@pytest.mark.parametrize("metric", ["ndcg", "revenue"])
def test_it_is_the_promise_of_the_sweep(bench: Bench, metric: str) -> None:
    found = find_floor(bench, BASE, Floor(metric=metric, keep=0.8))
    known = []
    for level in LEVELS:
        lists = make_slates(bench, BASE.at(diversity=level)).items
        known.append(measure(lists, bench.evidence("all"), [metric]).per_user[metric])
    expected = fixed_sequence(np.stack(known), LEVELS, 0.8)
    assert found.test.diversity == expected.diversity and 0 < expected.at < len(LEVELS) - 1
    np.testing.assert_allclose(found.test.sure, expected.sure)
    assert found.test.n_users == int(np.isfinite(known[0]).sum())


def test_what_it_bought_is_what_a_comparison_says(bench: Bench) -> None:
    found = find_floor(bench, BASE, HALF)
    keys = ["ild", "facet_entropy:category", "coverage", "gini"]
    told = compare(bench, BASE.at(diversity=0.0), BASE.at(diversity=found.test.diversity), keys)
    assert found.gained == told
    assert [row.metric for row in find_floor(bench, BASE, HALF, keys=["hhi:category"]).gained] == ["hhi:category"]


def test_a_floor_that_none_can_keep_is_no_diversity(bench: Bench) -> None:
    found = find_floor(bench, BASE, Floor(metric="ndcg", keep=1.0), (0.0, 1.0))
    assert found.test.diversity == 0.0
    assert all(row.difference == row.low == row.high == 0 for row in found.gained)


def test_each_segment_has_its_own_promise_or_that_of_all(bench: Bench) -> None:
    found = find_floor(bench, BASE, HALF)
    curve = trade_off(bench, BASE, LEVELS, keys=["ndcg"])
    parts = floor_by(bench, found, "history", least=LEAST_HERE)
    groups = segments(bench, "history")
    assert [part.group for part in parts] == list(groups)
    for part in parts:
        mine = curve.figures("ndcg")[:, groups[part.group]]
        assert part.n_users == int(np.isfinite(mine[0]).sum())
        assert part.own == (part.n_users >= LEAST_HERE)
        expected = fixed_sequence(mine, LEVELS, 0.8) if part.own else found.test
        assert part.test.diversity == expected.diversity
    assert any(part.own for part in parts)
    assert all(part.test is found.test for part in floor_by(bench, found, "history", least=10**6))
    with pytest.raises(InputError, match="take one of"):
        floor_by(bench, found, "shoe size")


def test_a_strategy_with_a_floor_is_capped_everywhere(bench: Bench) -> None:
    floored = BASE.at(floor=HALF)
    allowed = {s: find_floor(bench, BASE.at(surface=s), HALF).test.diversity for s in bench.surfaces}
    assert capped(bench, BASE) is BASE and own_floor_test(bench, BASE) is None
    for surface, diversity in allowed.items():
        here = capped(bench, floored.at(surface=surface))
        assert here.diversity == min(0.9, diversity) and here.floor == HALF
        assert capped(bench, here) == here
        assert capped(bench, here.at(diversity=0.01)).diversity == min(0.01, diversity)
    scopes = {"all": allowed["for_you"], "new": allowed["new"]}
    for row in [*evaluate(bench, floored, [0.9]), *by_segment(bench, floored, "history")]:
        assert row.diversity == min(0.9, scopes[row.scope])
    assert {row.diversity for row in against(bench, bench, floored)} == {min(0.9, d) for d in allowed.values()}


def test_without_later_purchases_a_floor_is_refused(bench: Bench) -> None:
    blind = Bench(bench.data, bench.model, bench.card | {"until": None})
    for ask in (lambda: find_floor(blind, BASE, HALF), lambda: capped(blind, BASE.at(floor=HALF))):
        with pytest.raises(InputError, match="train with --until") as refused:
            ask()
        assert refused.value.problems[0].column == "floor"


def test_too_few_shoppers_are_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.evaluation.relevance_floor.SMALLEST_GROUP", 10**6)
    with pytest.raises(InputError, match="earlier cut-off"):
        find_floor(bench, BASE, HALF)
