"""Baselines: relevance alone has nothing of what the shop set, the other keeps the rules, and each is known again."""

import numpy as np
import pytest

from engine.bench.bench import Bench
from engine.diagnosis.baselines import BASELINES, baseline_of
from engine.diagnosis.homogenization import homogenization
from engine.strategy.strategy import Strategy

PLAIN = Strategy(method="mmr", diversity=0.5, pool=50)


@pytest.fixture(scope="module")
def pinned(bench: Bench) -> Strategy:
    last = int(bench.candidates("for_you", 50).items[0, 40])
    rule = {"kind": "pin", "item_id": str(bench.history.items["item_id"].iat[last]), "position": 1}
    return Strategy.checked(PLAIN.model_dump() | {"rules": [rule]}, "test")


def test_each_baseline_is_known_again(pinned: Strategy) -> None:
    assert baseline_of(pinned, BASELINES["plain"](pinned)) == "plain"
    assert baseline_of(pinned, BASELINES["ruled"](pinned)) == "ruled"
    assert baseline_of(PLAIN, BASELINES["ruled"](PLAIN)) == "plain", "without rules both are the same"
    assert baseline_of(pinned, BASELINES["plain"](pinned).at(method="msd")) == "plain", "at λ 0 methods choose alike"
    assert baseline_of(pinned, pinned) is None and baseline_of(pinned, PLAIN.at(diversity=0.0, k=5)) is None


def test_the_default_shows_what_rules_do(bench: Bench, pinned: Strategy) -> None:
    """Oracle: relevance alone is each shopper's best candidates; with the rules kept the pin is on both sides."""
    best = bench.candidates("for_you", 50).items[:, :10]
    plain, ruled = (homogenization(bench, pinned, baseline=name) for name in BASELINES)
    np.testing.assert_array_equal(plain.lists["before"], best)
    assert (ruled.lists["before"][:, 0] == ruled.lists["now"][:, 0]).all()
    np.testing.assert_array_equal(plain.lists["now"], ruled.lists["now"])
    assert plain.whole["before"].value("shared_products")[0] < ruled.whole["before"].value("shared_products")[0]
    np.testing.assert_array_equal(homogenization(bench, pinned).lists["before"], best)
