"""An audit of strategies in memory tells what the command tells of the same lists in files."""

from pathlib import Path

import numpy as np
import pytest

from engine.audit.from_strategies import audit_strategies, compared
from engine.bench.bench import Bench
from engine.bench.measures import measure
from engine.data import Cancelled, Dataset, InputError
from engine.fairness import Plan
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy
from tests.commands.test_audit import audit, lists  # noqa: F401  (a fixture)

NOW = Strategy(method="mmr", diversity=0.6, k=10, pool=50)
BEFORE = NOW.at(diversity=0.0)


def test_it_is_what_the_command_says(
    shop: tuple[Dataset, Path],
    bench: Bench,
    lists: dict[str, Path],  # noqa: F811
    tmp_path: Path,
) -> None:
    more = ["--baseline", str(lists["plain"]), "--since", str(bench.card["until"]), "--by", "age,provider_size,tail"]
    theirs = audit(shop, lists["varied"], tmp_path / "a", *more, "--figures", "ndcg,ild,price")
    by, figures = ["age", "provider_size", "tail"], ["ndcg", "ild", "price"]
    ours = audit_strategies(bench, NOW, BEFORE, by, figures, tmp_path / "told.json").plain()
    assert {row["metric"] for row in ours["results"] if row["side"] == "shoppers"} == set(figures)
    marks = ("slates", "baseline")
    assert {name: v for name, v in ours["setting"].items() if name not in marks} == {
        name: v for name, v in theirs["setting"].items() if name not in marks
    }
    assert ours["suppressed"] == theirs["suppressed"] and ours["family_size"] == theirs["family_size"]
    assert len(ours["results"]) == len(theirs["results"]) > 0
    for one, two in zip(ours["results"], theirs["results"], strict=True):
        assert set(one) == set(two)
        for name, value in one.items():
            if isinstance(value, float) and np.isnan(value):
                assert two[name] is None
            else:
                assert value == pytest.approx(two[name], rel=1e-9) if isinstance(value, float) else value == two[name]


def test_a_smaller_family_makes_surer_answers(bench: Bench, tmp_path: Path) -> None:
    wide = audit_strategies(bench, NOW, BEFORE, ["age"], None, tmp_path / "told.json", plan=Plan(200, 500))
    few = audit_strategies(bench, NOW, BEFORE, ["age"], ["ild"], tmp_path / "told.json", plan=Plan(200, 500))
    rows = {row.group: row for row in wide.results if row.metric == "ild"}
    assert few.family_size < wide.family_size
    assert all(row.detectable < rows[row.group].detectable for row in few.results)


def test_the_interval_before_is_that_of_the_other_lists_alone(bench: Bench, tmp_path: Path) -> None:
    plan = Plan(200, 500)
    both = audit_strategies(bench, NOW, BEFORE, ["age"], ["ild"], tmp_path / "told.json", plan=plan)
    alone = audit_strategies(bench, BEFORE, None, ["age"], ["ild"], tmp_path / "told.json", plan=plan)
    for one, two in zip(both.results, alone.results, strict=True):
        old, own = ([getattr(row, name) for name in names] for row, names in (
            (one, ("before", "before_low", "before_high")), (two, ("value", "low", "high")),
        ))  # fmt: skip
        assert old == pytest.approx(own, rel=1e-9)
        assert old[1] < old[0] < old[2]


def test_a_stopped_audit_tells_and_remembers_nothing(bench: Bench, tmp_path: Path) -> None:
    steps = []

    def stop(step: str, done: int, total: int) -> None:
        steps.append(step)
        if step == "audit.permutations" and done > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        audit_strategies(bench, NOW, BEFORE, ["age", "tail"], ["ild"], tmp_path / "told.json", stop)
    assert {"audit.lists", "audit.providers", "audit.figures", "audit.suppression"} <= set(steps)
    assert not (tmp_path / "told.json").exists()


@pytest.mark.parametrize("other", [NOW.at(k=5), NOW.at(surface="new")])
def test_lists_that_are_not_alike_are_refused(bench: Bench, other: Strategy) -> None:
    with pytest.raises(InputError, match="cannot be compared"):
        compared(bench, NOW, other)


@pytest.mark.parametrize("figures", [[], ["beauty"]])
def test_an_unknown_figure_is_refused(bench: Bench, figures: list[str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="figure"):
        audit_strategies(bench, NOW, None, ["age"], figures, tmp_path / "told.json")
    assert not (tmp_path / "told.json").exists()


def test_shoppers_can_be_told_apart_by_how_much_they_bought(bench: Bench, tmp_path: Path) -> None:
    """Oracle: sort shoppers by their purchases before the cut-off, and cut the order in three."""
    spread = NOW.at(spread=0.5)
    found = audit_strategies(
        bench, spread, NOW, ["history"], ["ndcg", "ild"], tmp_path / "told.json", plan=Plan(200, 500)
    )
    bought = [len(bench.history.positives().query("user == @user")) for user in bench.users]
    order = sorted(range(len(bought)), key=lambda row: (bought[row], row))
    ild = {
        strategy: measure(make_slates(bench, strategy).items, bench.evidence("all"), ["ild"]).per_user["ild"]
        for strategy in (spread, NOW)
    }
    rows = {row.group: row for row in found.shoppers if row.metric == "ild"}
    assert set(rows) == {"light", "medium", "heavy"}
    for place, name in enumerate(("light", "medium", "heavy")):
        members = order[-(-place * len(order) // 3) : -(-(place + 1) * len(order) // 3)]
        assert rows[name].n == len(members)
        assert rows[name].value == pytest.approx(np.nanmean(ild[spread][members]), abs=1e-6)
        assert rows[name].before == pytest.approx(np.nanmean(ild[NOW][members]), abs=1e-6)
