"""Is the shop more alike than its shoppers: the yardstick, the comparison, its verdicts, and look-alike pages."""

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from engine import metrics
from engine.bench.bench import Bench
from engine.bench.context import SHOPPERS
from engine.diagnosis.homogenization import LEAST, Homogenization, homogenization, like_for_like
from engine.diagnosis.lookalike_groups import page_groups, threshold, traits
from engine.diagnosis.purchased_slates import purchased_slates
from engine.diagnosis.verdicts import verdicts
from engine.evaluation.evaluate import evaluate
from engine.metrics import Estimate
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy

STRATEGY = Strategy(method="mmr", diversity=0.5, k=8, pool=60)


@pytest.fixture(scope="module")
def found(bench: Bench) -> Homogenization:
    return homogenization(bench, STRATEGY)


@pytest.mark.parametrize("scope", ["all", "new"])
def test_bought_lists_are_the_log_by_hand(bench: Bench, scope: str) -> None:
    rows, k = np.arange(0, len(bench.users), 2), 6
    bought = purchased_slates(bench, rows, k, scope)
    assert bought is not None and bought.period == "held_out"
    could = set(np.asarray(bench.model.items).tolist())
    log = bench.data.positives()
    until = pd.Timestamp(bench.card["until"])
    pairs = left_out = 0
    for row, items in zip(rows, bought.items, strict=True):
        mine = log[log["user"] == bench.users[row]]
        later = Counter(mine.loc[mine["timestamp"] >= until, "item"].tolist())
        had = set(mine.loc[mine["timestamp"] < until, "item"].tolist()) if scope == "new" else set()
        counted = {item: n for item, n in later.items() if item not in had}
        pairs += len(counted)
        left_out += sum(item not in could for item in counted)
        shown = {item: n for item, n in counted.items() if item in could}
        kept = items[items >= 0].tolist()
        assert len(kept) == min(k, len(shown)) and set(kept) <= set(shown)
        assert [shown[item] for item in kept] == sorted(shown.values(), reverse=True)[:k]
        assert (items[len(kept) :] == -1).all()
    assert (bought.pairs, bought.left_out) == (pairs, left_out)
    assert pairs > 0 and bought.since == until


def test_without_a_held_out_period_the_last_weeks_are_the_yardstick(bench: Bench) -> None:
    blind = Bench(bench.data, bench.model, bench.card | {"until": None})
    bought = purchased_slates(blind, np.arange(len(blind.users)), 5, "all")
    assert bought is not None and bought.period == "last_weeks"
    assert bought.until == blind.history.end and bought.since < bought.until


def test_ties_do_not_follow_the_catalogue(bench: Bench) -> None:
    """Of products bought once each, the ones with low row numbers must not come first."""
    bought = purchased_slates(bench, np.arange(len(bench.users)), 30, "all")
    assert bought is not None
    log = bench.future.positives()  # type: ignore[union-attr]
    rising = falling = 0
    for row, items in enumerate(bought.items):
        counts = Counter(log.loc[log["user"] == bench.users[row], "item"].tolist())
        once = [item for item in items[items >= 0].tolist() if counts[item] == 1]
        steps = np.diff(once)
        rising, falling = rising + int((steps > 0).sum()), falling + int((steps < 0).sum())
    assert rising + falling > 50
    assert 0.35 < rising / (rising + falling) < 0.65


def test_full_lists_are_measured_as_evaluate_does(bench: Bench, found: Homogenization) -> None:
    rows = {
        (row.diversity, row.metric): row.value for row in evaluate(bench, STRATEGY, [0.0, 0.5]) if row.scope == "all"
    }
    for column, level in (("before", 0.0), ("now", 0.5)):
        for key in found.whole[column].keys:
            assert found.whole[column].value(key)[0] == rows[level, key], key


def test_like_for_like_takes_the_same_shoppers_and_as_many_slots(bench: Bench, found: Homogenization) -> None:
    filled = [(part.items >= 0).sum(axis=1) for part in found.compared.values()]
    assert len(filled) == 3 and found.n_compared == len(filled[0]) < found.n_shoppers
    np.testing.assert_array_equal(filled[0], filled[2])
    np.testing.assert_array_equal(filled[1], filled[2])
    assert filled[2].min() >= LEAST
    bought = purchased_slates(bench, np.arange(len(bench.users)), STRATEGY.k, "all")
    assert bought is not None
    assert found.n_compared == int(((bought.items >= 0).sum(axis=1) >= LEAST).sum())


def test_a_closed_case_of_cutting() -> None:
    lists = {"before": np.array([[1, 2, 3], [4, 5, 6]]), "now": np.array([[1, 7, 3], [4, 5, 8]])}
    lists["bought"] = np.array([[9, 2, -1], [5, -1, -1]])
    cut = like_for_like(lists, np.array([0]))  # type: ignore[arg-type]
    assert {name: part.tolist() for name, part in cut.items()} == {
        "before": [[1, 2, -1]], "now": [[1, 7, -1]], "bought": [[9, 2, -1]],
    }  # fmt: skip


def test_every_figure_is_the_metric_of_its_lists_inside_its_interval(bench: Bench, found: Homogenization) -> None:
    evidence = bench.evidence("all")
    n = evidence.n_eligible
    codes = evidence.facets["category"][0]
    plain = {
        "shared_products": metrics.shared_products,
        "jaccard_overlap": metrics.jaccard_overlap,
        "dice_overlap": metrics.dice_overlap,
        "coverage": lambda s: metrics.coverage(s, n),
        "gini": lambda s: metrics.gini(s, n),
        "shannon_entropy": lambda s: metrics.shannon_entropy(s, n),
        "tail_share": lambda s: np.nanmean(metrics.tail_share(s, evidence.counts)),
        "hhi:category": lambda s: np.nanmean(metrics.hhi(s, codes)),
        "shelf_hhi:category": lambda s: metrics.shelf_hhi(s, codes),
    }
    for part in found.compared.values():
        for key, metric in plain.items():
            value, low, high = part.figures[key]
            assert value == pytest.approx(metric(part.items)), key
            assert low - 1e-12 <= value <= high + 1e-12, key
        assert part.shared @ np.arange(STRATEGY.k + 1) == pytest.approx(part.figures["shared_products"].value)
        area = np.trapezoid(part.lorenz[:, 1], part.lorenz[:, 0])
        assert 1 - 2 * area == pytest.approx(part.figures["gini"].value)
        for name, shares in part.parts.items():
            assert shares.sum() == pytest.approx(1)
            assert (shares > 0).mean() == pytest.approx(part.figures[f"occupancy:{name}"].value)
    for key in plain:
        before, now, bought = (found.compared[c].figures[key].value for c in ("before", "now", "bought"))
        assert found.moves[key].value == pytest.approx(now - before)
        assert found.gaps[key].value == pytest.approx(now - bought)


def test_a_paired_difference_is_surer_than_two_apart(found: Homogenization) -> None:
    """λ 0 and now share shoppers and most of their products, so their difference varies less than either."""
    move, now = found.moves["shared_products"], found.compared["now"].figures["shared_products"]
    assert move.high - move.low < now.high - now.low


def test_at_lambda_zero_nothing_moves(bench: Bench) -> None:
    still = homogenization(bench, STRATEGY.at(diversity=0.0, surface="new"))
    assert all(part == Estimate(0, 0, 0) for part in still.moves.values())
    assert verdicts(still)[-1].alike == "unclear"
    evidence = bench.evidence("new")
    assert not metrics.repeat_share(still.compared["bought"].items, _had(bench, still, evidence)).any()


def _had(bench: Bench, found: Homogenization, evidence):  # type: ignore[no-untyped-def]
    bought = purchased_slates(bench, np.arange(len(bench.users)), found.k, "new")
    rows = np.flatnonzero((bought.items >= 0).sum(axis=1) >= LEAST)  # type: ignore[union-attr]
    return evidence.owned[bench.users[rows]]


def test_a_group_is_judged_by_itself(bench: Bench) -> None:
    rows = np.arange(0, len(bench.users), 2)
    part = homogenization(bench, STRATEGY, rows)
    lists = make_slates(bench, STRATEGY, rows).items
    assert part.n_shoppers == len(rows)
    assert part.whole["now"].value("shared_products")[0] == pytest.approx(metrics.shared_products(lists))
    with pytest.raises(ValueError, match="at least two"):
        homogenization(bench, STRATEGY, rows[:1])


def test_too_few_who_bought_give_no_yardstick_and_say_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    few = homogenization(bench, STRATEGY, np.arange(5))
    assert few.purchased is None and few.reason == "too_few"
    assert few.columns == ("before", "now") and few.gaps == {} and few.n_compared == 5
    assert [v.than for v in verdicts(few)] == ["before"]
    monkeypatch.setattr("engine.diagnosis.homogenization.purchased_slates", lambda *_: None)
    assert homogenization(bench, STRATEGY).reason == "nothing_bought"


@pytest.mark.parametrize(
    ("key", "gap", "alike"),
    [
        ("shared_products", (1, 0.5, 1.5), "more"),
        ("shared_products", (-1, -1.5, -0.5), "less"),
        ("shared_products", (0.1, -0.1, 0.3), "unclear"),
        ("shared_products", (0.004, 0.001, 0.007), "unclear"),  # written 0.00
        ("coverage", (-0.0004, -0.0006, -0.0002), "unclear"),  # written 0.0 points
        ("coverage", (-0.2, -0.3, -0.1), "more"),
        ("tail_share", (0.2, 0.1, 0.3), "less"),
        ("occupancy:category", (-0.2, -0.3, -0.1), "more"),
        ("shelf_hhi:category", (0.2, 0.1, 0.3), "more"),
        ("gini", (0.2, 0.1, 0.3), None),
    ],
)
def test_a_verdict_needs_an_interval_without_0(
    found: Homogenization, key: str, gap: tuple[float, float, float], alike: str | None
) -> None:
    told = {v.key: v for v in verdicts(replace(found, gaps={key: Estimate(*gap)})) if v.than == "bought"}
    assert (told[key].alike if key in told else None) == alike


@pytest.mark.parametrize("same", [0.25, 0.5, 1.0])
def test_page_groups_share_what_they_say(bench: Bench, same: float) -> None:
    lists = make_slates(bench, STRATEGY).items
    pages = page_groups(bench, STRATEGY, same=same)
    assert pages.n_alike == pages.sizes.sum() and pages.n_shoppers == len(lists)
    assert [len(page.rows) for page in pages.groups] == pages.sizes[: len(pages.groups)].tolist()
    for page in pages.groups:
        sets = [set(row[row >= 0].tolist()) for row in lists[page.rows]]
        assert page.core == len(set.intersection(*sets))
        best = max(min(len(a & b) / len(a | b) for b in sets) for a in sets)
        assert best >= threshold(same) - 1e-9, "somebody, the centre, is alike all the others"
        seen = Counter(item for items in sets for item in items)
        assert {int(i): s for i, s in zip(page.items, page.seen, strict=True)} == {
            item: n / len(sets) for item, n in seen.items() if n / len(sets) >= 0.5 or item == int(page.items[0])
        }
    with pytest.raises(ValueError, match="share of a page"):
        page_groups(bench, STRATEGY, same=0)


def test_half_a_page_is_half_of_two_full_lists() -> None:
    for k, shared in ((10, 5), (10, 7), (8, 4)):
        assert threshold(shared / k) == pytest.approx(shared / (2 * k - shared))


def crowd(ages: list[str | None]) -> Bench:
    people = pd.DataFrame({"user_id": [str(n) for n in range(len(ages))], "age": ages})
    return SimpleNamespace(context=SHOPPERS, users=np.arange(len(ages)), history=SimpleNamespace(users=people))  # type: ignore[return-value]


def test_a_trait_is_told_where_it_is_telling() -> None:
    ages: list[str | None] = ["old"] * 30 + ["young"] * 160 + [None] * 10
    bench, everyone = crowd(ages), np.arange(200)
    told = traits(bench, np.arange(20), everyone)
    assert [(trait.value, trait.share, trait.n) for trait in told] == [("old", 1.0, 20)]
    assert told[0].lift == pytest.approx(190 / 30)
    # The chance by another road: Fisher's exact test, one-sided, of the same table.
    assert fisher_exact([[20, 0], [10, 160]], alternative="greater").pvalue * 2 < 0.01
    assert traits(bench, np.arange(10), everyone) == (), "fewer than 11 are nobody's business"
    assert traits(bench, np.r_[np.arange(10), np.arange(30, 40)], everyone) == (), "nor is a trait of fewer"
    assert traits(bench, everyone, everyone) == ()
    mixed = np.r_[np.arange(12), np.arange(30, 80)]  # 12 of 62 old: 1.2 times as many as in all
    assert traits(bench, mixed, everyone) == ()


def test_chance_groups_have_no_traits() -> None:
    rng = np.random.default_rng(5)
    bench = crowd([str(value) for value in rng.integers(0, 4, 400)])
    told = [traits(bench, rng.permutation(400)[:60], np.arange(400)) for _ in range(60)]
    assert sum(map(bool, told)) <= 3
