"""For each exception of a strategy: the λ it asks for, the λ its lists get and why that differs, and what it costs."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.data.labels import SMALLEST_GROUP
from engine.evaluation.relevance_kept import KeptShares, kept_shares
from engine.metrics import Estimate
from engine.slates.effective_lambdas import LambdaPlan, effective_lambdas
from engine.slates.rule_lookup import member
from engine.slates.shop_lists import lists_of
from engine.statistics.intervals import ratio_interval
from engine.strategy.strategy import Strategy

Array = np.ndarray
ExceptionKind = Literal["segments", "policies"]
SAME = 1e-9


@dataclass(frozen=True)
class GroupCost:
    """What exceptions cost some lists.

    kept     the shares of the references that these lists keep
    against  their mean nDCG ÷ that of the same shoppers' lists without exceptions, at the same λ of the strategy
    """

    kept: KeptShares
    against: Estimate


@dataclass(frozen=True)
class ExceptionUse:
    """One line of a strategy's exceptions, of `n` lists.

    asked    λ as it is written, None for a policy that has none
    allowed  that λ where the floor has lowered the strategy's own, and all exceptions with it
    used     mean λ of the lists; `low` and `high` its range; NaN where there are none
    earlier  how many have their λ from another exception that wins
    lifted   how many have a higher λ from the guard
    cost     None where it was not asked for, or fewer than SMALLEST_GROUP shoppers can judge it
    """

    part: ExceptionKind
    number: int
    n: int
    asked: float | None
    allowed: float | None
    used: float
    low: float
    high: float
    earlier: int
    lifted: int
    cost: GroupCost | None = None


def exception_uses(bench: Bench, requested: Strategy, used: Strategy, costs: bool = False) -> list[ExceptionUse]:
    """Every segment and policy, in the order of the strategy.

    requested: the strategy as it was set; used: the strategy that makes the lists, as `relevance_floor.capped` leaves
    it.
    costs: measure these too, where later purchases are known. Raises InputError as `effective_lambdas` does; ValueError
    where there are no exceptions.
    """
    if requested.overrides is None or used.overrides is None:
        raise ValueError("a strategy without exceptions has none to tell of")
    plan = effective_lambdas(bench, used, [used.diversity])
    groups: list[tuple[ExceptionKind, int, Array, float | None, float | None]] = [
        ("segments", number, _members(bench, used, number), exception.diversity, turned.diversity)
        for number, (exception, turned) in enumerate(
            zip(requested.overrides.segments, used.overrides.segments, strict=True)
        )
    ]
    groups += [
        ("policies", number, np.flatnonzero(plan.policies == number), exception.diversity, turned.diversity)
        for number, (exception, turned) in enumerate(
            zip(requested.overrides.policies, used.overrides.policies, strict=True)
        )
    ]
    judged = costs and bench.future is not None
    return [
        _use(kind, number, rows, level, floored, plan, group_cost(bench, used, rows) if judged else None)
        for kind, number, rows, level, floored in groups
    ]


def group_cost(bench: Bench, strategy: Strategy, rows: Array) -> GroupCost | None:
    """What the strategy's exceptions cost the lists in `rows` of `bench.users`.

    None where fewer than SMALLEST_GROUP of the shoppers bought something later.
    """
    if not len(rows):
        return None
    shares = kept_shares(bench, strategy, rows=rows)
    if shares.n_users < SMALLEST_GROUP:
        return None
    evidence = bench.evidence(scope_of(strategy.surface)).of(rows)
    lists = [lists_of(bench, variant, rows) for variant in (strategy, strategy.at(overrides=None))]
    now, before = (measure(items, evidence, ["ndcg"]).per_user["ndcg"] for items in lists)
    base = float(np.nanmean(before))
    value = float(np.nanmean(now)) / base if base > 0 else np.nan
    return GroupCost(shares, Estimate(value, *ratio_interval(now, before)))


def _members(bench: Bench, strategy: Strategy, number: int) -> Array:
    assert strategy.overrides is not None, "checked on entry"
    segment = strategy.overrides.segments[number].segment
    everyone = np.arange(len(bench.users))
    rows: Array = np.flatnonzero(member(bench, segment, everyone, ("overrides", "segments", number)))
    return rows


def _use(
    kind: ExceptionKind, number: int, rows: Array, requested: float | None, allowed: float | None, plan: LambdaPlan,
    cost: GroupCost | None,
) -> ExceptionUse:  # fmt: skip
    lambdas, lifted = plan.diversities[0, rows], plan.lifted[0, rows]
    other = np.zeros(len(rows), bool) if allowed is None else (np.abs(lambdas - allowed) > SAME) & ~lifted
    low, mean, high = (float(of(lambdas)) if len(lambdas) else np.nan for of in (np.min, np.mean, np.max))
    return ExceptionUse(
        kind, number, len(rows), requested, allowed, mean, low, high, int(other.sum()), int(lifted.sum()), cost
    )
