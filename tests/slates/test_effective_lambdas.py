"""Overrides on whole shops: every list is the plain strategy's at the shopper's own λ, compared with a plain loop."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench
from engine.bench.measures import key_of, measure
from engine.bench.segments import segments
from engine.data import InputError
from engine.evaluation.curve import trade_off
from engine.evaluation.evaluate import by_segment, compare, evaluate
from engine.evaluation.relevance_floor import LEVELS, capped, find_floor, own_floor_test
from engine.evaluation.slates_file import slates_table
from engine.slates.effective_lambdas import effective_lambdas, without_overrides
from engine.slates.make import make_slates, sweep_slates
from engine.slates.rule_lookup import facet
from engine.statistics.fixed_sequence import fixed_sequence
from engine.strategy.strategy import Floor
from tests.fixtures import shops
from tests.slates.overrides import AGE, HEAVY, MAKERS, PARTS, POLICY, REST, STAPLES, PlainLists, by_hand, made
from tests.slates.test_rules import keeps


@pytest.mark.parametrize("overrides", [PARTS, {"segments": [HEAVY, AGE]}, {"personal": {"strength": 1.0}},
                                       {"policies": [REST, POLICY]}])  # fmt: skip
@pytest.mark.parametrize(("method", "surface"), [("mmr", "for_you"), ("dpp", "new"), ("xquad", "for_you")])
def test_every_list_is_the_plain_one_at_her_own_level(
    bench: Bench, overrides: dict[str, Any], method: str, surface: str
) -> None:
    strategy = made(overrides, method=method, surface=surface)
    expected, told = by_hand(bench, strategy), effective_lambdas(bench, strategy, [0.3])
    np.testing.assert_allclose(told.diversities[0], [level for level, _ in expected], atol=1e-9)
    assert not told.lifted.any() and not told.short.any()
    slates, plain = make_slates(bench, strategy), PlainLists(bench, strategy)
    for row, (level, weights) in enumerate(expected):
        np.testing.assert_array_equal(slates.items[row], plain.at(level, weights)[row])
    assert len({level for level, _ in expected}) > 1


def test_by_hand_who_gets_what(bench: Bench) -> None:
    told = effective_lambdas(bench, made(PARTS | {"personal": None}), [0.3, 0.15, 0.0, 1.0])
    age, heavy = (segments(bench, by)[group] for by, group in (("age", "45-54"), ("history", "heavy")))
    others = np.setdiff1d(np.arange(len(bench.users)), np.union1d(age, heavy))
    first = told.diversities[0]
    assert (first[age] == 0.55).all(), "the first segment named stands, also for those who are heavy shoppers"
    assert len(np.intersect1d(age, heavy)) and (first[np.setdiff1d(heavy, age)] == 0.1).all()
    for policy, level in ((-1, 0.3), (0, 0.2), (1, 0.7)):
        here = others[told.policies[others] == policy]
        assert len(here) and (first[here] == level).all()
    np.testing.assert_allclose(told.diversities[1], first / 2)
    assert (told.diversities[2] == 0).all() and (told.diversities[3] == 1).all()


def test_a_sweep_turns_all_and_starts_from_pure_relevance(bench: Bench) -> None:
    strategy = made(PARTS | {"guard": {"key": "narrowing", "least": 1.0}})
    grid = [0.0, 0.1, 0.3, 0.6, 1.0]
    lists = sweep_slates(bench, strategy, grid)
    for level, items in zip(grid, lists.items, strict=True):
        np.testing.assert_array_equal(items, make_slates(bench, strategy.at(diversity=level)).items)
    np.testing.assert_array_equal(lists.items[0], bench.pool(strategy).items[:, :6])
    np.testing.assert_array_equal(lists.items[2], make_slates(bench, strategy).items)
    assert (lists.items[1] != lists.items[0]).any() and (lists.items[1] != lists.items[2]).any()


def test_some_shoppers_get_what_they_get_among_all(bench: Bench) -> None:
    strategy = made(PARTS | {"guard": {"key": "facet_narrowing", "least": 0.9}})
    whole, rows = make_slates(bench, strategy), np.array([17, 3, 99])
    for field in ("items", "gains", "nearest", "rule"):
        np.testing.assert_array_equal(
            getattr(make_slates(bench, strategy, rows), field), getattr(whole, field)[rows], err_msg=field
        )
    pinned = strategy.at(rules=[{"kind": "pin", "item_id": str(bench.history.items["item_id"][3]), "position": 1}])
    for each in (strategy, pinned, pinned.at(overrides=None)):
        assert make_slates(bench, each, np.zeros(0, int)).items.shape == (0, 6)
    for row in rows:
        plain = without_overrides(bench, strategy, int(row))
        assert plain.overrides is None
        np.testing.assert_array_equal(make_slates(bench, plain, np.array([row])).items[0], whole.items[row])
    assert without_overrides(bench, plain, 3) is plain


@pytest.mark.parametrize("guard", [
    {"key": "narrowing", "least": 1.0}, {"key": "narrowing", "least": 1.0, "up_to": 0.52},
    {"key": "facet_narrowing", "least": 0.9}, {"key": "calibration_js", "most": 0.38},
    {"key": "calibration_kl:department", "most": 0.6, "up_to": 0.9},
])  # fmt: skip
def test_the_guard_lifts_to_the_first_step_that_is_enough(bench: Bench, guard: dict[str, Any]) -> None:
    strategy = made(PARTS | {"guard": guard})
    expected, told = by_hand(bench, strategy), effective_lambdas(bench, strategy, [0.3])
    key = key_of(guard["key"], bench.evidence("all")) or ""
    sign, bound = (1, guard["least"]) if "least" in guard else (-1, guard["most"])
    slates, plain, lifted = make_slates(bench, strategy), PlainLists(bench, strategy), 0
    for row, (level, weights) in enumerate(expected):
        steps = [level, *(s / 20 for s in range(21) if level < s / 20 <= guard.get("up_to", 1.0))]
        figures = [float(plain.figures(key, each, weights)[row]) for each in steps]
        at = next((n for n, figure in enumerate(figures) if sign * figure >= sign * bound), None)
        assert told.short[0, row] == (at is None)
        at = int(np.argmax([sign * figure for figure in figures])) if at is None else at
        assert told.diversities[0, row] == pytest.approx(steps[at]) and told.lifted[0, row] == (at > 0)
        np.testing.assert_array_equal(slates.items[row], plain.at(steps[at], weights)[row])
        lifted += at > 0
    assert 0 < lifted < len(expected)


@pytest.mark.parametrize("diversities", [[], [0.3, 1.2], [np.nan]])
def test_other_diversities_are_refused(bench: Bench, diversities: list[float]) -> None:
    with pytest.raises(ValueError, match=r"λ|diversity"):
        sweep_slates(bench, made(PARTS), diversities)


LEVEL = st.sampled_from([0.0, 0.05, 0.2, 0.5, 0.9, 1.0])
GROUPS = st.sampled_from([("age", "45-54"), ("history", "light"), ("history", "heavy"), ("kids_count", "unknown")])
WEIGHTS = st.sampled_from([None, MAKERS, {"category": 0.5, "price": 0.5}])


@settings(max_examples=10)
@given(
    st.lists(st.tuples(GROUPS, LEVEL), max_size=3),
    st.lists(st.tuples(st.sets(st.sampled_from(STAPLES), min_size=1), LEVEL, WEIGHTS), max_size=2),
    st.sampled_from([0.3, 1.0]),
    st.booleans(),
)
def test_rules_hold_too(bench: Bench, own: list[Any], types: list[Any], strength: float, guarded: bool) -> None:
    ids = bench.history.items["item_id"]
    rules = {
        "constraints": [{"facet": "category", "max": 1, "window": 3},
                        {"facet": "department", "max": 3, "segment": {"by": "history", "group": "light"}}],
        "rules": [{"kind": "pin", "item_id": str(ids[3]), "position": 2}],
    }  # fmt: skip
    overrides = {
        "segments": [{"segment": {"by": by, "group": group}, "diversity": level} for (by, group), level in own],
        "policies": [
            {"name": "p", "facet": "category", "values": sorted(values), "diversity": level, "facet_weights": weights}
            for values, level, weights in types
        ],
        "personal": {"strength": strength},
        "guard": {"key": "narrowing", "least": 0.9} if guarded else None,
    }
    strategy = made(overrides, **rules)
    slates, told, everyone = (
        make_slates(bench, strategy),
        effective_lambdas(bench, strategy, [0.3]),
        np.arange(len(bench.users)),
    )
    entries = [*strategy.constraints, *strategy.rules]
    light = np.isin(everyone, segments(bench, "history")["light"])
    for row, items in enumerate(slates.items):
        kept = [keeps(bench, entry, items) or (entry.segment is not None and not light[row]) for entry in entries]
        assert kept == (~slates.broken[row]).tolist()
    assert slates.broken.mean() < 0.02 and (slates.items[:, 1] == 3).all()
    expected, plain = by_hand(bench, strategy), PlainLists(bench, strategy)
    for row in everyone[::7]:
        level = float(told.diversities[0, row])
        assert guarded or level == pytest.approx(expected[row][0])
        np.testing.assert_array_equal(slates.items[row], plain.at(level, expected[row][1])[row])


LOUD = {"segments": [{"segment": {"by": "history", "group": "heavy"}, "diversity": 1.0}], "policies": [REST]}


@pytest.mark.parametrize("more", [{}, {"guard": {"key": "narrowing", "least": 1.0}}])
def test_a_floor_is_kept_with_overrides(bench: Bench, more: dict[str, Any]) -> None:
    strategy = made(LOUD | more, floor={"metric": "ndcg", "keep": 0.8}, diversity=0.5)
    kept = capped(bench, strategy)
    figures, plain = [], PlainLists(bench, strategy)
    for level in LEVELS:  # the oracle makes each list by itself, at the λ that stands in the turned strategy
        turned = strategy.at(diversity=level)
        told = effective_lambdas(bench, turned, [level])
        lists = np.array([plain.at(float(each), None)[row] for row, each in enumerate(told.diversities[0])])
        figures.append(measure(lists, bench.evidence("all"), ["ndcg"]).per_user["ndcg"])
    expected = fixed_sequence(np.stack(figures), LEVELS, 0.8)
    found = own_floor_test(bench, strategy)
    assert found and found.diversity == expected.diversity and found.sure[found.at] >= 0.8
    assert 0 < expected.diversity < 0.5 and kept.diversity == expected.diversity
    assert kept.overrides and max(kept.overrides.levels) < 1 and kept == strategy.at(diversity=expected.diversity)
    assert capped(bench, kept) == kept
    before, now = sweep_slates(bench, kept, [0.0, kept.diversity]).items
    np.testing.assert_array_equal(now, make_slates(bench, kept).items)
    ndcg = [np.nanmean(measure(i, bench.evidence("all"), ["ndcg"]).per_user["ndcg"]) for i in (before, now)]
    assert ndcg[1] >= 0.8 * ndcg[0]
    alone_allows = find_floor(bench, strategy.at(overrides=None), Floor(metric="ndcg", keep=0.8)).test.diversity
    assert alone_allows > kept.diversity, "without the overrides more would be allowed: they count"


def test_evaluation_and_files_see_the_same_lists(bench: Bench) -> None:
    strategy = made(LOUD, diversity=0.2)
    rows = [r for r in evaluate(bench, strategy, [0.2]) if r.scope == "all" and r.metric == "ild"]
    lists = make_slates(bench, strategy).items
    ild = measure(lists, bench.evidence("all"), ["ild"]).per_user["ild"]
    assert rows[0].value == pytest.approx(float(np.nanmean(ild)))
    assert trade_off(bench, strategy, (0.0, 0.2), keys=["ild"]).values("ild")[1] == pytest.approx(rows[0].value)
    assert compare(bench, strategy.at(overrides=None), strategy, ["ild"])[0].after == pytest.approx(rows[0].value)
    grouped = [r for r in by_segment(bench, strategy, "history") if r.metric == "ild" and r.scope == "all"]
    heavy = segments(bench, "history")["heavy"]
    assert grouped[-1].value == pytest.approx(float(np.nanmean(ild[heavy])))
    table = slates_table(bench, strategy)
    own = table.groupby("user_id")["diversity"].first()
    assert (own[bench.names(heavy)] == 1.0).all() and own.nunique() == 3
    assert "diversity" not in slates_table(bench, strategy.at(overrides=None), np.array([0]))


@pytest.mark.parametrize(
    ("overrides", "column", "value"),
    [
        ({"segments": [HEAVY, {"segment": {"by": "shoe", "group": "1"}, "diversity": 0.1}]}, "segments.1", "shoe"),
        ({"segments": [{"segment": {"by": "age", "group": "7"}, "diversity": 0.1}]}, "segments.0", "7"),
        ({"policies": [{**POLICY, "facet": "shape"}]}, "policies.0.facet", "shape"),
        ({"policies": [POLICY, {**POLICY, "values": ["Milk", "Gold"]}]}, "policies.1.values", "Gold"),
        ({"policies": [{**POLICY, "facet_weights": {"shape": 1.0}}]}, "policies.0.facet_weights", "shape"),
        ({"guard": {"key": "calibration_js:shape", "most": 0.5}}, "guard.key", "calibration_js:shape"),
    ],
)  # fmt: skip
def test_what_this_shop_lacks_is_named(bench: Bench, overrides: dict[str, Any], column: str, value: str) -> None:
    for rows in (None, np.array([0])):
        with pytest.raises(InputError) as refused:
            make_slates(bench, made(overrides), rows)
        (problem,) = refused.value.problems
        assert (problem.column, problem.value) == (f"overrides.{column}", value) and problem.fix
        assert ".".join(map(str, problem.loc)) == problem.column and isinstance(problem.loc[-1], int | str)


def test_lists_of_similar_products_follow_the_product(bench: Bench) -> None:
    shop = CatalogueBench(shops.catalogue())
    codes, names = facet(shop, "category")
    mine = names[codes[shop.users[0]]]
    policy = {"name": "p", "facet": "category", "values": [mine], "diversity": 0.9, "facet_weights": {"colour": 1.0}}
    strategy = made({"policies": [policy]}, surface="similar")
    told = effective_lambdas(shop, strategy, [0.3])
    of_it = codes[shop.users] == names.index(mine)
    assert of_it.any() and not of_it.all()
    np.testing.assert_array_equal(told.policies, np.where(of_it, 0, -1))
    plain, changed = strategy.at(overrides=None), strategy.at(overrides=None, facet_weights={"colour": 1.0})
    expected = np.where(
        of_it[:, None], make_slates(shop, changed.at(diversity=0.9)).items, make_slates(shop, plain).items
    )
    np.testing.assert_array_equal(make_slates(shop, strategy).items, expected)
    text = shop.ask("a red sofa")
    assert text is not None
    row = np.array([text])
    best = shop.pool(strategy, row).items[0, :6]
    majority = (codes[best] == names.index(mine)).sum() > 3
    assert effective_lambdas(shop, strategy, [0.3], row).policies[0] == (0 if majority else -1)
    for part, column in (({"personal": {"strength": 1}}, "personal"),
                         ({"guard": {"key": "narrowing", "least": 1}}, "guard.key")):  # fmt: skip
        with pytest.raises(InputError) as refused:
            make_slates(shop, made(part, surface="similar"))
        assert refused.value.problems[0].column == f"overrides.{column}"
