"""One λ for one question: bound to the floor in use, the same on a curve, by command, and whatever λ is set."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.__main__ import main
from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.data import Dataset
from engine.evaluation.curve import trade_off
from engine.evaluation.recommended import DEFAULT_FLOOR, recommended, recommended_on_curve
from engine.evaluation.relevance_floor import LEVELS, find_floor
from engine.explain.advice import advice
from engine.strategy.strategy import DEFAULT, Floor, Strategy
from tests.evaluation.test_relevance_kept import pinned
from tests.fixtures.shops import catalogue

FLOOR = Floor(metric="ndcg", keep=0.9, against="plain")


@pytest.mark.parametrize("floor", [None, FLOOR])
@pytest.mark.parametrize("surface", ["for_you", "new"])
def test_every_way_to_ask_gives_one_answer(
    bench: Bench, shop: tuple[Dataset, Path], tmp_path: Path, surface: str, floor: Floor | None
) -> None:
    strategy = DEFAULT.at(surface=surface, floor=floor and floor.model_dump())
    found = recommended(bench, strategy)
    assert found is not None and found.default == (floor is None)
    wanted = floor or DEFAULT_FLOOR
    assert found.floor == wanted
    answers = {recommended(bench, strategy.at(diversity=level)).diversity for level in (0.0, 0.3, 1.0)}  # type: ignore[union-attr]
    answers.add(recommended_on_curve(trade_off(bench, strategy, LEVELS), wanted))  # type: ignore[arg-type]
    answers.add(find_floor(bench, strategy, wanted).test.diversity)
    told = tmp_path / "t.json"
    call = ["tune", "--data", str(shop[1]), "--model", "blend", "--surface", surface, "--json", str(told)]
    assert main([*call, "--floor", f"ndcg:{wanted.keep}"]) == 0
    answers.add(json.loads(told.read_text())["diversity"])
    curves = {surface: trade_off(bench, strategy)}
    entry = advice(curves, {surface: strategy}, {surface: found})[0]
    answers.add(entry.figures["best"])
    assert answers == {found.diversity}


def test_rules_that_break_the_floor_are_said_to(bench: Bench) -> None:
    strategy = pinned(bench)
    found = recommended(bench, strategy)
    assert found is not None and found.diversity == 0 and not found.test.met
    entry = advice({"for_you": trade_off(bench, strategy)}, {"for_you": strategy}, {"for_you": found})[0]
    assert entry.kind == "rules_break" and entry.figures["kept"] == found.test.kept[0] < 0.8


def test_nothing_is_recommended_where_nothing_can_be_judged(bench: Bench) -> None:
    blind = Bench(bench.data, bench.model, bench.card | {"until": None})
    assert recommended(blind, DEFAULT) is None
    alone = CatalogueBench(catalogue())
    assert recommended(alone, Strategy(method="mmr", diversity=0.3, surface="similar")) is None
    curve = trade_off(bench, DEFAULT, (0.0, 0.5))
    ndcg = {"ndcg": np.full(len(bench.users), 0.0)}
    curve = replace(curve, measured=tuple(replace(figures, per_user=ndcg) for figures in curve.measured))
    assert recommended_on_curve(curve) is None
