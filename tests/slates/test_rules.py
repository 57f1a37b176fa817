"""A strategy's constraints and rules on whole shops: kept, scoped, or refused by name."""

import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from engine.bench import scores as scores_module
from engine.bench.bench import Bench
from engine.bench.scores import scores_of, shares_of
from engine.bench.segments import segments
from engine.data import InputError
from engine.evaluation.curve import trade_off
from engine.explain.slots import explain_slots
from engine.slates.make import make_slates, sweep_slates
from engine.slates.rule_lookup import facet
from engine.strategy.rules import Constraint, PinRule
from engine.strategy.strategy import Strategy

Array = np.ndarray


def strategy(constraints: list[Any] | None = None, rules: list[Any] | None = None, **more: Any) -> Strategy:
    fields = {
        "method": "mmr",
        "diversity": 0.4,
        "k": 6,
        "pool": 40,
        "constraints": constraints or [],
        "rules": rules or [],
    }
    return Strategy.checked(fields | more, "test")


def ids(bench: Bench, *rows: int) -> list[str]:
    return [str(bench.history.items["item_id"].iat[row]) for row in rows]


def keeps(bench: Bench, entry: Constraint | PinRule, items: Array) -> bool:
    """Whether a full list keeps an entry, told plainly."""
    if isinstance(entry, PinRule):
        first, last = entry.span
        return entry.item_id in ids(bench, *items[first - 1 : last])
    if entry.item_ids:
        codes, names = np.isin(bench.history.items["item_id"], entry.item_ids).astype(np.int64) - 1, ["these"]
    else:
        codes, names = facet(bench, entry.facet or "")
    values = [names[codes[item]] if codes[item] >= 0 else None for item in items[: entry.first or len(items)]]
    if entry.value is not None:
        values = [value if value == entry.value else None for value in values]
    width = entry.window or len(values)
    windows = [values[at : at + width] for at in range(max(len(values) - width, 0) + 1)]
    often = max((window.count(value) for window in windows for value in set(window) - {None}), default=0)
    return (entry.max is None or often <= entry.max) and len(values) - values.count(None) >= (entry.min or 0)


@pytest.mark.parametrize("method", ["mmr", "dpp", "xquad"])
@pytest.mark.parametrize("seed", range(4))
def test_every_list_keeps_every_rule_or_says_which_it_broke(bench: Bench, method: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    categories = bench.evidence("all").facets["category"][1]
    top = bench.candidates("for_you", 40).items[0]
    pinned = ids(bench, *rng.choice(top, 2, replace=False))
    made = strategy(
        [
            {"facet": "category", "max": int(rng.integers(1, 3)), "window": 3},
            {"facet": "category", "value": str(rng.choice(categories)), "min": 1, "first": 5},
            {"facet": "popularity", "value": "tail", "min": 1},
            {"facet": "category", "max": 3},
        ],
        [
            {"kind": "pin", "item_id": pinned[0], "position": 2},
            {"kind": "pin", "item_id": pinned[1], "positions": [3, 5]},
        ],
        method=method,
    )
    slates = make_slates(bench, made)
    entries = [*made.constraints, *made.rules]
    assert slates.broken.shape == (len(bench.users), 6) and slates.broken.mean() < 0.1
    for items, broken in zip(slates.items, slates.broken, strict=True):
        assert len(set(items.tolist())) == 6 and (items >= 0).all()
        assert [not keeps(bench, entry, items) for entry in entries] == broken.tolist()


@pytest.mark.parametrize("method", ["mmr", "dpp"])
@pytest.mark.parametrize("seed", range(3))
def test_some_products_can_be_counted_together(bench: Bench, method: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    top = bench.candidates("for_you", 40).items
    shown, rare = (
        ids(bench, *np.unique(make_slates(bench, strategy(method=method)).items[:, :3])),
        ids(bench, *top[0, -4:]),
    )
    made = strategy(
        [
            {"item_ids": shown, "max": 1, "window": int(rng.integers(2, 5))},
            {"item_ids": shown, "max": int(rng.integers(2, 4)), "first": 5},
            {"item_ids": [str(name) for name in rng.permutation(rare)], "min": 1},
        ],
        method=method,
    )
    slates = make_slates(bench, made)
    assert slates.broken.shape == (len(bench.users), 3) and slates.broken.mean() < 0.1
    for items, broken in zip(slates.items, slates.broken, strict=True):
        assert [not keeps(bench, entry, items) for entry in made.constraints] == broken.tolist()
    free = make_slates(bench, strategy(method=method)).items
    assert not all(keeps(bench, made.constraints[1], items) for items in free), "the rule had something to do"


def test_products_of_one_value_are_counted_as_the_value_is(bench: Bench) -> None:
    codes, names = facet(bench, "category")
    value = int(np.bincount(codes[make_slates(bench, strategy()).items].ravel()).argmax())
    by_value = strategy([{"facet": "category", "value": names[value], "max": 1, "window": 3}])
    by_items = strategy([{"item_ids": ids(bench, *np.flatnonzero(codes == value)), "max": 1, "window": 3}])
    np.testing.assert_array_equal(make_slates(bench, by_items).items, make_slates(bench, by_value).items)


@pytest.mark.parametrize(
    "entry",
    [{"max": 1}, {"facet": "category", "item_ids": ["1"], "max": 1}, {"item_ids": ["1"], "value": "Milk", "max": 1}],
)
def test_a_constraint_counts_a_facet_or_some_products(entry: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="it needs a facet, or item_ids and no value"):
        strategy([entry])


def test_a_constraint_on_a_product_the_shop_lacks_is_refused(bench: Bench) -> None:
    with pytest.raises(InputError, match=r"entry 1.*no such product.*'nowhere'"):
        make_slates(bench, strategy([{"item_ids": ["nowhere"], "max": 1}]))


def test_rules_are_kept_at_every_diversity_in_one_pass(bench: Bench) -> None:
    made = strategy([{"facet": "category", "max": 1, "window": 3}])
    lists = sweep_slates(bench, made, [0.0, 0.4, 1.0])
    np.testing.assert_array_equal(lists.items[1], make_slates(bench, made).items)
    assert all(keeps(bench, made.constraints[0], items) for level in lists.items for items in level)


def test_a_minimum_beyond_the_pool_widens_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    items = bench.candidates("for_you", 10).items
    codes, names = facet(bench, "category")
    shown = np.bincount(codes[np.unique(items)], minlength=len(names))
    eligible = np.bincount(codes[bench.model.items], minlength=len(names))
    rare = names[int(np.argmax(np.where(shown == 0, eligible, 0)))]
    made = strategy([{"facet": "category", "value": rare, "min": 2}], k=4, pool=10)
    slates = make_slates(bench, made)
    assert not slates.broken.any()
    assert ((codes[slates.items] == names.index(rare)).sum(axis=1) == 2).all()
    scores = scores_of(bench, made, slates.items)
    assert np.isfinite(scores).all()
    monkeypatch.setattr(scores_module, "AT_ONCE", 3)
    np.testing.assert_array_equal(scores_of(bench, made, slates.items), scores)
    curve = trade_off(bench, made, (0.0, 0.4), np.array([0]))
    shares = np.maximum(
        shares_of(bench, made, curve.items[:, 0], np.array([0, 0])), 0
    )  # what comes from beyond is worth 0
    assert (shares_of(bench, made, slates.items) < 0).any()
    wanted = (shares / np.log2(np.arange(2, 6))).sum(axis=1)
    np.testing.assert_allclose(curve.values("score_kept"), wanted / wanted[0], rtol=1e-6)
    slot = next(slot for slot in explain_slots(bench, made, 0) if codes[slot.item] == names.index(rare))
    assert (slot.rule, slot.base_rank) == (0, 11) and slot.instead >= 0


def test_who_and_when_a_rule_is_for(bench: Bench) -> None:
    item, by = ids(bench, 3)[0], "history"
    pin = {"kind": "pin", "item_id": item, "position": 1}
    groups = segments(bench, by)
    plain = make_slates(bench, strategy()).items
    found = make_slates(bench, strategy(rules=[{**pin, "segment": {"by": by, "group": "heavy"}}])).items
    heavy = np.isin(np.arange(len(bench.users)), groups["heavy"])
    assert (found[heavy, 0] == 3).all()
    np.testing.assert_array_equal(found[~heavy], plain[~heavy])
    few = groups["light"][:3]
    np.testing.assert_array_equal(
        make_slates(bench, strategy(rules=[{**pin, "segment": {"by": by, "group": "light"}}]), few).items[:, 0], 3
    )
    for away in ({"surfaces": ["new"]}, {"ends": "2020-01-01"}, {"starts": "2999-01-01"}):
        np.testing.assert_array_equal(make_slates(bench, strategy(rules=[{**pin, **away}])).items, plain)
    day = Constraint(facet="a", max=1, starts=date(2026, 1, 1), ends=date(2026, 1, 31))
    assert [day.holds("new", date(2026, month, 31)) for month in (1, 3)] == [True, False]


def test_boosts_burials_and_hiding(bench: Bench) -> None:
    plain = make_slates(bench, strategy(diversity=0)).items
    item = int(plain[0, 3])

    def place(rule: dict[str, Any]) -> int:
        items = make_slates(
            bench, strategy(rules=[{"item_ids": ids(bench, item), **rule}], diversity=0), np.array([0])
        ).items[0]
        return int(next(iter(np.flatnonzero(items == item)), 99))

    assert place({"kind": "boost", "strength": "strong"}) < 3 < place({"kind": "bury", "strength": "strong"})
    assert place({"kind": "boost", "strength": "weak"}) <= 3 <= place({"kind": "bury", "strength": "weak"})
    assert place({"kind": "hide"}) == 99
    codes, names = facet(bench, "category")
    value = names[codes[plain[0, 0]]]
    hidden = make_slates(bench, strategy(rules=[{"kind": "hide", "facet": "category", "value": value}])).items
    assert not (codes[hidden] == names.index(value)).any()
    dear = make_slates(
        bench, strategy(rules=[{"kind": "favour", "column": "price", "strength": "strong"}], diversity=0)
    ).items
    price = bench.history.items["price"].to_numpy()
    assert np.nanmean(price[dear]) > np.nanmean(price[plain])


def test_what_clashes_is_refused_by_name(bench: Bench) -> None:
    one, two = ids(bench, 3, 4)
    category = bench.evidence("all").facets["category"][1][0]
    for constraints, rules, named in (
        ([], [{"kind": "pin", "item_id": one, "position": 1}, {"kind": "pin", "item_id": two, "position": 1}], {1, 2}),
        ([{"facet": "popularity", "value": "head", "max": 1}, {"facet": "category", "max": 2},
          {"facet": "popularity", "value": "tail", "max": 1}], [], {1, 3}),
        ([{"facet": "category", "value": category, "max": 0}, {"facet": "category", "value": category, "min": 1}], [],
         {1, 2}),
    ):  # fmt: skip
        with pytest.raises(InputError) as refused:
            make_slates(bench, strategy(constraints, rules))
        assert {problem.column for problem in refused.value.problems} == {f"entry {number}" for number in named}
        assert {problem.loc for problem in refused.value.problems} == {("entries", number - 1) for number in named}
        for left_out in sorted(named):  # without any one of them there is a list
            kept = [entry for number, entry in enumerate([*constraints, *rules], 1) if number != left_out]
            make_slates(
                bench, strategy([e for e in kept if "facet" in e], [e for e in kept if "kind" in e]), np.arange(3)
            )
    for rules in (
        [{"kind": "pin", "item_id": one, "position": 1}, {"kind": "hide", "item_ids": [one]}],
        [{"kind": "pin", "item_id": one, "position": 1}, {"kind": "soft_pin", "item_id": one, "position": 2}],
    ):
        with pytest.raises(InputError, match=r"entry (1|2)"):
            make_slates(bench, strategy(rules=rules))


@pytest.mark.parametrize(
    ("constraints", "rules", "said"),
    [
        ([{"facet": "smell", "max": 1}], [], "no such facet"),
        ([{"facet": "category", "value": "Unicorns", "max": 1}], [], "no product has this category"),
        ([], [{"kind": "pin", "item_id": "nope", "position": 1}], "no such product"),
        ([], [{"kind": "favour", "column": "margin"}], "no such column"),
        ([{"facet": "category", "max": 1, "segment": {"by": "history", "group": "huge"}}], [], "no such group"),
        ([{"facet": "category", "max": 1, "segment": {"by": "shoe", "group": "9"}}], [], "no such column"),
    ],
)
def test_what_the_shop_lacks_is_refused(bench: Bench, constraints: list[Any], rules: list[Any], said: str) -> None:
    with pytest.raises(InputError) as refused:
        make_slates(bench, strategy(constraints, rules))
    problem = refused.value.problems[0]
    assert said in problem.problem and problem.fix


def test_a_strategy_with_rules_survives_its_own_json() -> None:
    made = strategy(
        [{"facet": "category", "max": 1, "window": 5, "first": 6, "starts": "2026-12-01", "surfaces": ["new"]}],
        [{"kind": "hide", "item_ids": ["1", "2"], "name": "recall"}, {"kind": "favour", "column": "margin"}],
    )
    assert Strategy.checked(json.loads(json.dumps(made.model_dump())), "file") == made
    assert made.at(diversity=0.4) == made and hash(made)
