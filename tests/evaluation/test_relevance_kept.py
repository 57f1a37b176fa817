"""What lists keep of both references: by hand, by brute force, and on the pinned product that hid its cost."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bench.bench import Bench
from engine.bench.measures import measure
from engine.data import InputError
from engine.evaluation.curve import trade_off
from engine.evaluation.relevance_floor import LEVELS, capped, find_floor, floor_by, own_floor_test
from engine.evaluation.relevance_kept import (
    kept_shares,
    plain_lists,
    plain_ranking,
    ruled_ranking,
    shares,
    shares_of_sweep,
)
from engine.slates.make import make_slates
from engine.statistics.fixed_sequence import fixed_sequence
from engine.strategy.strategy import Floor, Strategy
from tests.metrics import oracle

BASE = Strategy(method="mmr", diversity=0.3, k=5, pool=40)
PLAIN = Floor(metric="ndcg", keep=0.9, against="plain")


def never_bought(bench: Bench) -> str:
    """The id of an eligible product that nobody buys after the cut-off, and that is in nobody's pool."""
    bought = np.asarray(bench.evidence("all").relevant.sum(axis=0)).ravel()
    listed = np.unique(bench.candidates("for_you", 40).items)
    item = next(i for i in bench.model.items if bought[i] == 0 and i not in listed)
    return str(bench.history.items["item_id"].iat[item])


def pinned(bench: Bench, **more: Any) -> Strategy:
    """A strategy that pins such a product to the first place of every list."""
    return BASE.at(rules=[{"kind": "pin", "item_id": never_bought(bench), "position": 1}], **more)


@pytest.mark.parametrize("method", ["mmr", "msd", "dpp", "ssd", "cover", "xquad", "calibrated", "richness"])
def test_the_plain_ranking_is_lambda_0_without_rules_in_every_method(bench: Bench, method: str) -> None:
    strategy = Strategy(method=method, diversity=0.4, k=5, pool=40)
    lists = make_slates(bench, plain_ranking(strategy)).items
    np.testing.assert_array_equal(plain_lists(bench, strategy), lists)
    np.testing.assert_array_equal(plain_lists(bench, strategy, np.array([3, 1])), lists[[3, 1]])


def test_nothing_of_a_strategy_is_left_in_the_plain_ranking(bench: Bench) -> None:
    group = {"segment": {"by": "history", "group": "light"}, "diversity": 0.1}
    whole = pinned(bench, floor=PLAIN.model_dump(), overrides={"segments": [group]})
    assert plain_ranking(whole) == BASE.at(diversity=0.0)
    assert ruled_ranking(whole) == pinned(bench, diversity=0.0)


def test_shares_by_hand() -> None:
    now, plain, ruled = (
        np.array([0.2, 0.4, np.nan, 0.9]),
        np.array([0.4, 0.8, 0.5, 0.6]),
        np.array([0.2, 0.4, 0.1, 0.6]),
    )
    found = shares("ndcg", now, plain, ruled)
    assert found.n_users == 3
    assert found.plain.value == pytest.approx(1.5 / 1.8) and found.ruled.value == pytest.approx(1.5 / 1.2)
    assert found.of("plain") == found.plain and found.of("ruled") == found.ruled
    assert np.isnan(shares("ndcg", now, plain * 0, ruled).plain).all()
    assert np.isnan(shares("ndcg", now * np.nan, plain, ruled).ruled).all()


@given(st.integers(0, 500), st.floats(0.1, 10))
def test_shares_do_not_know_the_scale_and_hold_their_value(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    now, plain, ruled = rng.uniform(0.1, 1, (3, 30))
    one, other = shares("ndcg", now, plain, ruled), shares("revenue", now * scale, plain * scale, ruled * scale)
    np.testing.assert_allclose(one.plain, other.plain)
    for estimate in (one.plain, one.ruled):
        assert estimate.low <= estimate.value <= estimate.high
    assert shares("ndcg", plain, plain, ruled).plain == (1.0, 1.0, 1.0)


def test_both_shares_shopper_by_shopper(bench: Bench) -> None:
    strategy = pinned(bench)
    relevant = bench.evidence("all").relevant
    lists = [
        make_slates(bench, each).items for each in (strategy, BASE.at(diversity=0.0), pinned(bench, diversity=0.0))
    ]
    wanted = [set(relevant[[row]].indices.tolist()) for row in range(len(bench.users))]
    means = [np.mean([oracle.ndcg(items[row].tolist(), w) for row, w in enumerate(wanted) if w]) for items in lists]
    found = kept_shares(bench, strategy)
    assert found.plain.value == pytest.approx(means[0] / means[1])
    assert found.ruled.value == pytest.approx(means[0] / means[2])
    assert found.n_users == sum(map(bool, wanted))
    assert found.plain.value < 0.8 < 0.95 < found.ruled.value, "what the rules hide"
    rows = np.arange(0, len(bench.users), 2)
    some = kept_shares(bench, strategy, rows=rows)
    own = measure(lists[0][rows], bench.evidence("all").of(rows), ["ndcg"]).value("ndcg")
    base = measure(lists[1][rows], bench.evidence("all").of(rows), ["ndcg"]).value("ndcg")
    assert some.plain.value == pytest.approx(own[0] / base[0]) and some.n_users == own[1]


def test_a_curve_says_the_same_to_the_digit(bench: Bench) -> None:
    strategy = pinned(bench)
    curve = trade_off(bench, strategy, (0.0, 0.3))
    found, alone = curve.kept_shares(1), kept_shares(bench, strategy)
    assert found is not None and found.n_users == alone.n_users
    np.testing.assert_allclose([*found.plain, *found.ruled], [*alone.plain, *alone.ruled], rtol=1e-12)
    assert curve.values("ndcg_kept_plain")[1] == pytest.approx(kept_shares(bench, strategy).plain.value)
    assert curve.values("ndcg_kept")[1] == pytest.approx(kept_shares(bench, strategy).ruled.value)
    free = trade_off(bench, BASE, (0.0, 0.3))
    assert free.plain is None
    np.testing.assert_array_equal(free.values("ndcg_kept_plain"), free.values("ndcg_kept"))
    one = trade_off(bench, strategy, (0.0, 0.3), np.array([0]))
    assert one.values("score_kept_plain")[0] < 1 == one.values("score_kept")[0]


def test_without_later_purchases_nothing_is_known(bench: Bench) -> None:
    blind = Bench(bench.data, bench.model, bench.card | {"until": None})
    with pytest.raises(InputError, match="train with --until"):
        kept_shares(blind, BASE)


def test_absent_against_is_ruled_and_stays_out_of_the_json() -> None:
    old = {"method": "mmr", "diversity": 0.3, "floor": {"metric": "ndcg", "keep": 0.99}}
    strategy = Strategy.checked(old, "file")
    assert strategy.floor is not None and strategy.floor.against == "ruled"
    assert json.loads(strategy.model_dump_json())["floor"] == old["floor"]
    assert strategy == Strategy.checked({**old, "floor": old["floor"] | {"against": "ruled"}}, "file")
    new = Strategy.checked({**old, "floor": old["floor"] | {"against": "plain"}}, "file")
    assert json.loads(new.model_dump_json())["floor"]["against"] == "plain"
    with pytest.raises(InputError, match="ruled"):
        Strategy.checked({**old, "floor": old["floor"] | {"against": "mine"}}, "file")


def test_a_promise_against_another_reference_by_hand() -> None:
    base = np.array([0.2, 0.5, 0.9])
    figures = np.stack([base * share for share in (0.95, 0.93, 0.8)])
    found = fixed_sequence(figures, (0.0, 0.1, 0.2), 0.9, reference=base)
    np.testing.assert_allclose(found.kept, [0.95, 0.93, 0.8])
    assert (found.diversity, found.met) == (0.1, True)
    broken = fixed_sequence(figures, (0.0, 0.1, 0.2), 0.99, reference=base)
    assert (broken.diversity, broken.met) == (0.0, False)
    assert fixed_sequence(figures, (0.0, 0.1, 0.2), 1.0).met, "λ 0 keeps all of itself"
    with pytest.raises(ValueError, match="λ"):
        fixed_sequence(figures, (0.0, 0.1, 0.2), 0.9, reference=base * 0)


def test_rules_that_break_the_floor_leave_no_diversity(bench: Bench) -> None:
    """The scenario: with a pin that nobody wants, a floor against the ruled ranking allows λ, one against the plain
    ranking none."""
    ruled, plain = pinned(bench, floor={"metric": "ndcg", "keep": 0.9}), pinned(bench, floor=PLAIN.model_dump())
    blind, seeing = own_floor_test(bench, ruled), own_floor_test(bench, plain)
    assert blind is not None and seeing is not None
    assert blind.met and blind.diversity > 0
    assert not seeing.met and capped(bench, plain).diversity == 0.0
    assert seeing.kept[0] == pytest.approx(kept_shares(bench, capped(bench, plain)).plain.value)
    assert (seeing.low[0], seeing.high[0]) == pytest.approx(kept_shares(bench, capped(bench, plain)).plain[1:])
    assert find_floor(bench, plain, PLAIN).test.diversity == 0.0
    parts = floor_by(bench, find_floor(bench, plain, PLAIN), "history", least=20)
    assert all(part.test.diversity == 0.0 and not part.test.met for part in parts)


def test_without_rules_both_floors_are_one(bench: Bench) -> None:
    curve = trade_off(bench, BASE, LEVELS, keys=["ndcg"])
    expected = fixed_sequence(curve.figures("ndcg"), LEVELS, 0.9)
    for against in ("plain", "ruled"):
        found = own_floor_test(bench, BASE.at(floor={"metric": "ndcg", "keep": 0.9, "against": against}))
        assert found is not None and found.diversity == expected.diversity > 0


def test_shares_of_a_sweep_are_those_of_each_list_alone_also_where_lists_count_other_shoppers() -> None:
    rng = np.random.default_rng(3)
    now, plain, ruled = rng.random((4, 30)), rng.random(30), rng.random(30)
    now[2, :5], plain[7] = np.nan, np.nan
    for found, row in zip(shares_of_sweep("ndcg", now, plain, ruled), now, strict=True):
        alone = shares("ndcg", row, plain, ruled)
        assert found.n_users == alone.n_users
        np.testing.assert_allclose([*found.plain, *found.ruled], [*alone.plain, *alone.ruled], rtol=1e-12)
    assert {found.n_users for found in shares_of_sweep("ndcg", now, plain, ruled)} == {24, 29}
