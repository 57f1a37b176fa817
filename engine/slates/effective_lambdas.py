"""The λ and the policy that each list gets under a strategy with overrides, and the lists made with them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench
from engine.bench.measures import key_of, measure
from engine.data.problems import refuse
from engine.rerank import Slates, joined
from engine.slates.priced import priced_sweep
from engine.slates.rule_lookup import code, facet, member
from engine.slates.similarity import facet_options
from engine.slates.spread_rank import shift_lambda, spread_rank
from engine.strategy.overrides import Overrides, Policy
from engine.strategy.strategy import Strategy
from engine.surfaces import SURFACES

Array = np.ndarray
GUARD_LAMBDAS = np.round(np.arange(1, 21) / 20, 2)  # λ that the guard tries
RANK_STEPS = 20  # steps on each side of the middle history: shoppers of one step are re-ranked together


@dataclass(frozen=True)
class LambdaPlan:
    """What each of U lists gets at each of L λ of the strategy.

    diversities    float64 [L, U], the list's λ
    policies       int64 [U], the number of the policy that applies to the list; -1: none
    lifted         bool [L, U], whether the guard has raised its λ
    short          bool [L, U], whether no λ that the guard may give is enough, so that the list has the best of them
    """

    diversities: Array
    policies: Array
    lifted: Array
    short: Array


def overridden_slates(
    bench: Bench,
    strategy: Strategy,
    diversities: Sequence[float],
    rows: Array | None = None,
    prices: Array | None = None,
) -> Slates:
    """The lists of `strategy.at(diversity=λ)` for each λ of `diversities`, arrays [L, U, k].

    Which λ each list gets is found by `effective_lambdas`, without prices. prices: float [n_items], as for `priced`.
    """
    return lists_of_plan(bench, strategy, effective_lambdas(bench, strategy, diversities, rows), rows, prices)


def lists_of_plan(
    bench: Bench,
    strategy: Strategy,
    plan: LambdaPlan,
    rows: Array | None = None,
    prices: Array | None = None,
    ordered: bool = True,
) -> Slates:
    """The lists [L, U, k] of `rows` at the λ that a plan gives them; prices and order as for `priced`."""
    return _lists(bench, strategy, plan.diversities, plan.policies, _rows(bench, rows), prices, ordered)


def effective_lambdas(
    bench: Bench, strategy: Strategy, diversities: Sequence[float], rows: Array | None = None
) -> LambdaPlan:
    """The λ that overrides give each list when the strategy's λ is set to each of `diversities`.

    rows number `bench.users`; None: all. Raises InputError for a segment, facet, value or measure this shop lacks,
    naming the field.
    """
    wanted = _rows(bench, rows)
    if not len(diversities):
        raise ValueError("diversities must hold at least one λ")
    at = [strategy.at(diversity=float(level)) for level in diversities]
    policies = _policies(bench, strategy, wanted)
    requested = np.array([_requested(bench, variant, policies, wanted) for variant in at]).reshape(len(at), len(wanted))
    if not _overrides(strategy).guard:
        nobody = np.zeros(requested.shape, bool)
        return LambdaPlan(requested, policies, nobody, nobody)
    return _guarded(bench, at, requested, policies, wanted)


def without_overrides(bench: Bench, strategy: Strategy, row: int) -> Strategy:
    """The strategy without overrides that makes the list in `row`: with that list's λ and mixture of similarity."""
    if not strategy.overrides:
        return strategy
    plan = effective_lambdas(bench, strategy, [strategy.diversity], np.array([row]))
    return _plain(strategy, int(plan.policies[0])).at(diversity=float(plan.diversities[0, 0]))


def guard_choice(ratios: Array, least: float) -> tuple[Array, Array]:
    """Which of L ascending λ each shopper gets, int64 [U], and whose list stays too narrow at all of them, bool [U].

    ratios: float64 [L, U], list ÷ history at each λ. It is the first λ that reaches `least`, else the first of those
    with the widest list; 0 where the ratio at the first λ is not known.
    """
    known = np.where(np.isnan(ratios), -np.inf, ratios)
    enough = known >= least
    short = ~enough.any(axis=0) & ~np.isnan(ratios[0])
    at = np.where(enough.any(axis=0), enough.argmax(axis=0), known.argmax(axis=0))
    return np.where(np.isnan(ratios[0]), 0, at), short


def _rows(bench: Bench, rows: Array | None) -> Array:
    return np.arange(len(bench.users)) if rows is None else rows


def _overrides(strategy: Strategy) -> Overrides:
    assert strategy.overrides, "asked only where there are some"
    return strategy.overrides


def _plain(strategy: Strategy, policy: int) -> Strategy:
    """The strategy without overrides, with the likeness of a policy."""
    weights = _overrides(strategy).policies[policy].facet_weights if policy >= 0 else None
    return strategy.at(overrides=None, **({"facet_weights": weights} if weights else {}))


def _lists(
    bench: Bench,
    strategy: Strategy,
    diversities: Array,
    policies: Array,
    rows: Array,
    prices: Array | None = None,
    ordered: bool = True,
) -> Slates:
    """Lists [L, U, k] at λ [L, U]: shoppers of one policy and the same L λ are re-ranked together."""
    groups, of = np.unique(np.column_stack([policies, diversities.T]), axis=0, return_inverse=True)
    parts = []
    for number, (policy, *lambdas) in enumerate(groups):
        members = np.flatnonzero(of.ravel() == number)
        levels = [float(level) for level in lambdas]
        plain = _plain(strategy, int(policy))
        parts.append((members, priced_sweep(bench, plain, levels, rows[members], prices, ordered)))
    if not parts:
        return priced_sweep(bench, _plain(strategy, -1), [0.0] * len(diversities), rows, prices, ordered)
    return joined(parts, len(rows))


def _policies(bench: Bench, strategy: Strategy, rows: Array) -> Array:
    """int64 [U]: the first policy that is for the product a list is of, or, where it is of none, for more than half of
    the k best candidates; -1: none."""
    numbers = np.full(len(rows), -1, dtype=np.int64)
    if not _overrides(strategy).policies:
        return numbers
    best, subjects = bench.pool(strategy, rows).items[:, : strategy.k], bench.subjects(rows)
    for number, policy in reversed(list(enumerate(_overrides(strategy).policies))):
        products = _products(bench, strategy, policy, number)
        acts = (products[best] & (best >= 0)).sum(axis=1) * 2 > (best >= 0).sum(axis=1)
        acts = np.where(subjects >= 0, products[subjects], acts)
        numbers[acts] = number
    return numbers


def _products(bench: Bench, strategy: Strategy, policy: Policy, number: int) -> Array:
    """bool [n_items]: the products that a policy applies to."""
    where = ("overrides", "policies", number)
    codes, names = facet(bench, policy.facet, (*where, "facet"))
    facet_options(bench, _plain(strategy, number), (*where, "facet_weights"))  # raises InputError if the shop lacks it
    wanted: Array = np.isin(codes, [code(names, policy.facet, value, (*where, "values")) for value in policy.values])
    return wanted


def _requested(bench: Bench, strategy: Strategy, policies: Array, rows: Array) -> Array:
    """float64 [U]: λ before the guard."""
    overrides = _overrides(strategy)
    lambdas = np.full(len(rows), strategy.diversity)
    for number, policy in enumerate(overrides.policies):
        if policy.diversity is not None:
            lambdas[policies == number] = policy.diversity
    if overrides.personal:
        if not bench.evidence("all").has_history:
            fix = "leave it out, or take a shop with a log"
            raise refuse("strategy", "no_history", "nobody here has a history", fix, loc=("overrides", "personal"))
        known = bench.cached("standing", lambda: spread_rank(bench.evidence("all").spread))
        lambdas = shift_lambda(lambdas, np.round(known[rows] * RANK_STEPS) / RANK_STEPS, overrides.personal.strength)
    for number, exception in reversed(list(enumerate(overrides.segments))):
        lambdas[member(bench, exception.segment, rows, ("overrides", "segments", number))] = exception.diversity
    return np.round(lambdas, 10)


def _guarded(bench: Bench, at: Sequence[Strategy], requested: Array, policies: Array, rows: Array) -> LambdaPlan:
    """λ [L, U], raised by the guard of each strategy for lists that need it."""
    guards = [guard for variant in at if (guard := _overrides(variant).guard)]
    strategy, guard, ceilings = at[0], guards[0], [limit.up_to for limit in guards]
    evidence = bench.evidence(SURFACES[strategy.surface].scope)
    key = key_of(guard.key, evidence)
    if key is None:
        problem, fix = "lists cannot be compared with histories by this", "take narrowing, in a shop with a log"
        raise refuse("strategy", "no_guard", problem, fix, loc=("overrides", "guard", "key"), value=guard.key)
    if 2 * len(rows) > len(bench.users):
        evidence.read_histories()  # computed once, then selected for any shoppers
    sign = -1.0 if guard.falling else 1.0

    def figures(diversities: Array, some: Array) -> Array:
        lists = _lists(bench, strategy, diversities, policies[some], rows[some]).items
        subset = evidence.of(rows[some])
        return sign * np.array([measure(items, subset, [key]).per_user[key] for items in lists])

    bound, lambdas = sign * guard.bound, requested.copy()
    figures_now = figures(requested, np.arange(len(rows)))
    short = figures_now < bound
    few = np.flatnonzero((short & (requested < np.array(ceilings)[:, None])).any(axis=0))
    if not len(few):
        return LambdaPlan(lambdas, policies, lambdas > requested, short)
    tried = figures(np.repeat(GUARD_LAMBDAS[:, None], len(few), axis=1), few)
    for level, ceiling in enumerate(ceilings):
        base = requested[level, few]
        allowed = (GUARD_LAMBDAS[:, None] > base) & (GUARD_LAMBDAS[:, None] <= ceiling)
        place, short[level, few] = guard_choice(
            np.vstack([figures_now[level, few], np.where(allowed, tried, -np.inf)]), bound
        )
        lambdas[level, few] = np.where(place > 0, GUARD_LAMBDAS[place - 1], base)
    return LambdaPlan(lambdas, policies, lambdas > requested, short)
