"""What each rule costs of the plain ranking: by hand, by brute force, and which rules are named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bench.bench import Bench
from engine.evaluation.relevance_kept import kept_shares
from engine.explain.rule_costs import RuleCost, cost, responsible, rule_costs
from engine.metrics import Estimate
from engine.statistics.intervals import mean_interval
from tests.evaluation.test_relevance_kept import BASE, never_bought, pinned


def test_a_cost_by_hand() -> None:
    plain, now, free = np.array([0.5, 1.0, np.nan]), np.array([0.2, 0.4, 1.0]), np.array([0.5, 0.7, 1.0])
    found = cost(plain, now, free)
    assert found.value == pytest.approx((0.6 - 0.3) / 0.75)
    assert found.low <= found.value <= found.high
    assert np.isnan(cost(plain * 0, now, free)).all() and np.isnan(cost(plain * np.nan, now, free)).all()


@given(st.integers(0, 300))
def test_where_all_have_the_same_to_lose_it_is_the_interval_of_a_mean(seed: int) -> None:
    rng = np.random.default_rng(seed)
    now, free = rng.uniform(0, 1, (2, 40))
    found = cost(np.full(40, 0.5), now, free)
    low, high = mean_interval(((free - now) / 0.5)[:, None])
    np.testing.assert_allclose(found[1:], [low[0], high[0]], rtol=1e-4, atol=1e-6)
    backwards = cost(np.full(40, 0.5), free, now)
    assert backwards.value == pytest.approx(-found.value)


def test_each_rule_by_what_is_kept_without_it(bench: Bench) -> None:
    harmless = {"kind": "hide", "item_ids": [never_bought(bench)]}
    pin = pinned(bench).rules[0].model_dump()
    best = str(bench.history.items["item_id"].iat[int(bench.candidates("for_you", 40).items[0, 0])])
    limit = {"facet": "category", "max": 2}
    strategy = BASE.at(diversity=0.0, constraints=[limit], rules=[pin, {"kind": "bury", "item_ids": [best]}])
    found = rule_costs(bench, strategy)
    assert [each.cost.value for each in found] == sorted((each.cost.value for each in found), reverse=True)
    kept = kept_shares(bench, strategy).plain.value
    for each in found:
        free = kept_shares(bench, strategy.without({each.number})).plain.value
        assert each.cost.value == pytest.approx(free - kept) and each.entry == strategy.all_entries[each.number]
    assert found[0].number == 1 and responsible(found)[0].number == 1
    (alone,) = rule_costs(bench, BASE.at(diversity=0.0, rules=[harmless]))
    assert alone.cost.value == 0.0


def test_rules_that_only_cost_together_are_named_together() -> None:
    entry = BASE.at(rules=[{"kind": "hide", "item_ids": ["1"]}]).rules[0]
    dear, unsure = (RuleCost(n, entry, Estimate(0.1, low, 0.2)) for n, low in ((0, 0.05), (1, -0.01)))
    assert responsible([dear, unsure]) == [dear]
    assert responsible([unsure, unsure]) == [unsure, unsure]
    little = RuleCost(2, entry, Estimate(0.0004, 0.0002, 0.0006))
    assert responsible([dear, little]) == [dear], "0.0 points are no cost"
