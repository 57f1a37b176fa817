"""After the fact: a closed form, brute force shopper by shopper, properties, and that chance is called chance."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from engine.__main__ import main
from engine.bench.bench import Bench, scope_of
from engine.bench.catalogue import CatalogueBench
from engine.bench.segments import segments
from engine.data import Dataset, InputError
from engine.evaluation.hindsight import Effect, Hindsight, effect, hindsight, pinned, rows
from engine.slates.make import make_slates
from engine.statistics.paired import Paired
from engine.strategy.strategy import Strategy
from tests.fixtures.shops import catalogue
from tests.metrics import oracle

Array = np.ndarray


def ruled(*entries: dict[str, Any], **more: Any) -> Strategy:
    fields = {"method": "mmr", "diversity": 0.0, "k": 5, "pool": 40}
    limits, rules = ([e for e in entries if ("kind" in e) == kind] for kind in (False, True))
    return Strategy.checked({**fields, "constraints": limits, "rules": rules, **more}, "test")


def id_of(bench: Bench, item: int) -> str:
    return str(bench.history.items["item_id"].iat[item])


def never_bought(bench: Bench) -> int:
    """An eligible product that nobody has in a list, and nobody buys after the cut-off."""
    bought = np.asarray(bench.evidence("all").relevant.sum(axis=0)).ravel()
    listed = np.unique(bench.candidates("for_you", 40).items)
    return int(next(i for i in bench.model.items if bought[i] == 0 and i not in listed))


def test_a_pin_that_nobody_buys_costs_what_its_places_were_worth(bench: Bench) -> None:
    """At λ 0 a pin in place 1 moves the five best one down and the last one out: nDCG by hand, from the top alone."""
    item = never_bought(bench)
    (found,) = hindsight(bench, ruled({"kind": "pin", "item_id": id_of(bench, item), "position": 1}))
    weights = 1 / np.log2(np.arange(2, 7))
    losses, judged = [], 0
    for row, items in enumerate(make_slates(bench, ruled()).items):
        wanted = set(bench.evidence("all").relevant[[row]].indices.tolist())
        if wanted:
            hits = np.array([i in wanted for i in items])
            ideal = weights[: min(5, len(wanted))].sum()
            losses.append((hits[:4] @ weights[1:] - hits @ weights) / ideal)
            judged += 1
    assert (found.judged, found.changed) == (judged, judged)
    assert found.effects["ndcg"].gain.difference == pytest.approx(np.mean(losses))
    assert found.says("ndcg") == "worse" and found.effects["ndcg"].share < -0.2
    assert found.pinned is not None
    assert (found.pinned.shown, found.pinned.bought) == (judged, 0)


@pytest.mark.parametrize("surface", ["for_you", "new"])
def test_each_rule_by_brute_force(bench: Bench, surface: str) -> None:
    top = bench.candidates(surface, 40).items
    pin = {"kind": "pin", "item_id": id_of(bench, int(top[0, 9])), "position": 2}
    hide = {"kind": "hide", "item_ids": [id_of(bench, int(top[0, 0])), id_of(bench, int(top[3, 1]))]}
    limit = {"facet": "category", "max": 1, "segment": {"by": "history", "group": "heavy"}}
    strategy = ruled(limit, pin, hide, surface=surface, diversity=0.3)
    evidence = bench.evidence(scope_of(surface))
    new = make_slates(bench, strategy).items
    parts = {
        (0, 1, 2): ruled(surface=surface, diversity=0.3),
        (0,): ruled(pin, hide, surface=surface, diversity=0.3),
        (1,): ruled(limit, hide, surface=surface, diversity=0.3),
        (2,): ruled(limit, pin, surface=surface, diversity=0.3),
    }
    found = hindsight(bench, strategy)
    assert [each.numbers for each in found] == list(parts)
    heavy = set(segments(bench, "history")["heavy"].tolist())
    for each in found:
        old = make_slates(bench, parts[each.numbers]).items
        ndcg, money, judged, changed, shown, bought, missed = [], [], 0, 0, 0, 0, 0
        for row in range(len(bench.users)):
            wanted = set(evidence.relevant[[row]].indices.tolist())
            if not wanted or (each.numbers == (0,) and row not in heavy):
                continue
            before, after = old[row].tolist(), new[row].tolist()
            judged, changed = judged + 1, changed + (before != after)
            ndcg.append(oracle.ndcg(after, wanted) - oracle.ndcg(before, wanted))
            paid = evidence.spent[[row]].toarray()[0]
            if paid.sum() > 0:
                money.append(sum(paid[i] for i in after if i >= 0) - sum(paid[i] for i in before if i >= 0))
            if top[0, 9] in after:
                shown, bought = shown + 1, bought + (top[0, 9] in wanted)
                missed += bool((set(before) - set(after)) & wanted)
        assert (each.judged, each.changed) == (judged, changed)
        assert each.effects["ndcg"].gain.difference == pytest.approx(np.mean(ndcg))
        assert each.effects["revenue"].gain.difference == pytest.approx(np.mean(money))
        if each.numbers == (1,):
            assert each.pinned is not None and shown > 0
            assert (each.pinned.shown, each.pinned.bought, each.pinned.missed) == (shown, bought, missed)
        else:
            assert each.pinned is None


def test_rules_that_do_nothing_are_called_the_same(bench: Bench) -> None:
    item = never_bought(bench)
    (found,) = hindsight(bench, ruled({"kind": "hide", "item_ids": [id_of(bench, item)]}))
    assert found.changed == 0 and found.judged > 50
    assert found.says("ndcg") == found.says("revenue") == "same"
    assert found.effects["ndcg"].gain.difference == 0


def test_a_rule_that_hides_what_sells_is_worse_and_taking_it_back_would_be_better(bench: Bench) -> None:
    counts = np.bincount(bench.candidates("for_you", 5).items.ravel())
    sells = [id_of(bench, int(item)) for item in np.argsort(-counts)[:10]]
    (found,) = hindsight(bench, ruled({"kind": "hide", "item_ids": sells}))
    assert found.says("ndcg") == "worse"


def test_which_rules_hold_and_where_a_floor_is_kept(bench: Bench) -> None:
    hide = {"kind": "hide", "item_ids": [id_of(bench, 3)]}
    assert hindsight(bench, ruled()) == []
    assert hindsight(bench, ruled({**hide, "ends": "2020-01-01"}, {**hide, "surfaces": ["new"]})) == []
    floored = ruled(hide, diversity=1.0, floor={"metric": "ndcg", "keep": 0.999})
    held = hindsight(bench, floored)[0]
    assert held.effects["ndcg"].without > hindsight(bench, ruled(hide, diversity=1.0))[0].effects["ndcg"].without


def test_without_later_purchases_there_is_no_hindsight(bench: Bench) -> None:
    whole = Bench(bench.data, bench.model, bench.card | {"until": None})
    for judge in (whole, CatalogueBench(catalogue())):
        surface = judge.surfaces[0]
        with pytest.raises(InputError) as refused:
            hindsight(judge, ruled(surface=surface))
        assert refused.value.problems[0].kind == "no_later_purchases"


def test_entries_are_taken_away_by_number() -> None:
    strategy = ruled({"facet": "a", "max": 1}, {"facet": "b", "max": 1}, {"kind": "hide", "item_ids": ["1"]})
    assert [e.facet for e in strategy.without({0}).constraints] == ["b"]
    assert strategy.without({0, 2}).rules == ()
    assert strategy.without({0, 1, 2}) == ruled()
    assert strategy.without(()) == strategy


@pytest.mark.parametrize(
    ("difference", "low", "high", "q", "changed", "judged", "said"),
    [
        (-0.1, -0.2, -0.01, 0.01, 50, 60, "worse"),
        (0.1, 0.01, 0.2, 0.01, 50, 60, "better"),
        (-0.1, -0.2, -0.01, 0.20, 50, 60, "unclear"),
        (0.1, -0.01, 0.2, 0.01, 50, 60, "unclear"),
        (-0.1, -0.2, -0.01, 0.01, 10, 60, "too_few"),
        (0.0, 0.0, 0.0, 1.0, 0, 60, "same"),
        (np.nan, np.nan, np.nan, np.nan, 0, 0, "too_few"),
    ],
)
def test_the_verdict(
    difference: float, low: float, high: float, q: float, changed: int, judged: int, said: str
) -> None:
    found = Effect(0.5, Paired(difference, low, high, q, judged), q)
    assert Hindsight((0,), judged, changed, {"ndcg": found}).says("ndcg") == said


lists = st.permutations(range(6)).map(lambda order: order[:3])


@given(st.lists(st.tuples(lists, lists, st.sets(st.integers(0, 5))), min_size=1, max_size=12), st.integers(0, 5))
def test_what_became_of_a_pin(rows: list[tuple[list[int], list[int], set[int]]], item: int) -> None:
    new, old = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    wanted = csr_array([[float(i in row[2]) for i in range(6)] for row in rows])
    found = pinned(item, new, old, wanted)
    assert found.shown == sum(item in row[0] for row in rows)
    assert found.bought == sum(item in row[0] and item in row[2] for row in rows)
    assert found.missed == sum(item in row[0] and bool((set(row[1]) - set(row[0])) & row[2]) for row in rows)
    same = pinned(item, new, new, wanted)
    assert same.missed == 0 and same.bought <= same.shown


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.integers(0, 19))
def test_a_gain_turned_round_is_a_loss(values: list[float], gap: int) -> None:
    new, old = np.array(values), np.array(values[::-1])
    new[gap % len(new)] = np.nan
    there, back = effect(new, old), effect(old, new)
    assert np.array_equal(there.gain.difference, -back.gain.difference, equal_nan=True)
    assert there.gain.n_users == back.gain.n_users == len(values) - 1
    if len(values) > 1:
        assert there.without + there.gain.difference == pytest.approx(back.without)


def test_rows_are_plain_and_numbered_as_people_count(bench: Bench) -> None:
    pin = {"kind": "pin", "item_id": id_of(bench, 5), "position": 1}
    found = hindsight(bench, ruled({"facet": "category", "max": 1}, pin))
    told = rows(found)
    assert [(row["rules"], row["metric"]) for row in told] == [
        (rules, metric) for rules in ("1 2", "1", "2") for metric in ("ndcg", "revenue")
    ]
    assert [row for row in told if "shown" in row] == told[4:]
    assert told[4]["verdict"] == found[2].says("ndcg") and told[4]["low"] == found[2].effects["ndcg"].gain.low


def test_the_command_says_the_same(
    bench: Bench, shop: tuple[Dataset, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strategy = ruled({"kind": "pin", "item_id": id_of(bench, 5), "position": 1, "surfaces": ["new"]})
    path, out = tmp_path / "strategy.json", tmp_path / "rows.json"
    path.write_text(json.dumps(strategy.model_dump(mode="json")))
    call = ["evaluate", "--data", str(shop[1]), "--model", "blend", "--strategy", str(path), "--json", str(out)]
    assert main(call) == 0
    assert not [row for row in json.loads(out.read_text()) if "rules" in row]
    assert main([*call, "--rules"]) == 0
    told = [row for row in json.loads(out.read_text()) if "rules" in row]
    assert [(row["scope"], row["metric"]) for row in told] == [("new", "ndcg"), ("new", "revenue")]
    (found,) = hindsight(bench, strategy.at(surface="new"))
    assert told[0]["difference"] == pytest.approx(found.effects["ndcg"].gain.difference)
    assert f"rules 1: {found.says('ndcg').replace('_', ' ')}" in capsys.readouterr().out
