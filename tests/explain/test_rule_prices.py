"""The price of rules: what a removed entry gives back, counted list by list."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.bench.scores import shares_of
from engine.evaluation.curve import trade_off
from engine.evaluation.relevance_kept import plain_lists
from engine.explain.rule_prices import rule_prices
from engine.metrics import ndcg
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy
from tests.fixtures import shops

ROWS = np.arange(12)
KINDS = (
    {"facet": "category", "max": 1, "window": 3},
    {"facet": "popularity", "value": "tail", "min": 2},
    {"facet": "category", "max": 2},
)


def strategy(constraints: Any = (), rules: Any = (), **more: Any) -> Strategy:
    fields = {"method": "mmr", "diversity": 0.3, "k": 6, "pool": 40}
    return Strategy.checked(fields | {"constraints": list(constraints), "rules": list(rules)} | more, "test")


def item_id(bench: Bench, item: int) -> str:
    return str(bench.history.items["item_id"].iat[item])


def discounted(bench: Bench, chosen: Strategy, items: np.ndarray, row: int) -> float:
    """Discounted score of one list, min-max over the pool, written plainly."""
    pool = bench.pool(chosen, np.array([row]))
    scores = dict(zip(pool.items[0].tolist(), pool.scores[0].tolist(), strict=True))
    low, high = min(scores.values()), max(scores.values())
    own = [max((scores.get(item, low) - low) / (high - low), 0.0) for item in items.tolist()]
    return sum(share / np.log2(2 + place) for place, share in enumerate(own))


def test_hiding_the_best_of_two_lists_costs_a_known_share(bench: Bench) -> None:
    """At λ = 0 the list without the hidden best is the pool's next six, so the price can be written down."""
    best = int(bench.candidates("for_you", 40).items[0, 0])
    hide = {"kind": "hide", "item_ids": [item_id(bench, best)]}
    (found,) = rule_prices(bench, strategy(rules=[hide], diversity=0.0), np.array([0]))
    scores = bench.candidates("for_you", 40).scores[0].astype(float)
    shares = (scores - scores[39]) / (scores[0] - scores[39])
    weights = 1 / np.log2(np.arange(2, 8))
    lost = (shares[:6] - shares[1:7]) @ weights / (shares[:6] @ weights)
    assert found.given[0] == pytest.approx(lost, abs=1e-5) and lost > 0
    assert found.slots.tolist() == [6] and found.binds.tolist() == [True] and not found.broken.any()
    assert np.isnan(found.interval).all(), "one list has no interval"


def test_an_entry_that_asks_for_nothing_costs_nothing(bench: Bench) -> None:
    free = [{"facet": "category", "max": 6}, {"facet": "category", "max": 100, "window": 2}]
    for found in rule_prices(bench, strategy(free), ROWS):
        assert not found.binds.any() and found.mean == 0 and found.interval == (0, 0)


def test_of_two_entries_that_ask_the_same_neither_costs(bench: Bench) -> None:
    once, twice = strategy(KINDS[:1]), strategy([KINDS[0], KINDS[0]])
    assert rule_prices(bench, once, ROWS)[0].binds.any()
    assert not any(found.binds.any() for found in rule_prices(bench, twice, ROWS))


@pytest.mark.parametrize("method", ["mmr", "dpp", "xquad"])
def test_every_price_is_that_of_lists_made_without_the_entry_one_by_one(bench: Bench, method: str) -> None:
    pin = {"kind": "pin", "item_id": item_id(bench, int(bench.candidates("for_you", 40).items[1, 9])), "position": 1}
    boost = {"kind": "boost", "facet": "brand", "value": "Private"}
    chosen = strategy(KINDS[:2], [pin, boost], method=method)
    found = rule_prices(bench, chosen, ROWS)
    assert [price.number for price in found] == [0, 1, 2, 3]
    for number, price in enumerate(found):
        fields = chosen.model_dump()
        part, at = ("constraints", number) if number < 2 else ("rules", number - 2)
        rest = [entry for place, entry in enumerate(fields[part]) if place != at]
        other = Strategy.model_validate(fields | {part: rest})
        for row in ROWS:
            rows = np.array([row])
            now, then = (make_slates(bench, s, rows).items[0] for s in (chosen, other))
            assert price.slots[row] == (now != then).sum()
            base = discounted(bench, chosen, plain_lists(bench, chosen, rows)[0], row)
            lost = discounted(bench, chosen, then, row) - discounted(bench, chosen, now, row)
            assert price.given[row] == pytest.approx(lost / base, abs=1e-5)
    assert any(price.binds.any() for price in found)


@given(
    st.lists(st.sampled_from(range(len(KINDS))), min_size=1, max_size=3, unique=True),
    st.sampled_from([0.0, 0.2, 0.7, 1.0]),
    st.integers(0, 100),
)
def test_what_always_holds_of_prices(bench: Bench, kinds: list[int], diversity: float, seed: int) -> None:
    rows = np.sort(np.random.default_rng(seed).choice(len(bench.users), 5, replace=False))
    chosen = strategy([KINDS[kind] for kind in kinds], diversity=diversity)
    for found in rule_prices(bench, chosen, rows):
        assert (found.given[~found.binds] == 0).all(), "a list that stays costs nothing"
        assert (np.abs(found.given) <= 1).all() and (found.slots <= 6).all()
        low, high = found.interval
        assert low - 1e-9 <= found.mean <= high + 1e-9
        if diversity == 0 and len(kinds) == 1:
            assert (found.given >= -1e-9).all(), "alone, at λ = 0, a rule can only cost"


def test_only_entries_that_hold_are_priced_and_only_so_many(bench: Bench) -> None:
    over = {"ends": bench.today - timedelta(days=1)}
    chosen = strategy([{**KINDS[0], **over}, KINDS[1], KINDS[2]])
    assert [price.number for price in rule_prices(bench, chosen, ROWS)] == [1, 2]
    assert [price.number for price in rule_prices(bench, chosen, ROWS, max_rules=1)] == [1]
    assert rule_prices(bench, strategy(), ROWS) == []


def test_a_soft_pin_acts_only_where_the_product_is_a_candidate(bench: Bench) -> None:
    top_items = bench.candidates("for_you", 40).items
    counts = np.bincount(top_items.ravel(), minlength=bench.history.n_items)
    wide = int(np.argmax(np.where(counts < len(bench.users), counts, 0)))
    soft = {"kind": "soft_pin", "item_id": item_id(bench, wide), "position": 1}
    (found,) = rule_prices(bench, strategy(rules=[soft]))
    has = (top_items == wide).any(axis=1)
    assert has.any() and not has.all()
    assert not found.binds[~has].any() and not found.broken.any()


def test_an_entry_that_must_be_broken_says_so() -> None:
    """The pool of a product is not widened: where it holds too few of a value, a minimum of it is broken."""
    bench = CatalogueBench(shops.catalogue())
    codes, names = bench.evidence("all").facets["category"]
    few = {"facet": "category", "value": names[0], "min": 2}
    chosen = strategy([few], k=4, pool=6, surface="similar")
    (found,) = rule_prices(bench, chosen)
    held = (codes[bench.pool(chosen).items] == 0).sum(axis=1)
    assert found.broken.tolist() == (held < 2).tolist() and 0 < found.broken.sum() < len(held)
    shown = (codes[make_slates(bench, chosen).items] == 0).sum(axis=1)
    assert (shown >= np.minimum(held, 2)).all()


def test_entries_are_taken_away_by_their_number(bench: Bench) -> None:
    hide = {"kind": "hide", "item_ids": [item_id(bench, 3)]}
    chosen = strategy(KINDS[:2], [hide])
    assert chosen.without({1}) == strategy(KINDS[:1], [hide])
    assert chosen.without({0, 2}) == strategy(KINDS[1:2])


def test_a_product_from_beyond_the_pool_counts_as_its_last(bench: Bench) -> None:
    """A pin may bring in what scores below the pool; one shopper's relevance kept is told all the same."""
    beyond = int(np.setdiff1d(bench.model.items, bench.candidates("for_you", 40).items[0])[0])
    chosen = strategy(rules=[{"kind": "pin", "item_id": item_id(bench, beyond), "position": 1}])
    rows = np.array([0])
    assert shares_of(bench, chosen, make_slates(bench, chosen, rows).items, rows)[0, 0] < 0
    (found,) = rule_prices(bench, chosen, rows)
    base = discounted(bench, chosen, plain_lists(bench, chosen, rows)[0], 0)
    now, then = (make_slates(bench, s, rows).items[0] for s in (chosen, strategy()))
    lost = discounted(bench, chosen, then, 0) - discounted(bench, chosen, now, 0)
    assert found.given[0] == pytest.approx(lost / base, abs=1e-5) and lost > 0
    kept = trade_off(bench, chosen, (0.0, 0.3), rows).values("score_kept")
    assert np.isfinite(kept).all() and kept[0] == 1


def test_held_out_relevance_is_another_figure(bench: Bench) -> None:
    """A price is in scores: it is there for a shopper who bought nothing afterwards, where nDCG is not."""
    evidence = bench.evidence("all")
    chosen = strategy(KINDS[:1])
    silent = np.flatnonzero(np.isnan(ndcg(make_slates(bench, chosen).items, evidence.relevant)))
    assert np.isfinite(rule_prices(bench, chosen)[0].given[silent]).all()
