"""Exposure floors on the small shop: floors held over everybody's lists, strength 0, the relevance floor, commands."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from engine.__main__ import main
from engine.bench.bench import Bench
from engine.bench.measures import measure
from engine.bench.scores import shares_of
from engine.data import Dataset, InputError
from engine.evaluation.curve import trade_off
from engine.evaluation.evaluate import evaluate
from engine.evaluation.relevance_floor import STEPS, capped, exposure_strength_test, own_floor_test
from engine.rerank import fair_share
from engine.slates.exposure_cost import relevance_kept
from engine.slates.exposure_floor import exposure_lifts, exposure_outcome, fair_share_constraints
from engine.slates.make import make_slates, sweep_slates
from engine.statistics.fixed_sequence import fixed_sequence
from engine.strategy.strategy import Exposure, Floor, Strategy

BASE = Strategy(method="mmr", diversity=0.2, pool=80)
HALF = Exposure(facet="provider", floor=0.5)
FIELDS = ("items", "relevance", "diversity", "gains", "nearest", "similarity", "instead", "rule", "broken")


def share(bench: Bench, items: np.ndarray, names: list[str]) -> float:
    """The exposure of some makers' products, counted slot by slot."""
    maker = bench.history.items["provider"].to_numpy()
    had = whole = 0.0
    for row in items:
        for rank, item in enumerate(row, 1):
            if item >= 0:
                whole += 1 / np.log2(1 + rank)
                had += (maker[item] in names) / np.log2(1 + rank)
    return had / whole


@pytest.mark.parametrize("surface", ["for_you", "new"])
def test_the_worst_off_get_what_was_asked_for(bench: Bench, surface: str) -> None:
    plain = BASE.at(surface=surface)
    found = exposure_outcome(bench, plain.at(exposure=HALF))
    assert found is not None and not found.lists.short.any()
    (names,) = found.names
    before, after = (make_slates(bench, each).items for each in (plain, plain.at(exposure=HALF)))
    assert share(bench, before, names) == pytest.approx(found.before[0])
    assert share(bench, after, names) == pytest.approx(found.lists.exposure[0])
    lines = bench.history.positives()
    sold = bench.history.items["provider"].iloc[lines["item"]].value_counts(normalize=True)
    assert found.due[0] == pytest.approx(sold.reindex(names).sum())
    assert found.before[0] < 0.5 * found.due[0] <= found.lists.exposure[0] < 0.6 * found.due[0]
    made = {name: share(bench, before, [name]) / sold[name] for name in sold.index}
    worst = max(made[name] for name in names)
    assert all(made[name] >= worst - 1e-9 for name in set(sold.index) - set(names))
    assert len(names) == round(0.25 * len(sold))


def test_strength_0_changes_nothing_and_more_costs_more_relevance(bench: Bench) -> None:
    plain = make_slates(bench, BASE)
    for asked in (HALF, Exposure(facet="provider", floor="max-min")):
        none = BASE.at(exposure=asked.model_copy(update={"strength": 0.0}))
        assert exposure_lifts(bench, none) == []
        for name in FIELDS:
            np.testing.assert_array_equal(getattr(make_slates(bench, none), name), getattr(plain, name))
    steps = [
        exposure_outcome(bench, BASE.at(exposure=HALF.model_copy(update={"strength": s}))) for s in (0.25, 0.5, 1.0)
    ]
    assert [step.floors[0] for step in steps] == sorted(step.floors[0] for step in steps)
    assert [step.lists.prices[0] for step in steps] == sorted(step.lists.prices[0] for step in steps)
    at_0 = BASE.at(diversity=0.0)
    kept = [shares_of(bench, at_0, make_slates(bench, each).items) for each in (at_0, at_0.at(exposure=HALF))]
    worth = [float((np.nan_to_num(each) / np.log2(np.arange(2, 12))).sum()) for each in kept]
    assert worth[0] > worth[1] > 0.9 * worth[0]


def test_max_min_serves_every_value_that_can_be_served(bench: Bench) -> None:
    strategy = BASE.at(exposure=Exposure(facet="provider", floor="max-min"))
    found = exposure_outcome(bench, strategy)
    assert found is not None and found.least > 0
    reached, had = found.lists.exposure / found.due, found.before / found.due
    assert reached.min() >= found.least - 1e-9 > had.min()
    items = make_slates(bench, strategy).items
    for number in (0, len(found.names) - 1):
        assert share(bench, items, found.names[number]) == pytest.approx(found.lists.exposure[number])
    half = exposure_outcome(bench, BASE.at(exposure=Exposure(facet="provider", floor="max-min", strength=0.5)))
    assert half.least == found.least
    assert (half.lists.exposure / half.due).min() >= found.least / 2 - 1e-9


def test_some_rows_have_the_lists_that_they_have_among_all_and_a_sweep_makes_the_same(bench: Bench) -> None:
    strategy, rows = BASE.at(exposure=HALF), np.array([3, 0, 7])
    whole = make_slates(bench, strategy).items
    np.testing.assert_array_equal(make_slates(bench, strategy, rows).items, whole[rows])
    lists = sweep_slates(bench, strategy, [0.0, 0.2], rows)
    assert lists.items.shape == (2, 3, 10) and lists.broken.shape == (2, 3, 0)
    np.testing.assert_array_equal(lists.items[1], whole[rows])
    np.testing.assert_array_equal(trade_off(bench, strategy, [0.0, 0.2], keys=["ild"]).items[1], whole)


def test_rules_hold_beside_it(bench: Bench) -> None:
    limited = BASE.at(constraints=({"facet": "category", "max": 2},), exposure=HALF)
    slates = make_slates(bench, limited)
    codes = bench.evidence("all").facets["category"][0]
    often = [np.bincount(codes[row[row >= 0]]).max() for row in slates.items]
    assert max(np.array(often)[~slates.broken.any(axis=1)]) <= 2
    found = exposure_outcome(bench, limited)
    assert share(bench, slates.items, found.names[0]) == pytest.approx(found.lists.exposure[0])
    assert found.lists.exposure[0] >= 0.5 * found.due[0]


def test_the_relevance_floor_lowers_the_strength(bench: Bench) -> None:
    floored = BASE.at(exposure=HALF.model_copy(update={"floor": 1.0}), floor=Floor(metric="ndcg", keep=0.8))
    lower = capped(bench, floored)
    found = exposure_strength_test(bench, floored.at(diversity=lower.diversity))
    assert found is not None and len(found.diversities) == STEPS + 1
    known = []
    for part in found.diversities:
        asked = lower.at(exposure=floored.exposure.model_copy(update={"strength": part}))
        each = asked if part else floored.at(diversity=0.0, exposure=None)
        known.append(measure(make_slates(bench, each).items, bench.evidence("all"), ["ndcg"]).per_user["ndcg"])
    expected = fixed_sequence(np.stack(known), found.diversities, 0.8)
    assert found.at == expected.at and lower.exposure.strength == found.diversity
    assert capped(bench, lower) == lower
    none = capped(bench, floored.at(floor=Floor(metric="ndcg", keep=1.0)))
    assert none.exposure.strength == 0 and none.diversity < BASE.diversity


def test_evaluate_judges_the_priced_lists_beside_plain_relevance(bench: Bench) -> None:
    rows = evaluate(bench, BASE.at(exposure=HALF), [0.2])
    ndcg = {row.scope: row.value for row in rows if row.metric == "ndcg"}
    kept = {row.scope: row.value for row in rows if row.metric == "ndcg_kept"}
    for surface, scope in (("for_you", "all"), ("new", "new")):
        here = BASE.at(surface=surface)
        for strategy, expected in (
            (here.at(exposure=HALF), ndcg[scope]),
            (here.at(diversity=0.0), ndcg[scope] / kept[scope]),
        ):
            figures = measure(make_slates(bench, strategy).items, bench.evidence(scope), ["ndcg"])
            assert figures.value("ndcg")[0] == pytest.approx(expected)


def test_what_it_keeps_is_judged_beside_the_same_lists_without_it(bench: Bench) -> None:
    found = relevance_kept(bench, BASE.at(exposure=HALF))
    evidence = bench.evidence("all")
    values = [
        measure(make_slates(bench, each).items, evidence, ["ndcg"]).value("ndcg")[0]
        for each in (BASE.at(exposure=HALF), BASE)
    ]
    assert found["ndcg"][0] == pytest.approx(values[0] / values[1])
    assert all(low <= share <= high for share, low, high in found.values()) and found["score"][0] < 1
    none = relevance_kept(bench, BASE.at(exposure=HALF.model_copy(update={"strength": 0.0})))
    assert none == {"score": (1.0, 1.0, 1.0), "ndcg": (1.0, 1.0, 1.0)}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"facet": "provider", "floor": 0.0}, "exposure.floor"),
        ({"facet": "provider", "floor": 1.5}, "exposure.floor"),
        ({"facet": "provider", "floor": "min"}, "exposure.floor"),
        ({"facet": "provider", "floor": 0.5, "strength": 2.0}, "exposure.strength"),
        ({"facet": "provider", "floor": 0.5, "worst": 0.0}, "exposure.worst"),
        ({"facet": "provider"}, "exposure.floor"),
        ({"facet": "provider", "floor": 0.5, "shape": 1}, "known are facet, floor, worst, strength"),
    ],
)
def test_what_makes_no_sense_is_refused_at_the_door(wrong: dict, told: str) -> None:
    with pytest.raises(InputError, match=told):
        Strategy.checked({"method": "mmr", "diversity": 0.3, "exposure": wrong}, "s.json")


def test_a_raw_scale_an_unknown_facet_and_what_is_out_of_reach_are_refused(bench: Bench) -> None:
    asked = {"method": "mmr", "diversity": 0.3, "normalize": "none", "exposure": {"facet": "provider", "floor": 0.5}}
    with pytest.raises(InputError, match="minmax or rank"):
        Strategy.checked(asked, "s.json")
    with pytest.raises(InputError, match="take one of"):
        make_slates(bench, BASE.at(exposure=Exposure(facet="shoe size", floor=0.5)))
    narrow = BASE.at(pool=10, exposure=Exposure(facet="provider", floor=1.0, worst=0.5))
    with pytest.raises(InputError, match="no lists from these candidates do"):
        make_slates(bench, narrow)


def test_overrides_beside_it_are_refused() -> None:
    overrides = {"personal": {"strength": 1}}
    asked = {"method": "mmr", "diversity": 0.3, "exposure": HALF.model_dump(), "overrides": overrides}
    with pytest.raises(InputError, match="overrides and an exposure floor cannot stand together yet; leave one out"):
        Strategy.checked(asked, "s.json")
    for lacking in ("exposure", "overrides"):
        Strategy.checked({name: part for name, part in asked.items() if name != lacking}, "s.json")


def test_rules_of_other_days_have_prices_of_their_own(bench: Bench) -> None:
    scheduled = {"facet": "category", "max": 1, "ends": "2030-05-01"}
    dated = BASE.at(constraints=(scheduled,), exposure=HALF, floor=Floor(metric="ndcg", keep=0.8))
    days = [bench.on_day(day) for day in (date(2030, 5, 1), date(2030, 5, 2))]
    ruled, free = (exposure_outcome(on, dated) for on in days)
    assert not np.array_equal(ruled.lists.items, free.lists.items)
    without = dated.at(constraints=())
    np.testing.assert_array_equal(free.lists.items, exposure_outcome(bench, without).lists.items)
    promises = [exposure_strength_test(on, dated) for on in days]
    np.testing.assert_array_equal(promises[1].sure, exposure_strength_test(bench, without).sure)
    assert not np.array_equal(promises[0].sure, promises[1].sure)


def test_the_relevance_floor_finds_one_diversity_whatever_the_exposure(bench: Bench) -> None:
    floored = BASE.at(floor=Floor(metric="ndcg", keep=0.9))
    assert own_floor_test(bench, floored.at(exposure=HALF)) is own_floor_test(bench, floored)


def test_a_strategy_without_it_says_nothing_of_it() -> None:
    assert "exposure" not in BASE.model_dump() and "exposure" not in BASE.model_dump_json()
    kept = Strategy.checked(json.loads(BASE.at(exposure=HALF).model_dump_json()), "s.json")
    assert kept.exposure == HALF


def test_rerank_makes_these_lists_and_says_so(
    shop: tuple[Dataset, Path], bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "s.json", tmp_path / "slates.parquet"
    file.write_text(BASE.at(exposure=HALF).model_dump_json())
    assert main(["rerank", "--data", str(shop[1]), "--model", "blend", "--strategy", str(file), "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "for_you: provider: the " in told
    found = exposure_outcome(bench, BASE.at(exposure=HALF))
    table = pq.read_table(out)
    kept = relevance_kept(bench, BASE.at(exposure=HALF))
    assert f"for_you: that keeps {kept['ndcg'][0]:.2%} of ndcg" in told
    note = json.loads(table.schema.metadata[b"evenshelf"])
    assert note["exposure"]["values"] == found.names and note["strategy"]["exposure"]["floor"] == 0.5
    assert note["exposure"]["shares"] == pytest.approx(found.lists.exposure.tolist())
    ids = bench.history.items["item_id"].to_numpy()
    assert table["item_id"].to_pylist() == ids[make_slates(bench, BASE.at(exposure=HALF)).items].ravel().tolist()


def test_a_protected_share_is_constraints_of_a_strategy(bench: Bench) -> None:
    entries = fair_share_constraints("popularity", "tail", 10, 0.4)
    strategy = BASE.at(constraints=tuple(entries))
    slates = make_slates(bench, Strategy.checked(json.loads(strategy.model_dump_json()), "s.json"))
    counts = np.bincount(bench.history.positives()["item"], minlength=bench.history.n_items)
    order = np.argsort(-counts, kind="stable")
    head = order[: int(np.searchsorted(np.cumsum(counts[order]), 0.8 * counts.sum())) + 1]
    so_far = np.cumsum(~np.isin(slates.items, head) & (slates.items >= 0), axis=1)
    kept = (so_far >= fair_share(10, 0.4).least).all(axis=1)
    assert (kept == ~slates.broken.any(axis=1)).all() and kept.mean() > 0.95
    plain = np.cumsum(~np.isin(make_slates(bench, BASE).items, head), axis=1)
    assert not (plain >= fair_share(10, 0.4).least).all()
