"""A list told slot by slot: every reason comes from what the re-ranker recorded."""

from itertools import pairwise

import numpy as np
import pytest

from engine.bench.bench import Bench
from engine.explain.slots import explain_slots, most_shown, replaced
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy

METHODS = ("mmr", "msd", "dpp", "ssd")


def strategy(method: str, diversity: float = 0.6, **more: object) -> Strategy:
    return Strategy(method=method, diversity=diversity, pool=60, **more)  # type: ignore[arg-type]


def marginal(method: str, unit: np.ndarray, item: int, above: list[int]) -> float:
    """The diversity term of an item below `above`, written plainly from each method's definition."""
    cosines = unit[above] @ unit[item]
    if method == "mmr":
        return -float(np.clip(cosines, 0, 1).max(initial=0.0))
    if method == "msd":
        return float((1 - np.clip(cosines, -1, 1)).sum())
    joined = np.vstack([unit[above], unit[item]]) if above else unit[[item]]
    if method == "ssd":  # with the bias dimension of the paper, section 5.3
        joined = np.hstack([joined, np.ones((len(joined), 1))])
    gram = joined @ joined.T
    inner, row = gram[:-1, :-1], gram[-1, :-1]
    residual = gram[-1, -1] - (row @ np.linalg.lstsq(inner, row, rcond=None)[0] if len(inner) else 0.0)
    return float(np.sqrt(max(residual, 0))) if method == "ssd" else float(np.log(max(residual, 1e-12)))


@pytest.mark.parametrize("method", METHODS)
def test_the_named_neighbour_matters(bench: Bench, method: str) -> None:
    """Take the named neighbour away and the item's diversity term changes, unless another ties or it is zero."""
    chosen = strategy(method)
    unit = bench.vectors("text").astype(np.float64)
    named = 0
    for row in range(12):
        slots = explain_slots(bench, chosen, row)
        for slot in slots:
            above = [s.item for s in slots[: slot.rank - 1]]
            if slot.nearest < 0:
                assert not above or (unit[above] @ unit[slot.item]).max() < 1e-4
                continue
            assert slot.nearest in above
            assert unit[slot.nearest] @ unit[slot.item] == pytest.approx(slot.similarity, abs=1e-4)
            assert slot.similarity >= (unit[above] @ unit[slot.item]).max() - 1e-4
            rest = [item for item in above if item != slot.nearest]
            whole, without = (marginal(method, unit, slot.item, items) for items in (above, rest))
            if slot.ties or abs(whole) < 1e-4 or slot.similarity > 1 - 1e-4:
                continue
            named += 1
            assert abs(whole - without) > 1e-7, (row, slot)
    assert named > 20


@pytest.mark.parametrize("method", ["mmr", "msd", "ssd"])
def test_recorded_terms_are_the_definition(bench: Bench, method: str) -> None:
    unit = bench.vectors("text").astype(np.float64)
    slots = explain_slots(bench, strategy(method), 3)
    for slot in slots:
        above = [s.item for s in slots[: slot.rank - 1]]
        assert slot.diversity == pytest.approx(marginal(method, unit, slot.item, above), abs=2e-3)
        assert slot.gain == pytest.approx(0.4 * slot.relevance + 0.6 * slot.diversity, abs=1e-4)


def test_at_lambda_zero_nothing_moves_and_the_first_scores_one(bench: Bench) -> None:
    slots = explain_slots(bench, strategy("mmr", 0.0), 0)
    assert [s.rank for s in slots] == [s.base_rank for s in slots] == list(range(1, 11))
    assert slots[0].share == 1.0
    assert all(a.share >= b.share for a, b in pairwise(slots))


def test_bought_counts_the_lines_of_the_history(bench: Bench) -> None:
    slots = explain_slots(bench, strategy("mmr", 0.3), 5)
    lines = bench.history.positives()
    mine = lines[lines["user"] == bench.users[5]]
    assert [s.bought for s in slots] == [int((mine["item"] == s.item).sum()) for s in slots]
    assert any(s.bought for s in slots)


def test_new_lists_hold_nothing_that_was_bought(bench: Bench) -> None:
    for row in range(10):
        assert all(s.bought == 0 for s in explain_slots(bench, strategy("mmr", 0.3, surface="new"), row))


def test_replaced_names_the_likest_item_that_stayed(bench: Bench) -> None:
    before, after = strategy("mmr", 0.0), strategy("mmr", 0.9)
    unit = bench.vectors("text")
    found = [entry for row in range(10) for entry in replaced(bench, before, after, row)]
    assert found
    for row in range(10):
        new = make_slates(bench, after, np.array([row])).items[0]
        for gone in replaced(bench, before, after, row):
            assert gone.item not in new
            assert gone.similarity == pytest.approx(float((unit[new] @ unit[gone.item]).max()), abs=1e-5)


def test_most_shown_counts_lists() -> None:
    now, before = np.array([[1, 2], [1, 3], [1, -1]]), np.array([[2, 1], [2, 3], [2, 3]])
    first, *rest = most_shown(now, before, top=3)
    assert (first.item, first.rank, first.share, first.base_share) == (1, 1, 1.0, pytest.approx(1 / 3))
    assert {entry.item for entry in rest} == {2, 3}
    assert rest[0].item == 2 and rest[0].base_rank == 1
