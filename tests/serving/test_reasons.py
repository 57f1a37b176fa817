"""Rules in words, and lists that had to break one."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.bench.bench import Bench
from engine.serving.in_force import FromFile
from engine.serving.prepared_slates import prepare_slates
from engine.serving.reasons import broken
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy
from tests.serving.conftest import RULED

LIMITS = "constraints"


@pytest.mark.parametrize(
    ("part", "entry", "words"),
    [
        (LIMITS, {"facet": "brand", "max": 1, "window": 5}, "at most 1 of one brand in any 5 neighbouring places"),
        (LIMITS, {"facet": "brand", "value": "A", "max": 0, "first": 4}, "at most 0 of brand A among the first 4"),
        (LIMITS, {"facet": "brand", "value": "A", "min": 2}, "at least 2 of brand A"),
        (LIMITS, {"facet": "brand", "value": "A", "min": 2, "max": 3}, "at most 3 and at least 2 of brand A"),
        (LIMITS, {"facet": "brand", "max": 2, "name": "Fair play"}, "Fair play"),
        ("rules", {"kind": "pin", "item_id": "7", "position": 2}, "product 7 in place 2"),
        ("rules", {"kind": "soft_pin", "item_id": "7", "positions": [2, 5]}, "product 7 in places 2 to 5"),
        ("rules", {"kind": "hide", "item_ids": ["7"]}, "kind hide, item_ids ('7',)"),
    ],
)  # fmt: skip
def test_rules_in_words(bench: Bench, part: str, entry: dict[str, Any], words: str) -> None:
    strategy = Strategy.checked({"method": "mmr", "diversity": 0.1, part: [entry]}, "test")
    slates = replace(make_slates(bench, RULED, np.array([0])), broken=np.ones((1, 1), bool))
    (told,) = broken(strategy, slates, 0)
    assert (told.entry, told.text) == (1, f"not kept: {words}")


def test_a_list_says_which_rules_it_broke(bench: Bench) -> None:
    of = FromFile("ruled", RULED).on("for_you")
    assert of is not None
    shelf = prepare_slates(bench, of)
    marks = np.zeros((len(bench.users), 2), bool)
    marks[3, 1] = True
    shelf = replace(shelf, slates=replace(shelf.slates, broken=marks))
    told = [shelf.slate(str(name), 2) for name in bench.names()]
    assert [(row, each.broken[0].entry) for row, each in enumerate(told) if each and each.broken] == [(3, 2)]
