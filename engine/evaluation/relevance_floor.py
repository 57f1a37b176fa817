"""A relevance floor: the most diversity that keeps at least X % of nDCG or of revenue, and what it buys."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import key_of
from engine.bench.segments import FEWEST, segments
from engine.data.problems import refuse
from engine.evaluation.changes import change
from engine.evaluation.curve import Curve, side_by_side, trade_off
from engine.evaluation.relevance_kept import require_held_out
from engine.statistics.fixed_sequence import Promise, promise
from engine.strategy.strategy import Floor, Strategy

Array = np.ndarray
LEVELS = (*(round(step / 100, 2) for step in range(20)), *(round(step / 20, 2) for step in range(4, 21)))
BOUGHT = ("ild", "facet_entropy", "coverage", "gini")
STEPS = 5  # strengths of an exposure floor that are tried
LEAST = 100  # shoppers with later purchases, below which a segment takes the λ of all


@dataclass(frozen=True)
class Floored:
    """The λ that a floor allows, and what it buys.

    promise    what each λ of the curve keeps, and the λ chosen
    bought     rows {metric, before, after, difference, low, high, n_users} from λ = 0 to the λ chosen
    curve      the strategy at every λ tried: items int64 [L, U, k] and what was measured of them
    """

    floor: Floor
    promise: Promise
    bought: list[dict[str, Any]]
    curve: Curve


@dataclass(frozen=True)
class Part:
    """A segment's promise, its own or, where too few of its n_users shoppers count, that of all."""

    group: str
    own: bool
    promise: Promise
    n_users: int


def find_floor(
    bench: Bench,
    strategy: Strategy,
    floor: Floor,
    diversities: Sequence[float] = LEVELS,
    keys: Iterable[str] | None = None,
) -> Floored:
    """The largest λ of an ascending grid from 0 that keeps `floor` for shoppers like the bench's, at 95 % confidence.
    Where the floor is against the plain ranking and rules alone break it, that λ is 0, and `promise.met` is False.

    keys: measures to tell what was bought in, BOUGHT as far as the shop's data allow unless named. The method is that
    of `promise.promise`. Raises InputError where later purchases are not known, or are too few.
    """
    require_held_out(bench, strategy, floor.metric)
    evidence = bench.evidence(scope_of(strategy.surface))
    wanted = [key for name in BOUGHT if (key := key_of(name, evidence))] if keys is None else list(keys)
    curve = trade_off(bench, strategy, diversities, keys=dict.fromkeys([floor.metric, *wanted]))
    found = judged(curve, floor)
    lists = [curve.items[0], curve.items[found.at]]
    old, new = curve.measured[0], curve.measured[found.at]
    bought = [change(key, old, new, lists, evidence) for key in wanted]
    return Floored(floor, found, bought, curve)


def floor_by(bench: Bench, found: Floored, by: str, least: int = LEAST) -> list[Part]:
    """The floor's λ in each segment of `by` (`segments.segments`), from the lists of `found`.

    A segment in which fewer than `least` shoppers count takes the λ of all. Each promise holds at 95 % by itself, not
    all of them together. Raises InputError for a column that the shop lacks.
    """
    everyone, parts = found.curve.figures(found.floor.metric), []
    base = found.curve.reference(found.floor.metric, found.floor.against)
    for group, rows in segments(bench, by).items():
        mine = everyone[:, rows]
        n = _counted(mine)
        own = n >= least and float(np.nansum(base[rows])) > 0
        promised_here = _promise(mine, base[rows], found.curve, found.floor) if own else found.promise
        parts.append(Part(group, own, promised_here, n))
    return parts


def promised(bench: Bench, strategy: Strategy) -> Promise | None:
    """What the strategy's own floor allows on its surface, of LEVELS; None where it has no floor.

    With overrides, all λ are turned together, and so it is the strategy's own λ that is found. Found once for each
    strategy, whatever its λ where nothing else turns, and the rules that hold today. Raises InputError as `find_floor`
    does.
    """
    floor = strategy.floor
    if floor is None:
        return None
    require_held_out(bench, strategy, floor.metric)
    plain = strategy.at(exposure=None)
    same = plain if plain.overrides else plain.at(diversity=0.0)
    key = ("floor", same, tuple(strategy.entries(bench.today)))
    return bench.once(key, lambda: judged(trade_off(bench, plain, LEVELS, keys=[floor.metric]), floor))


def strength_promised(bench: Bench, strategy: Strategy) -> Promise | None:
    """What the floor allows of the strategy's exposure at its λ; None where it lacks a floor or exposure.

    `diversities` are then strengths, STEPS of the one asked for. The first stands for λ = 0 without exposure, against
    which the others are judged; the floor may not allow even that λ, see `capped`. Raises as `promised` does.
    """
    floor, asked = strategy.floor, strategy.exposure
    if floor is None or asked is None or asked.strength == 0:
        return None
    require_held_out(bench, strategy, floor.metric)
    strengths = [asked.strength * step / STEPS for step in range(STEPS + 1)]

    def find() -> Promise:
        priced = [strategy.at(exposure=asked.model_copy(update={"strength": part})) for part in strengths[1:]]
        curve = side_by_side(bench, [strategy.at(diversity=0.0, exposure=None), *priced], [floor.metric])
        return judged(replace(curve, diversities=tuple(strengths)), floor)

    return bench.once(("floor of exposure", strategy, tuple(strategy.entries(bench.today))), find)


def capped(bench: Bench, strategy: Strategy) -> Strategy:
    """The strategy at no more than the λ that its floor allows, overrides turned with it, and then no stronger an
    exposure floor than it allows; the same strategy where it has no floor."""
    found = promised(bench, strategy)
    if found is None:
        return strategy
    return weakened(bench, strategy.at(diversity=min(strategy.diversity, found.diversity)))


def weakened(bench: Bench, strategy: Strategy) -> Strategy:
    """The strategy with no stronger an exposure floor than its relevance floor allows at its λ."""
    part = strength_promised(bench, strategy)
    if part is None or strategy.exposure is None:
        return strategy
    return strategy.at(exposure=strategy.exposure.model_copy(update={"strength": part.diversity}))


def judged(curve: Curve, floor: Floor) -> Promise:
    """What a curve from λ = 0 keeps of the floor's figure, and the largest λ that surely keeps the floor. Raises
    InputError where too few shoppers can judge it."""
    known, base = curve.figures(floor.metric), curve.reference(floor.metric, floor.against)
    counted = _counted(known)
    if counted < FEWEST or not np.nansum(base) > 0:
        problem = f"{counted} shoppers' later purchases can judge lists" + ", none was listed" * (counted >= FEWEST)
        fix = f"take an earlier cut-off, so that at least {FEWEST} shoppers buy later, and some of what is listed"
        raise refuse("strategy", "too_few_shoppers", problem, fix, column="floor", value=floor.metric)
    return _promise(known, base, curve, floor)


def _promise(known: Array, base: Array, curve: Curve, floor: Floor) -> Promise:
    """The promise of figures [L, U] against the floor's reference [U], which is λ = 0 itself where no rule holds."""
    own = floor.against == "ruled" or curve.plain is None
    return promise(known, curve.diversities, floor.keep, reference=None if own else base)


def _counted(figures: Array) -> int:
    """Shoppers whose figure is known at every λ."""
    return int((~np.isnan(figures).any(axis=0)).sum())
