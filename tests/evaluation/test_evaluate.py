"""Evaluation, curves and comparisons on the small shop: one table of measures for all of them."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest

from engine import metrics
from engine.bench.bench import Bench
from engine.bench.measures import measure, table, within
from engine.bench.segments import columns, segments
from engine.data import InputError, read_shop
from engine.diagnosis.homogenization import homogenization
from engine.evaluation.curve import trade_off
from engine.evaluation.evaluate import against, by_segment, compare, evaluate
from engine.evaluation.recommended import recommended, recommended_on_curve
from engine.explain.advice import advice, unchanged
from engine.recommend import Popularity
from engine.rerank import GRID
from engine.slates.make import make_slates, sweep_slates
from engine.slates.shopper_sweep import shopper_sweep
from engine.strategy.strategy import Strategy

BASE = Strategy(method="mmr", diversity=0.4, pool=80)


def test_every_named_metric_is_in_the_table(bench: Bench) -> None:
    keys = {key.partition(":")[0] for key in table(bench.evidence("all"))}
    named = [
        "ndcg",
        "recall",
        "hit_rate",
        "mrr",
        "serendipity",
        "ild",
        "ilmd",
        "facet_entropy",
        "facet_count",
        "hhi",
        "richness_loss",
        "calibration_kl",
        "average_popularity",
        "novelty",
        "tail_share",
        "jaccard_overlap",
        "dice_overlap",
        "coverage",
        "gini",
        "shannon_entropy",
    ]
    assert set(named) <= keys


def test_without_a_future_relevance_is_absent_not_zero(bench: Bench) -> None:
    blind = Bench(bench.data, bench.model, bench.card | {"until": None})
    assert not {"ndcg", "recall", "hit_rate", "mrr", "serendipity"} & set(table(blind.evidence("all")))


def test_relevance_is_what_was_bought_later(bench: Bench) -> None:
    """Oracle: straight from the log, by hand."""
    log = bench.data.interactions
    later = log[log["timestamp"] >= bench.card["until"]]
    earlier = log[log["timestamp"] < bench.card["until"]]
    everything, fresh = (bench.evidence(scope).relevant.toarray() > 0 for scope in ("all", "new"))
    for row, user in enumerate(bench.users[:40]):
        bought = set(later.loc[later["user"] == user, "item"])
        had = set(earlier.loc[earlier["user"] == user, "item"])
        assert set(np.flatnonzero(everything[row])) == bought
        assert set(np.flatnonzero(fresh[row])) == bought - had


def test_evaluate_says_what_measure_says(bench: Bench) -> None:
    rows = evaluate(bench, BASE, [0.0, 0.4])
    for row in rows:
        if row.metric.startswith("ndcg_kept"):
            continue
        here = BASE.at(diversity=row.diversity, surface="for_you" if row.scope == "all" else "new")
        value, counted = measure(make_slates(bench, here).items, bench.evidence(row.scope), [row.metric]).value(
            row.metric
        )
        assert row.value == pytest.approx(value, rel=1e-12, nan_ok=True)
        assert row.n_users == counted
    assert {row.scope for row in rows} == {"all", "new"}
    sure = [row for row in rows if np.isfinite(row.low) and row.n_users > 30]
    assert sum(row.low - 1e-6 <= row.value <= row.high + 1e-6 for row in sure) > 0.9 * len(sure)


def test_kept_starts_at_one(bench: Bench) -> None:
    rows = [row for row in evaluate(bench, BASE, [0.0, 1.0]) if row.metric == "ndcg_kept"]
    assert [row.value for row in rows if row.diversity == 0.0] == [1.0, 1.0]


def test_a_curve_is_the_sweep_measured(bench: Bench) -> None:
    curve = trade_off(bench, BASE)
    assert curve.diversities == GRID
    ild = curve.values("ild")
    assert ild[-1] > ild[0]
    for at in (0, 8, 20):
        lists = make_slates(bench, BASE.at(diversity=GRID[at])).items
        assert ild[at] == pytest.approx(np.nanmean(metrics.ild(lists, bench.vectors("text"))))


def test_some_shoppers_are_measured_as_those_shoppers(bench: Bench) -> None:
    rows = np.array([3, 7, 11, 20])
    part, whole = trade_off(bench, BASE, (0.0, 0.4), rows), trade_off(bench, BASE, (0.0, 0.4))
    for key in ("ndcg", "ild", "facet_entropy:category"):
        np.testing.assert_allclose(part.measured[1].per_user[key], whole.measured[1].per_user[key][rows])


def test_comparing_a_strategy_with_itself_changes_nothing(bench: Bench) -> None:
    for row in compare(bench, BASE, BASE, ["ndcg", "ild", "coverage", "gini"]):
        assert row.difference == row.low == row.high == 0


def test_a_comparison_is_paired(bench: Bench) -> None:
    row = compare(bench, BASE.at(diversity=0.0), BASE.at(diversity=0.9), ["ild"])[0]
    assert row.difference == pytest.approx(row.after - row.before)
    assert 0 < row.low <= row.difference <= row.high


@pytest.mark.parametrize(
    ("strategy", "cause"),
    [
        (BASE.at(k=10, pool=10, diversity=0.001), "pool_too_small"),
        (BASE.at(diversity=0.01, normalize="none", method="mmr", surface="new"), None),
    ],
)
def test_why_nothing_changed(bench: Bench, strategy: Strategy, cause: str | None) -> None:
    found = unchanged(bench, strategy, np.array([0]))
    if cause is not None:
        assert found is not None and found.cause == cause
    if found is not None and found.first is not None:
        lists = sweep_slates(bench, strategy, [0.0, found.first], np.array([0])).items
        assert not np.array_equal(lists[0], lists[1])


def test_why_nothing_changed_for_one_shopper_is_looked_up_in_their_sweep(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    strategy, rows = BASE.at(k=10, pool=10, diversity=0.05), np.array([0])
    lists = shopper_sweep(bench, strategy, 0).items(0.0, 0.05)
    fresh = sweep_slates(bench, strategy, GRID, rows).items
    first = next((level for level, at in zip(GRID, fresh, strict=True) if not np.array_equal(at, fresh[0])), None)
    monkeypatch.setattr("engine.explain.advice.sweep_slates", None)
    monkeypatch.setattr("engine.slates.shopper_sweep.sweep_slates", None)
    reason = unchanged(bench, strategy, rows, np.stack([lists[0], lists[0]]))
    assert reason is not None and reason.first == first


def test_lambda_zero_needs_no_excuse(bench: Bench) -> None:
    assert unchanged(bench, BASE.at(diversity=0.0), np.array([0])) is None


def test_a_real_change_needs_no_excuse(bench: Bench) -> None:
    assert unchanged(bench, BASE.at(diversity=0.9), np.arange(20)) is None


def test_constant_similarity_is_found(bench: Bench) -> None:
    flat = Bench(bench.data, bench.model, bench.card)
    one = np.zeros((bench.data.n_items, 4), np.float32)
    one[:, 0] = 1.0
    flat._once.get(("vectors", "text"), lambda: one)
    found = unchanged(flat, BASE, np.array([0, 1]))
    assert found is not None and found.cause == "similarity_constant" and found.first is None


def test_advice_comes_from_the_curves(bench: Bench) -> None:
    curves = {surface: trade_off(bench, BASE.at(surface=surface)) for surface in ("for_you", "new")}
    best = {surface: recommended(bench, BASE.at(surface=surface)) for surface in curves}
    told = advice(curves, dict.fromkeys(curves, BASE), best)
    for entry in told:
        assert entry.page in ("tune", "compare")
        assert all(np.isfinite(value) for value in entry.figures.values())
    for (surface, found), entry in zip(best.items(), told, strict=False):
        assert found is not None and entry.settings["diversity"] == found.diversity == entry.figures["best"]
        up, down = found.diversity > BASE.diversity, found.diversity < BASE.diversity
        assert entry.kind == ("room_up" if up else "too_far" if down else "at_the_edge")
        assert entry.settings["surface"] == surface
        assert entry.figures["now_value"] == curves[surface].values("ndcg_kept")[curves[surface].at(BASE.diversity)]
    assert [entry.kind for entry in advice(curves, dict.fromkeys(curves, BASE), {})] == [told[-1].kind]


@pytest.mark.parametrize("first", [0.0, np.nan])
def test_no_advice_on_relevance_where_nothing_can_be_kept(bench: Bench, first: float) -> None:
    curve = trade_off(bench, BASE, (0.0, 0.5, 1.0))
    ndcg = {"ndcg": np.full(len(bench.users), first)}
    curve = replace(curve, measured=tuple(replace(figures, per_user=ndcg) for figures in curve.measured))
    assert recommended_on_curve(curve) is None


def test_a_curve_without_a_future_has_no_relevance(bench: Bench) -> None:
    blind = Bench(bench.data, bench.model, bench.card | {"until": None})
    curve = trade_off(blind, BASE, (0.0, 1.0))
    assert curve.key("ndcg") is None and np.isnan(curve.values("ndcg_kept")).all()
    assert np.isfinite(curve.values("ild")).all()


def test_revenue_is_what_was_paid_for_the_listed_products(bench: Bench) -> None:
    """Oracle: line by line from the log."""
    items = make_slates(bench, BASE).items
    found = measure(items, bench.evidence("all"), ["revenue"]).per_user["revenue"]
    assert bench.future is not None
    later = bench.future.positives()
    for row in range(0, len(bench.users), 7):
        mine = later[later["user"] == bench.users[row]]
        if len(mine):
            assert found[row] == pytest.approx(mine["value"][mine["item"].isin(items[row])].sum())


def test_groups_hold_every_shopper_once_and_small_ones_keep_quiet(bench: Bench) -> None:
    groups = segments(bench, "history")
    assert sorted(np.concatenate(list(groups.values()))) == list(range(len(bench.users)))
    counts = np.bincount(bench.history.positives()["user"], minlength=bench.history.n_users)[bench.users]
    assert counts[groups["light"]].max() <= counts[groups["medium"]].min()
    assert counts[groups["medium"]].max() <= counts[groups["heavy"]].min()
    for by in columns(bench):
        groups, rows = segments(bench, by), by_segment(bench, BASE, by)
        everyone = measure(make_slates(bench, BASE).items, bench.evidence("all"), ["ndcg"]).per_user["ndcg"]
        for row in rows:
            if (row.metric, row.scope) == ("ndcg", "all"):
                members = groups[row.group]
                assert row.group_size == len(members)
                told = np.nanmean(everyone[members]) if len(members) >= 11 else np.nan
                np.testing.assert_allclose(row.value, told)
    with pytest.raises(InputError, match="take one of"):
        segments(bench, "shoe size")


def test_a_model_is_tested_against_another_and_against_itself(bench: Bench) -> None:
    until = bench.card["until"]
    model = Popularity().fit(bench.history)
    other = Bench(bench.data, model, bench.card | {"name": "popularity"})
    top = BASE.at(diversity=0.0)
    rows = {(row.scope, row.metric): row for row in against(bench, other, top)}
    assert {"ndcg", "recall", "hit_rate", "mrr", "revenue"} <= {metric for _, metric in rows}
    ours, theirs = (measure(make_slates(each, top).items, bench.evidence("all"), ["ndcg"]) for each in (bench, other))
    row = rows["all", "ndcg"]
    assert row.difference == pytest.approx(np.nanmean(ours.per_user["ndcg"] - theirs.per_user["ndcg"]))
    assert row.low < row.difference < row.high and row.p <= row.q
    assert all(row.difference == 0 and row.p == 1 for row in against(bench, bench, top))
    elsewhere = Bench(bench.data, bench.model, bench.card | {"until": None})
    with pytest.raises(InputError, match=f"--until {until}"):
        against(bench, elsewhere, top)


def test_every_interval_lies_in_the_range_of_its_figure() -> None:
    """Twelve products and lists of five: everything is shown, and an end that is not limited lies above 1."""
    rng = np.random.default_rng(0)
    items = pd.DataFrame({"item_id": [f"p{n}" for n in range(12)], "title": [f"t {n}" for n in range(12)],
                          "category": list("abcd") * 3})  # fmt: skip
    log = pd.DataFrame({"user_id": [f"s{n % 40}" for n in range(400)],
                        "item_id": [f"p{n}" for n in rng.integers(0, 12, 400)],
                        "timestamp": pd.date_range("2024-01-01", periods=400, freq="6h").astype(str)})  # fmt: skip
    small = _bench(items, log)
    seen = 0
    for row in evaluate(small, Strategy(method="mmr", diversity=0.7, k=5, pool=12), [0.0, 0.7]):
        least, most = within(row.metric, small.evidence(row.scope), 5)
        for end in (row.value, row.low, row.high):
            assert np.isnan(end) or least - 1e-9 <= end <= most + 1e-9, row
        seen += row.metric == "coverage" and row.high == 1.0
    assert seen, "the case is of coverage at its limit"
    found = homogenization(small, Strategy(method="mmr", diversity=0.7, k=5, pool=12))
    for column in found.compared.values():
        for key, part in column.figures.items():
            least, most = within(key, small.evidence("all"), 5)
            assert np.isnan(part.low) or (least <= part.low and part.high <= most), (key, part)


def _bench(items: pd.DataFrame, log: pd.DataFrame) -> Bench:
    with TemporaryDirectory() as folder:
        place = Path(folder)
        items.to_csv(place / "items.csv", index=False)
        log.to_csv(place / "log.csv", index=False)
        data = read_shop(place / "items.csv", place / "log.csv")
    until = pd.Timestamp("2024-03-15")
    card = {"name": "popularity", "until": str(until)}
    return Bench(data, Popularity().fit(data.before(until)), card)
