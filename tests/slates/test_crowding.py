"""Spread on the small shop: prices fit the lists of all shoppers, rules and exceptions hold, 0 changes nothing."""

import numpy as np
import pytest
from pydantic import ValidationError

from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.rerank import METHODS, slots_of
from engine.slates.crowding import crowding, crowding_prices
from engine.slates.effective_lambdas import effective_lambdas
from engine.slates.exposure_floor import exposure_outcome
from engine.slates.make import make_slates, sweep_slates
from engine.slates.priced import OFFSET
from engine.strategy.strategy import Exposure, Strategy
from tests.fixtures.shops import catalogue

BASE = Strategy(method="mmr", diversity=0.3, pool=100)
SPREAD = BASE.at(spread=0.6)


def shared(items: np.ndarray) -> float:
    """How many of their products two shoppers share on average, pair by pair."""
    rows = [set(row[row >= 0]) for row in items]
    pairs = [len(a & b) for number, a in enumerate(rows) for b in rows[:number]]
    return float(np.mean(pairs))


def test_no_spread_is_not_written_and_prices_nothing(bench: Bench) -> None:
    assert "spread" not in BASE.model_dump(mode="json")
    assert BASE.at(spread=0.0) == BASE and hash(BASE.at(spread=0.0)) == hash(BASE)
    assert SPREAD.model_dump(mode="json")["spread"] == 0.6
    assert crowding_prices(bench, BASE) is None
    assert crowding_prices(bench, SPREAD.at(diversity=1.0)) is None


@pytest.mark.parametrize("spread", [-0.1, 1.01, float("nan")])
def test_a_spread_outside_its_range_is_refused(spread: float) -> None:
    with pytest.raises(ValidationError):
        BASE.at(spread=spread)


def test_raw_scores_have_no_scale_for_prices() -> None:
    with pytest.raises(ValidationError, match="set normalize to minmax or rank"):
        SPREAD.at(normalize="none")


@pytest.mark.parametrize("surface", ["for_you", "new"])
def test_shoppers_share_less_the_more_spread_there_is(bench: Bench, surface: str) -> None:
    lists = [make_slates(bench, BASE.at(surface=surface, spread=spread)).items for spread in (0.0, 0.3, 0.6, 1.0)]
    overlap = [shared(items) for items in lists]
    reach = [len(np.unique(items[items >= 0])) for items in lists]
    assert overlap == sorted(overlap, reverse=True) and overlap[-1] < 0.5 * overlap[0]
    assert reach == sorted(reach) and reach[-1] > 1.2 * reach[0]


@pytest.mark.parametrize(
    ("method", "diversity"), [("mmr", 0.0), ("mmr", 0.8), *((method, 0.3) for method in METHODS if method != "mmr")]
)
def test_every_step_of_spread_reaches_no_less_and_shares_no_more(bench: Bench, method: str, diversity: float) -> None:
    """Reach may fall by one product and products shared rise by 0.02; on the sample neither does."""
    steps = [BASE.at(method=method, diversity=diversity, surface="new", spread=step / 10) for step in range(11)]
    lists = [make_slates(bench, step).items for step in steps]
    reached = [len(set(items[items >= 0].tolist())) for items in lists]
    assert np.diff(reached).min() >= -1 and reached[-1] > 1.1 * reached[0], reached
    both = [shared(items) for items in lists]
    assert np.diff(both).max() <= 0.02 and both[-1] < both[0], both


def test_prices_are_those_of_the_slots_by_the_formula(bench: Bench) -> None:
    outcome = crowding(bench, SPREAD)
    assert outcome is not None
    items = make_slates(bench, SPREAD).items
    slots = slots_of(items, bench.history.n_items)
    np.testing.assert_array_equal(outcome.lists.slots, slots)
    each = (items >= 0).sum() / len(bench.model.items)
    asked = 0.6 * np.log1p(slots / each) / np.log1p(len(items) / each)
    often = slots >= 10  # a product in one list or none cannot have a price between
    assert often.sum() > 5
    np.testing.assert_allclose(outcome.lists.prices[often], asked[often], atol=0.05)


def test_the_gap_is_a_bound_at_0_alone(bench: Bench) -> None:
    at_0 = crowding(bench, SPREAD.at(diversity=0.0))
    above = crowding(bench, SPREAD)
    assert at_0 is not None and above is not None
    assert at_0.proven and not above.proven
    assert 0 <= at_0.gap < 0.05 and 0 <= above.gap < 0.05


@pytest.mark.parametrize("method", ["mmr", "dpp", "xquad", "richness"])
def test_a_list_does_not_depend_on_who_else_asks(bench: Bench, method: str) -> None:
    strategy = SPREAD.at(method=method, pool=50)
    everyone = make_slates(bench, strategy).items
    for rows in ([3], [9, 4, 3]):
        np.testing.assert_array_equal(make_slates(bench, strategy, np.array(rows)).items, everyone[rows])


def test_a_sweep_has_the_prices_of_each_level(bench: Bench) -> None:
    swept = sweep_slates(bench, SPREAD, [0.0, 0.3, 1.0])
    for level, diversity in enumerate((0.0, 0.3, 1.0)):
        np.testing.assert_array_equal(swept.items[level], make_slates(bench, SPREAD.at(diversity=diversity)).items)
    np.testing.assert_array_equal(swept.items[2], make_slates(bench, BASE.at(diversity=1.0)).items)


def test_rules_are_kept_and_pinned_slots_are_counted(bench: Bench) -> None:
    item = str(bench.history.items["item_id"].iloc[bench.model.items[5]])
    rules = [{"kind": "pin", "item_id": item, "position": 2}]
    strategy = SPREAD.at(rules=rules, constraints=[{"facet": "category", "max": 1, "window": 3}])
    slates, outcome = make_slates(bench, strategy), crowding(bench, strategy)
    assert outcome is not None and not slates.broken.any()
    row = int(bench.model.items[5])
    assert (slates.items[:, 1] == row).all()
    assert outcome.lists.slots[row] == len(bench.users)
    assert outcome.lists.prices[row] == pytest.approx(0.6, abs=0.01)  # it stands in every list
    codes = bench.evidence("all").facets["category"][0]
    for items in slates.items:
        for start in range(8):
            window = codes[items[start : start + 3]]
            assert len(set(window[window >= 0])) == (window >= 0).sum()


def test_exceptions_get_the_level_they_have_without_spread(bench: Bench) -> None:
    overrides = {"personal": {"strength": 0.8}}
    strategy = SPREAD.at(overrides=overrides)
    plan = effective_lambdas(bench, BASE.at(overrides=overrides), [0.3]).diversities[0]
    items, prices = make_slates(bench, strategy).items, crowding_prices(bench, strategy)
    assert prices is not None and len(np.unique(plan)) > 3
    outcome = crowding(bench, strategy)
    assert outcome is not None
    np.testing.assert_array_equal(slots_of(items, bench.history.n_items), outcome.lists.slots)
    assert shared(items) < shared(make_slates(bench, BASE.at(overrides=overrides)).items)
    np.testing.assert_array_equal(make_slates(bench, strategy, np.array([8, 2])).items, items[[8, 2]])


def test_an_exposure_floor_holds_on_top_of_prices(bench: Bench) -> None:
    strategy = SPREAD.at(exposure=Exposure(facet="provider", floor=0.5))
    outcome = exposure_outcome(bench, strategy)
    assert outcome is not None and not outcome.lists.short.any()
    np.testing.assert_array_equal(np.sort(make_slates(bench, strategy).items), np.sort(outcome.lists.items))
    assert shared(make_slates(bench, strategy).items) < shared(make_slates(bench, BASE).items)


def test_similar_products_can_be_spread_as_well() -> None:
    bench = CatalogueBench(catalogue())
    plain = Strategy(method="mmr", diversity=0.2, k=5, pool=30, surface="similar")
    before, after = (make_slates(bench, each).items for each in (plain, plain.at(spread=0.8)))
    counts = [np.bincount(items[items >= 0], minlength=bench.history.n_items) for items in (before, after)]
    assert counts[1].max() < counts[0].max() and (counts[1] > 0).sum() >= (counts[0] > 0).sum()
    row = bench.ask("red chair")
    assert row is not None
    assert (make_slates(bench, plain.at(spread=0.8), np.array([row])).items >= 0).all()


def test_offsets_stay_below_a_thousandth_of_the_spread() -> None:
    assert OFFSET <= 0.001
