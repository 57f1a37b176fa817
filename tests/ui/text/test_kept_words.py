"""What lists keep: of one reference where no rule holds, of both where rules do."""

import pytest

from engine.bench.bench import Bench
from engine.strategy.strategy import DEFAULT
from ui.background import curves
from ui.text import kept_words, shoppers


@pytest.mark.parametrize("one", [True, False])
def test_both_references_are_told_only_where_rules_act(bench: Bench, one: bool) -> None:
    who = shoppers.resolve(shoppers.shoppers(bench)[0] if one else shoppers.EVERYONE, bench)
    assert who is not None
    pinned = str(bench.data.items["item_id"][int(bench.model.items[-1])])
    ruled = DEFAULT.at(rules=[{"kind": "pin", "item_id": pinned, "position": 1}])

    def told(strategy) -> list[dict]:  # type: ignore[no-untyped-def, type-arg]
        curve = curves.one_curve(bench, strategy, who.row) if one else curves.curve(bench, strategy, who)
        return kept_words.blocks(curve, curve.at(strategy.diversity), one)

    assert len(told(DEFAULT)) == 1 and told(DEFAULT)[0]["title"] == ""
    plain, rules = told(ruled)
    assert plain["title"] and rules["title"] and float(plain["value"]) < float(rules["value"])
