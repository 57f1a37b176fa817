"""One shopper's sweep holds what would be made at each λ alone."""

from dataclasses import fields

import numpy as np
import pytest

from engine.bench.bench import Bench
from engine.rerank import GRID
from engine.slates import shopper_sweep as module
from engine.slates.make import make_slates
from engine.slates.shopper_sweep import shopper_slate, shopper_sweep
from engine.strategy.strategy import DEFAULT, Strategy

ROW = 5
RULES = {"constraints": ({"facet": "category", "max": 2},)}
STRATEGIES = {
    "plain": DEFAULT,
    "rules": DEFAULT.at(**RULES),
    "another method": DEFAULT.at(method="dpp", k=5),
    "exceptions": DEFAULT.at(overrides={"personal": {"strength": 0.5}}),
    "makers": DEFAULT.at(exposure={"facet": "provider", "floor": 0.3}),
}


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("diversity", [0.0, 0.3, 0.37, 1.0])
def test_the_list_at_a_lambda_is_the_one_made_at_that_lambda_alone(bench: Bench, name: str, diversity: float) -> None:
    strategy = STRATEGIES[name].at(diversity=diversity)
    found, alone = shopper_slate(bench, strategy, ROW), make_slates(bench, strategy, np.array([ROW]))
    for field in fields(found):
        np.testing.assert_array_equal(getattr(found, field.name), getattr(alone, field.name), err_msg=field.name)


def test_a_move_of_lambda_re_ranks_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    first = shopper_sweep(bench, DEFAULT.at(diversity=0.3), ROW)
    monkeypatch.setattr(module, "sweep_slates", None)  # whatever calls it fails
    for level in GRID:
        assert shopper_sweep(bench, DEFAULT.at(diversity=level), ROW) is first


def test_items_of_several_lambdas_and_a_lambda_that_is_not_there(bench: Bench) -> None:
    sweep = shopper_sweep(bench, DEFAULT.at(diversity=0.37), ROW)
    assert sweep.items(0.0, 0.37).tolist() == [sweep.at(0.0).items.tolist(), sweep.at(0.37).items.tolist()]
    with pytest.raises(ValueError):
        sweep.at(0.36)


def test_strategies_that_differ_have_sweeps_of_their_own(bench: Bench) -> None:
    def of(strategy: Strategy) -> object:
        return shopper_sweep(bench, strategy, ROW)

    assert of(DEFAULT.at(**RULES)) is not of(DEFAULT)
    assert shopper_sweep(bench, DEFAULT, ROW + 1) is not of(DEFAULT)
