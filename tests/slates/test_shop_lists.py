"""Everyone's lists at every λ: what would be made at each λ alone, made once, whatever λ or floor a strategy has."""

import numpy as np
import pytest

from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.evaluation.curve import trade_off
from engine.evaluation.relevance_floor import own_floor_test
from engine.evaluation.relevance_kept import kept_shares
from engine.rerank import GRID
from engine.slates import shop_lists as module
from engine.slates.make import make_slates
from engine.slates.shop_lists import LEVELS, broken_by, lists_at, lists_of, shop_lists
from engine.strategy.strategy import DEFAULT, Strategy
from tests.fixtures.shops import catalogue
from tests.slates.test_shopper_sweep import STRATEGIES

FLOOR = {"metric": "ndcg", "keep": 0.9, "against": "plain"}
SOME = np.array([7, 2, 40])


def fresh(bench: Bench) -> Bench:
    """The same bench, which has computed nothing."""
    return Bench(bench.data, bench.model, bench.card)


@pytest.mark.parametrize("name", [name for name in STRATEGIES if name != "makers"])
@pytest.mark.parametrize("diversity", [0.0, 0.07, 0.3, 1.0])
def test_what_is_looked_up_is_what_would_be_made(bench: Bench, name: str, diversity: float) -> None:
    strategy = STRATEGIES[name].at(diversity=diversity)
    alone = make_slates(bench, strategy)
    np.testing.assert_array_equal(lists_of(fresh(bench), strategy), alone.items)  # made for this
    shop_lists(bench, strategy)
    np.testing.assert_array_equal(lists_of(bench, strategy), alone.items)
    np.testing.assert_array_equal(lists_of(bench, strategy, SOME), alone.items[SOME])
    np.testing.assert_array_equal(broken_by(bench, strategy, SOME), alone.broken[SOME])
    assert lists_of(bench, strategy).dtype == np.int64


@pytest.mark.parametrize("name", [name for name in STRATEGIES if name != "makers"])
def test_lists_swept_some_shoppers_at_a_time_are_the_same(
    bench: Bench, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    strategy = STRATEGIES[name].at(diversity=0.3)
    whole = shop_lists(fresh(bench), strategy)
    monkeypatch.setattr(module, "AT_ONCE", 7)
    parts = shop_lists(fresh(bench), strategy)
    np.testing.assert_array_equal(parts.items, whole.items)
    np.testing.assert_array_equal(parts.broken, whole.broken)


def test_curves_floors_and_shares_of_one_strategy_sweep_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, swept = fresh(bench), []
    sweep_slates = module.sweep_slates

    def counted(bench: Bench, strategy: object, diversities: object, rows: object = None) -> object:
        swept.append(diversities)
        return sweep_slates(bench, strategy, diversities, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "sweep_slates", counted)
    ruled = STRATEGIES["rules"]
    for level in (0.3, 0.6):
        trade_off(bench, ruled.at(diversity=level), GRID)
        kept_shares(bench, ruled.at(diversity=level))
        for keep in (0.9, 0.8):
            own_floor_test(bench, ruled.at(diversity=level, floor=FLOOR | {"keep": keep}))
    assert swept == [LEVELS]


def test_a_lambda_between_and_an_exposure_floor_are_made_anew(bench: Bench) -> None:
    between = DEFAULT.at(diversity=0.333)
    shop_lists(bench, between)
    np.testing.assert_array_equal(lists_of(bench, between), make_slates(bench, between).items)
    priced = STRATEGIES["makers"]
    np.testing.assert_array_equal(lists_of(bench, priced), make_slates(bench, priced).items)
    np.testing.assert_array_equal(lists_at(bench, DEFAULT, [0.0, 0.333])[1], make_slates(bench, between).items)
    with pytest.raises(AssertionError):
        shop_lists(bench, priced)


def test_a_list_that_is_not_among_the_shops_is_made() -> None:
    bench = CatalogueBench(catalogue())
    strategy = Strategy(method="mmr", diversity=0.3, surface="similar")
    everyone, row = shop_lists(bench, strategy), bench.ask("a green sofa")
    assert row == everyone.items.shape[1]
    rows = np.array([3, row])
    np.testing.assert_array_equal(lists_of(bench, strategy, rows), make_slates(bench, strategy, rows).items)
