"""Why a product moved: the trade of each place, the rule that acted, and the λ that would change it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.bench.scores import shares_of
from engine.evaluation.curve import trade_off
from engine.explain.rank_changes import explain_rank_changes
from engine.explain.ranks_by_lambda import RanksByLambda, ranks_by_lambda
from engine.rerank import GRID
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy
from tests.explain.test_rule_prices import KINDS, item_id, strategy
from tests.fixtures import shops

ROWS = range(8)


def listed(bench: Bench, chosen: Strategy, row: int) -> list[int]:
    return [int(item) for item in make_slates(bench, chosen, np.array([row])).items[0] if item >= 0]


def along(*lists: list[int], now: int) -> RanksByLambda:
    return RanksByLambda(np.arange(len(lists)) / 10, np.array(lists), now)


def test_places_and_turns_of_lists_written_down() -> None:
    found = along([1, 2, 3], [1, 3, 2], [3, 1, 4], [3, 4, 1], now=1)
    assert [found.of(item).tolist() for item in (1, 2, 4, 9)] == [[1, 1, 2, 3], [2, 3, 0, 0], [0, 0, 3, 2], [0] * 4]
    turns = {item: found.crossing(item) for item in (1, 2, 3, 4, 9)}
    told = {item: turn and (round(turn.diversity, 1), turn.place, turn.lasting) for item, turn in turns.items()}
    assert told == {
        1: (0.2, 2, True),  # never leaves: the nearest λ with another place
        2: (0.2, 0, True),  # leaves for good
        3: (0.0, 3, True),  # as near as 0.2: the lower one
        4: (0.2, 3, True),  # not there yet
        9: None,
    }


def test_a_product_that_comes_back_is_not_gone_onward() -> None:
    found = along([1, 2], [1, 3], [1, 2], now=0)
    turn = found.crossing(2)
    assert turn is not None and (turn.place, turn.lasting) == (0, False)
    assert along([1, 2], [1, 2], now=0).crossing(1) is None


@given(
    st.integers(1, 5).flatmap(
        lambda k: st.lists(st.permutations(range(6)).map(lambda items: list(items[:k])), min_size=1, max_size=9)
    ),
    st.data(),
)
def test_a_turn_is_the_nearest_level_that_differs(lists: list[list[int]], data: st.DataObject) -> None:
    now = data.draw(st.integers(0, len(lists) - 1))
    found = along(*lists, now=now)
    for item in range(7):
        own = [level.index(item) + 1 if item in level else 0 for level in lists]
        turn = found.crossing(item)
        if turn is None:
            assert len(set(own)) == 1
            continue
        at = round(turn.diversity * 10)
        assert own[at] == turn.place != own[now]
        crosses = [(place > 0) != (own[now] > 0) for place in own]
        nearer = [level for level in range(len(own)) if abs(level - now) < abs(at - now)]
        if any(crosses):
            assert crosses[at] and not any(crosses[level] for level in nearer)
        else:
            assert all(own[level] == own[now] for level in nearer)
        outward = own[: at + 1] if at < now else own[at:]
        assert turn.lasting == (len({place > 0 for place in outward}) == 1)


@pytest.mark.parametrize("method", ["mmr", "dpp", "xquad"])
@pytest.mark.parametrize("ruled", [False, True])
def test_places_are_those_of_lists_made_at_each_diversity_one_by_one(bench: Bench, method: str, ruled: bool) -> None:
    chosen = strategy(KINDS[:2] if ruled else (), method=method, diversity=0.37)
    found = ranks_by_lambda(bench, chosen, 3)
    assert found.diversities.tolist() == sorted([*GRID, 0.37]) and found.diversities[found.now] == 0.37
    lists = [listed(bench, chosen.at(diversity=float(level)), 3) for level in found.diversities]
    assert found.items.tolist() == lists
    assert len({tuple(level) for level in lists}) > 1
    for item in {item for level in lists for item in level}:
        assert found.of(item).tolist() == [level.index(item) + 1 if item in level else 0 for level in lists]


@pytest.mark.parametrize("similarity", ["text", "behaviour"])
def test_the_trade_of_each_place_is_its_definition(bench: Bench, similarity: str) -> None:
    chosen = strategy(diversity=0.6, similarity=similarity)
    unit = bench.vectors(chosen.similarity).astype(np.float64)
    spared = 0
    for row in ROWS:
        now = listed(bench, chosen, row)
        pool = bench.pool(chosen, np.array([row]))
        old, scores = pool.items[0, :6].tolist(), pool.scores[0].astype(float)
        share = dict(zip(pool.items[0].tolist(), (scores - scores.min()) / np.ptp(scores), strict=True))
        told = explain_rank_changes(bench, chosen, row)
        assert [move.item for move in told.changes] == now + [item for item in old if item not in now]
        for slot, move in enumerate(told.changes[: len(now)]):
            others = [item for item in now[:slot] if item != old[slot]]
            mine, theirs = (
                max((float(unit[item] @ unit[other]) for other in above), default=0.0)
                for item, above in ((now[slot], now[:slot]), (old[slot], others))
            )
            assert (move.rank, move.displaced) == (slot + 1, old[slot])
            assert move.before == (old.index(move.item) + 1 if move.item in old else 0)
            assert move.relevance_lost == pytest.approx(share[old[slot]] - share[now[slot]], abs=1e-5)
            assert move.redundancy_removed == pytest.approx(max(theirs, 0) - max(mine, 0), abs=2e-5)
            assert move.duplicate == -1 or move.duplicate in others
            assert move.similarity == pytest.approx(max(theirs, 0), abs=2e-5)
            spared += move.redundancy_removed > 0.05
        for move in told.changes[len(now) :]:
            assert move.rank == 0 and move.before == old.index(move.item) + 1 and move.duplicate in now
            closest = max(float(unit[move.item] @ unit[item]) for item in now)
            assert move.similarity == pytest.approx(closest, abs=2e-5)
    assert spared > 5


@given(st.integers(0, 119), st.sampled_from([0.0, 0.2, 0.5, 0.9]), st.sampled_from(["mmr", "msd", "dpp", "ssd"]))
def test_relevance_given_up_sums_to_what_the_list_lost(bench: Bench, row: int, diversity: float, method: str) -> None:
    chosen = strategy(diversity=diversity, method=method)
    told = explain_rank_changes(bench, chosen, row)
    weights = 1 / np.log2(np.arange(2, 8))
    shares = shares_of(bench, chosen, bench.pool(chosen, np.array([row])).items[:, :6], np.array([row]))[0]
    lost = np.array([move.relevance_lost for move in told.changes[:6]]) @ weights / (shares @ weights)
    kept = trade_off(bench, chosen, (0.0, diversity), np.array([row])).values("score_kept")[-1]
    assert 1 - lost == pytest.approx(kept, abs=1e-5)


def test_at_lambda_zero_nothing_is_given_up(bench: Bench) -> None:
    told = explain_rank_changes(bench, strategy(diversity=0.0), 0)
    assert len(told.changes) == 6
    for move in told.changes:
        assert (move.rank, move.displaced, move.relevance_lost, move.redundancy_removed) == (
            move.before,
            move.item,
            0,
            0,
        )
        assert (move.rule, move.effect, move.instead) == (-1, "", -1)


def test_against_another_list_its_places_are_before(bench: Bench) -> None:
    before, after = strategy(method="dpp", diversity=0.8), strategy(diversity=0.1)
    old = listed(bench, before, 2)
    told = explain_rank_changes(bench, after, 2, before)
    assert [move.displaced for move in told.changes[:6]] == old
    assert {move.item for move in told.changes if not move.rank} == set(old) - set(listed(bench, after, 2))
    assert any(move.relevance_lost < 0 for move in told.changes), "a list of a lower λ is more relevant somewhere"


@pytest.mark.parametrize("diversity", [0.0, 0.3])
def test_the_rule_that_acted_is_the_one_whose_removal_undoes_it(bench: Bench, diversity: float) -> None:
    best = bench.candidates("for_you", 40).items
    rules: list[Any] = [
        {"kind": "hide", "item_ids": [item_id(bench, int(best[0, 1]))]},
        {"kind": "boost", "facet": "brand", "value": "Private", "strength": "strong"},
        {"kind": "pin", "item_id": item_id(bench, int(best[0, 20])), "position": 2},
    ]
    chosen = strategy(KINDS[:1], rules, diversity=diversity)
    effects, ids = set(), bench.history.items["item_id"]
    for row in ROWS:
        lists = {number: listed(bench, chosen.without({number}), row) for number in range(4)}
        now = listed(bench, chosen, row)
        recorded = make_slates(bench, chosen, np.array([row]))
        for move in explain_rank_changes(bench, chosen, row).changes:
            effects.add(move.effect)
            free = move.item in listed(bench, chosen.without({0, 1, 2, 3}), row)
            undone = [n for n, items in lists.items() if (move.item in items) != (move.item in now)]
            if move.effect == "place":
                assert (move.rule, move.instead) == tuple(
                    int(part[0, move.rank - 1]) for part in (recorded.rule, recorded.instead)
                )
            elif move.effect == "hide":
                assert (move.rule, ids.iat[move.item]) == (1, rules[0]["item_ids"][0]) and not move.rank
            else:
                assert move.rule == (undone[0] if undone else -1)
                together = "together" if free != (move.item in now) else ""
                assert move.effect == (together if not undone else "in" if move.rank else "out")
    assert effects >= {"", "place", "hide", "in", "out"}
    hidden = explain_rank_changes(bench, chosen, 0).of(int(best[0, 1]))
    assert hidden is not None and (hidden.effect, hidden.rule, hidden.crossing) == ("hide", 1, None)


def test_two_rules_that_ask_the_same_act_together(bench: Bench) -> None:
    """Neither alone keeps a product out, so no one of them is named."""
    told = [explain_rank_changes(bench, strategy([KINDS[0], KINDS[0]], diversity=0.0), row) for row in ROWS]
    gone = [move for found in told for move in found.changes if not move.rank]
    assert gone and {(move.effect, move.rule) for move in gone} == {("together", -1)}


def test_a_product_that_stands_in_neither_list_is_not_told(bench: Bench) -> None:
    told = explain_rank_changes(bench, strategy(), 0)
    other = int(np.setdiff1d(bench.model.items, [move.item for move in told.changes])[0])
    assert told.of(other) is None


def test_lists_of_similar_products_move_too() -> None:
    bench = CatalogueBench(shops.catalogue())
    told = explain_rank_changes(bench, Strategy(method="mmr", diversity=0.7, k=5, pool=20, surface="similar"), 0)
    assert any(move.before == 0 for move in told.changes)
    assert all(np.isfinite(move.share) for move in told.changes)
