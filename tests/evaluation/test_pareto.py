"""The Pareto front: closed forms, what dominance must be, and the small shop judged by four aims."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import metrics
from engine.bench.bench import Bench
from engine.bench.segments import segments
from engine.data import Cancelled, InputError
from engine.evaluation.objectives import equality, group_similarity, mean_of, share_of_due, worst_off
from engine.evaluation.pareto import beats, grid, pareto
from engine.slates.make import make_slates
from engine.statistics.intervals import half_samples
from engine.strategy.strategy import Exposure, Strategy

BASE = Strategy(method="mmr", diversity=0.0, pool=80)
HALF = Exposure(facet="provider", floor=0.5)
NUMBERS = st.integers(0, 3)


def test_who_beats_whom() -> None:
    values = np.array([[1.0, 1.0], [2.0, 1.0], [1.0, 2.0], [1.0, 1.0], [0.0, 5.0]])
    found = beats(values)
    assert np.argwhere(found).tolist() == [[1, 0], [1, 3], [2, 0], [2, 3]]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=8))
def test_dominance_is_a_strict_order_and_somebody_is_always_on_the_front(points: list[tuple[int, int, int]]) -> None:
    found = beats(np.array(points, float))
    plain = [[all(a >= b for a, b in zip(p, q, strict=True)) and p != q for q in points] for p in points]
    assert found.tolist() == plain
    assert not (found & found.T).any()
    assert ((found.astype(int) @ found > 0) <= found).all(), "who beats one that beats a third beats the third"
    assert not found.any(axis=0).all()


def test_the_small_shop_by_four_aims(bench: Bench) -> None:
    evidence, (codes, names) = bench.evidence("all"), bench.evidence("all").facets["provider"]
    due = np.bincount(codes[bench.history.positives()["item"]], minlength=len(names)) / 1.0
    aims = {
        "ndcg": mean_of("ndcg", evidence),
        "ild": mean_of("ild", evidence),
        "makers": worst_off(codes, due / due.sum()),
        "groups": group_similarity("ndcg", evidence, segments(bench, "history")),
    }
    strategies = grid(BASE, ("mmr", "msd"), (0.0, 0.4), HALF, (0.0, 1.0))
    assert len(strategies) == 8 and sum(each.exposure is None for each in strategies) == 4
    told: list[tuple[int, int]] = []
    points = pareto(bench, strategies, aims, draws=40, report=lambda _, done, total: told.append((done, total)))
    assert told == [(at, 8) for at in range(1, 9)]
    values = np.array([[point.figures[name] for name in aims] for point in points])
    dominated = beats(values)
    halves = half_samples(len(bench.users), 40, 0)
    lists = [make_slates(bench, each).items for each in strategies]
    drawn = np.array([[[aims[name](items)(rows) for name in aims] for items in lists] for rows in halves])
    for at, point in enumerate(points):
        assert point.strategy == strategies[at]
        assert point.front == (not dominated[:, at].any()) == (point.beaten_by == -1)
        assert all(point.low[name] <= point.figures[name] <= point.high[name] for name in ("ndcg", "ild"))
        losses = beats(drawn)[:, :, at]
        assert point.stays == pytest.approx(1 - losses.any(axis=1).mean())
        if not point.front:
            assert dominated[point.beaten_by, at]
            assert point.sure == pytest.approx(losses[:, point.beaten_by].mean())
            assert point.sure == losses[:, dominated[:, at]].mean(axis=0).max()
    assert values[1, 2] > values[0, 2], "the floor serves the makers that are worst off"
    assert points[0].figures["ndcg"] == pytest.approx(np.nanmean(metrics.ndcg(lists[0], evidence.relevant)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        points[0].front = False


def test_the_same_lists_never_beat_each_other(bench: Bench) -> None:
    same = [BASE, BASE.at(method="msd")]  # at λ = 0 both are the top-k
    for point in pareto(bench, same, {"ndcg": mean_of("ndcg", bench.evidence("all"))}, draws=20):
        assert point.front and point.stays == 1 and point.sure == 0


def test_figures_by_hand(bench: Bench) -> None:
    codes, lists = np.array([0, 0, 1, -1]), np.array([[0, 2], [2, 1], [3, -1]])
    first, second = 1.0, 1 / np.log2(3)
    whole = 2 * (first + second) + first
    shares = np.array([first + second, second + first]) / whole
    everyone = np.arange(3)
    assert equality(codes)(lists)(everyone) == pytest.approx(1.0) and shares[0] == shares[1]
    assert equality(codes)(lists)(np.array([0])) == pytest.approx(1 - (first - second) / (2 * (first + second)))
    assert worst_off(codes, np.array([0.2, 0.8]), 0.5)(lists)(everyone) == pytest.approx(shares[1] / 0.8)
    assert worst_off(codes, np.array([1.0, 0.0]), 0.5)(lists)(everyone) == pytest.approx(shares[0])
    assert share_of_due(codes == 1, 0.5)(lists)(everyone) == pytest.approx(shares[1] / 0.5)
    evidence = bench.evidence("all")
    items = make_slates(bench, BASE).items
    values = metrics.ndcg(items, evidence.relevant)
    known = np.flatnonzero(~np.isnan(values))
    groups = {"a": known[:20], "b": known[20:40], "few": known[40:45]}
    expected = -abs(values[known[:20]].mean() - values[known[20:40]].mean())
    assert group_similarity("ndcg", evidence, groups)(items)(np.arange(len(items))) == pytest.approx(expected)
    assert np.isnan(group_similarity("ndcg", evidence, groups)(items)(known[20:40]))
    assert mean_of("hhi:category", evidence, more=False)(items)(np.arange(len(items))) < 0


def test_it_can_be_stopped_and_refuses_what_cannot_be_compared(bench: Bench) -> None:
    ild = {"ild": mean_of("ild", bench.evidence("all"))}

    def stop(step: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        pareto(bench, [BASE], ild, draws=2, report=stop)
    for strategies, aims in (([], ild), ([BASE], {}), ([BASE, BASE.at(surface="new")], ild)):
        with pytest.raises(InputError, match="one surface"):
            pareto(bench, strategies, aims)
    with pytest.raises(InputError, match="take one of"):
        mean_of("gini", bench.evidence("all"))
    nothing = group_similarity("ndcg", bench.evidence("all"), {"all": np.arange(len(bench.users))})
    with pytest.raises(InputError, match="not known of these lists"):
        pareto(bench, [BASE], ild | {"gap": nothing}, draws=2)
