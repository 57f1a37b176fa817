"""Exceptions told one by one: λ asked for and in use, why they differ, and their cost for the shoppers they are for."""

import numpy as np
import pytest

from engine.bench.bench import Bench
from engine.bench.segments import segments
from engine.evaluation.exceptions import exception_uses, group_cost
from engine.evaluation.relevance_floor import capped
from engine.evaluation.relevance_kept import kept_shares
from engine.slates.effective_lambdas import effective_lambdas
from engine.slates.make import make_slates
from engine.slates.rule_lookup import facet
from engine.strategy.strategy import Strategy
from tests.metrics import oracle


def excepted(*groups: tuple[str, float], **more: object) -> Strategy:
    parts = [{"segment": {"by": "history", "group": name}, "diversity": level} for name, level in groups]
    fields = {"method": "mmr", "diversity": 0.6, "k": 5, "pool": 40, "overrides": {"segments": parts}}
    return Strategy.checked(fields | more, "test")


def test_without_a_floor_what_is_asked_for_is_in_use(bench: Bench) -> None:
    strategy = excepted(("light", 0.1), ("heavy", 0.9))
    light, heavy = exception_uses(bench, strategy, capped(bench, strategy))
    assert (light.asked, light.allowed, light.low, light.high) == (0.1, 0.1, 0.1, 0.1)
    assert (heavy.used, heavy.earlier, heavy.lifted) == (pytest.approx(0.9), 0, 0)
    groups = segments(bench, "history")
    assert (light.n, heavy.n) == (len(groups["light"]), len(groups["heavy"])) and light.cost is None


def test_a_floor_turns_an_exception_down_with_the_rest(bench: Bench) -> None:
    strategy = excepted(("light", 0.9), floor={"metric": "ndcg", "keep": 0.9})
    used = capped(bench, strategy)
    assert 0 < used.diversity < 0.6
    (light,) = exception_uses(bench, strategy, used)
    assert light.asked == 0.9 and light.allowed == pytest.approx(0.9 * used.diversity / 0.6)
    rows = segments(bench, "history")["light"]
    own = effective_lambdas(bench, used, [used.diversity]).diversities[0, rows]
    assert light.used == pytest.approx(own.mean()) == pytest.approx(light.allowed) and light.earlier == 0


def test_the_first_group_named_counts_and_the_later_one_is_told_so(bench: Bench) -> None:
    column = next(name for name in bench.history.users if name != "user_id")
    group = max(segments(bench, column), key=lambda name: len(segments(bench, column)[name]))
    later = {"segment": {"by": column, "group": group}, "diversity": 0.8}
    strategy = excepted(("light", 0.1))
    parts = [*(each.model_dump() for each in strategy.overrides.segments), later]  # type: ignore[union-attr]
    strategy = strategy.at(overrides={"segments": parts})
    _, second = exception_uses(bench, strategy, strategy)
    both = np.intersect1d(segments(bench, "history")["light"], segments(bench, column)[group])
    assert second.earlier == len(both) > 0 and (second.low, second.high) == (0.1, 0.8)


def test_the_cost_is_that_of_its_own_shoppers(bench: Bench) -> None:
    """Oracle: nDCG shopper by shopper, with the exceptions, without them, and at λ 0."""
    strategy = excepted(("light", 1.0))
    (light,) = exception_uses(bench, strategy, strategy, costs=True)
    rows, relevant = segments(bench, "history")["light"], bench.evidence("all").relevant
    plain = strategy.at(overrides=None)
    lists = [make_slates(bench, each).items[rows] for each in (strategy, plain, plain.at(diversity=0.0))]
    wanted = [set(relevant[[row]].indices.tolist()) for row in rows]
    now, one, zero = (
        np.mean([oracle.ndcg(items[at].tolist(), w) for at, w in enumerate(wanted) if w]) for items in lists
    )
    assert light.cost is not None
    assert light.cost.kept.n_users == sum(map(bool, wanted))
    assert light.cost.kept.plain.value == pytest.approx(now / zero)
    assert light.cost.against.value == pytest.approx(now / one)
    assert light.cost.against.low < light.cost.against.value < light.cost.against.high
    assert light.cost.kept == kept_shares(bench, strategy, rows=rows)
    assert light.cost.kept.plain.value < kept_shares(bench, strategy).plain.value, "the shop's mean hides it"


def test_small_groups_are_not_judged(bench: Bench) -> None:
    strategy = excepted(("light", 1.0))
    assert group_cost(bench, strategy, np.arange(5)) is None and group_cost(bench, strategy, np.arange(0)) is None


def test_a_policy_is_told_like_a_group(bench: Bench) -> None:
    values = facet(bench, "category")[1]
    strategy = Strategy.checked(
        {
            "method": "mmr", "diversity": 0.6, "k": 5, "pool": 40,
            "overrides": {"policies": [{"name": "all", "facet": "category", "values": values, "diversity": 0.2}]},
        },
        "test",
    )  # fmt: skip
    (use,) = exception_uses(bench, strategy, strategy, costs=True)
    assert (use.part, use.asked, use.used) == ("policies", 0.2, pytest.approx(0.2)) and use.n > 0
    with pytest.raises(ValueError, match="none to tell"):
        exception_uses(bench, strategy.at(overrides=None), strategy)
