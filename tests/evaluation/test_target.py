"""Targets on the small shop: the least λ that surely reaches them, from either side."""

import numpy as np
import pytest

from engine.bench.bench import Bench
from engine.bench.measures import measure, table
from engine.data import InputError
from engine.evaluation.target import FALLING, find_target
from engine.rerank import GRID
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy

BASE = Strategy(method="mmr", diversity=0.0, pool=80)


@pytest.mark.parametrize(
    ("key", "share"), [("facet_entropy:category", 0.5), ("ild", 0.3), ("coverage", 0.2), ("look_alike_pairs", 0.5)]
)
def test_it_is_the_first_that_surely_reaches_it(bench: Bench, key: str, share: float) -> None:
    whole = find_target(bench, BASE, key, 0.0)
    sign = -1 if whole.at_most else 1
    ends = sorted((float(whole.sure[0]), float(whole.sure.max() if sign > 0 else whole.sure.min())))
    wanted = ends[0] + share * (ends[1] - ends[0])
    found = find_target(bench, BASE, key, wanted)
    reached = [level for level, bound in zip(GRID, found.sure, strict=True) if sign * bound >= sign * wanted]
    assert found.diversity == (reached[0] if reached else None)
    for at in (0, 9):
        lists = make_slates(bench, BASE.at(diversity=GRID[at])).items
        assert found.values[at] == pytest.approx(measure(lists, bench.evidence("all"), [key]).value(key)[0])
    assert (sign * found.sure <= sign * found.values).all()


def test_a_higher_target_takes_no_less_diversity(bench: Bench) -> None:
    levels = [find_target(bench, BASE, "ild", wanted).diversity for wanted in (0.0, 0.3, 0.5, 0.6)]
    known = [level for level in levels if level is not None]
    assert levels[0] == 0.0 and known == sorted(known) and levels[: len(known)] == known


def test_what_cannot_be_reached_says_how_far_it_goes(bench: Bench) -> None:
    found = find_target(bench, BASE, "facet_entropy", 99.0)
    assert found.key == "facet_entropy:category" and found.diversity is None
    assert found.best[1] == found.sure.max() and found.best[0] == GRID[int(found.sure.argmax())]


def test_it_needs_no_later_purchases(bench: Bench) -> None:
    blind = Bench(bench.data, bench.model, bench.card | {"until": None})
    assert find_target(blind, BASE, "ild", 0.0, (0.0, 0.5)).diversity == 0.0


def test_falling_measures_are_measures(bench: Bench) -> None:
    assert {key.partition(":")[0] for key in table(bench.evidence("all"))} >= FALLING


@pytest.mark.parametrize(("key", "wanted"), [("beauty", 1.0), ("ild", np.nan), ("ild", np.inf)])
def test_other_targets_are_refused(bench: Bench, key: str, wanted: float) -> None:
    with pytest.raises(InputError) as refused:
        find_target(bench, BASE, key, wanted)
    assert refused.value.problems[0].column == "target" and refused.value.problems[0].fix


def test_too_few_shoppers_are_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.evaluation.target.SMALLEST_GROUP", 10**6)
    with pytest.raises(InputError, match="it takes at least"):
        find_target(bench, BASE, "ild", 0.5, (0.0, 0.5))
