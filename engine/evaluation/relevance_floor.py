"""A relevance floor: the largest λ that keeps at least X % of nDCG or of revenue, and how much diversity it gains."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import key_of
from engine.bench.segments import segments
from engine.data.labels import SMALLEST_GROUP
from engine.data.problems import refuse
from engine.evaluation.changes import change
from engine.evaluation.curve import Curve, side_by_side, trade_off
from engine.evaluation.relevance_kept import require_held_out
from engine.evaluation.rows import Change
from engine.slates.shop_lists import LEVELS
from engine.statistics.fixed_sequence import FixedSequence, fixed_sequence
from engine.strategy.strategy import Floor, Strategy

Array = np.ndarray
GAINED_FIGURES = ("ild", "facet_entropy", "coverage", "gini")
STEPS = 5  # strengths of an exposure floor that are tried
AT_ONCE = 8  # strategies with spread that a floor tries before it looks whether one fails
LEAST = 100  # shoppers with later purchases, below which a segment takes the λ of all


@dataclass(frozen=True)
class FloorResult:
    """The λ that a floor allows, and the diversity gained there.

    test       what each λ of the curve keeps, and the λ chosen
    gained     what changes from λ = 0 to the λ chosen
    curve      the strategy at every λ tried: items int64 [L, U, k] and what was measured of them
    """

    floor: Floor
    test: FixedSequence
    gained: list[Change]
    curve: Curve


@dataclass(frozen=True)
class SegmentFloor:
    """The floor's test in one segment.

    own: whether it is the segment's own, or, because too few of its n_users shoppers count, that of all shoppers.
    """

    group: str
    own: bool
    test: FixedSequence
    n_users: int


def find_floor(
    bench: Bench,
    strategy: Strategy,
    floor: Floor,
    diversities: Sequence[float] = LEVELS,
    keys: Iterable[str] | None = None,
) -> FloorResult:
    """The largest λ of an ascending grid from 0 that keeps `floor` for shoppers like the bench's, at 95 % confidence.

    Where the floor is against the plain ranking and rules alone break it, that λ is 0, and `test.met` is False. keys:
    measures of which to report the gain; by default GAINED_FIGURES, as far as the shop's data allow. The method is that
    of `fixed_sequence`. Raises InputError where later purchases are not known, or are too few.
    """
    require_held_out(bench, strategy, floor.metric)
    evidence = bench.evidence(scope_of(strategy.surface))
    wanted = [key for name in GAINED_FIGURES if (key := key_of(name, evidence))] if keys is None else list(keys)
    curve = trade_off(bench, strategy, diversities, keys=dict.fromkeys([floor.metric, *wanted]))
    test = floor_test(curve, floor)
    lists = [curve.items[0], curve.items[test.at]]
    old, new = curve.measured[0], curve.measured[test.at]
    bought = [change(key, old, new, lists, evidence) for key in wanted]
    return FloorResult(floor, test, bought, curve)


def floor_by(bench: Bench, result: FloorResult, by: str, least: int = LEAST) -> list[SegmentFloor]:
    """The floor's λ in each segment of `by` (`segments.segments`), from the lists of `result`.

    A segment in which fewer than `least` shoppers count takes the λ of all. Each test holds at 95 % by itself, not
    all of them together. Raises InputError for a column that the shop lacks.
    """
    everyone, parts = result.curve.figures(result.floor.metric), []
    base = result.curve.reference(result.floor.metric, result.floor.against)
    for group, rows in segments(bench, by).items():
        group_figures = everyone[:, rows]
        n = _counted(group_figures)
        has_own_test = n >= least and float(np.nansum(base[rows])) > 0
        test = _test(group_figures, base[rows], result.curve, result.floor) if has_own_test else result.test
        parts.append(SegmentFloor(group, has_own_test, test, n))
    return parts


def own_floor_test(bench: Bench, strategy: Strategy) -> FixedSequence | None:
    """What the strategy's own floor allows on its surface, of LEVELS; None where it has no floor.

    With overrides, all λ are shifted together, so the λ found is the strategy's own. With spread, λ and σ rise together
    (`floor_path`), so that the λ found, or at λ = 0 the σ found, says how far both may go. It is computed once for each
    strategy and the rules that hold today; without overrides and spread the strategy's own λ makes no difference.
    Raises InputError as `find_floor` does.
    """
    floor = strategy.floor
    if floor is None:
        return None
    require_held_out(bench, strategy, floor.metric)
    plain = strategy.at(exposure=None)

    def find() -> FixedSequence:
        if not plain.spread:
            return floor_test(trade_off(bench, plain, LEVELS, keys=[floor.metric]), floor)
        return _path_test(bench, floor_path(plain), floor)

    key = ("floor", plain if plain.spread else plain.at_any_lambda, tuple(strategy.entries(bench.today)))
    return bench.cached(key, find)


def _path_test(bench: Bench, path: Sequence[Strategy], floor: Floor) -> FixedSequence:
    """The test along a path of strategies with spread; what lies beyond the first that fails is not looked at."""
    for end in range(AT_ONCE, len(path) + AT_ONCE, AT_ONCE):
        steps = path[:end]
        levels = tuple(step.diversity or step.spread for step in steps)
        test = floor_test(replace(side_by_side(bench, steps, [floor.metric]), diversities=levels), floor)
        if not test.met or test.at < len(steps) - 1:
            break
    return test


def floor_path(strategy: Strategy) -> list[Strategy]:
    """The strategies with spread that a floor tries, from pure relevance to the strategy itself: λ at LEVELS and σ in
    proportion, or at λ = 0 σ at LEVELS."""
    end = strategy.diversity or strategy.spread
    return [strategy.part_of_the_way(level / end) for level in LEVELS if level < end] + [strategy]


def exposure_strength_test(bench: Bench, strategy: Strategy) -> FixedSequence | None:
    """What the floor allows of the strategy's exposure at its λ; None where it lacks a floor or exposure.

    `diversities` are then strengths, STEPS of the one asked for. The first is λ = 0 without exposure, with which the
    others are compared; the floor may not allow even that λ, see `capped`. Raises as `own_floor_test` does.
    """
    floor, exposure = strategy.floor, strategy.exposure
    if floor is None or exposure is None or exposure.strength == 0:
        return None
    require_held_out(bench, strategy, floor.metric)
    strengths = [exposure.strength * step / STEPS for step in range(STEPS + 1)]

    def find() -> FixedSequence:
        priced = [
            strategy.at(exposure=exposure.model_copy(update={"strength": strength})) for strength in strengths[1:]
        ]
        curve = side_by_side(bench, [strategy.list_by_list.at(diversity=0.0), *priced], [floor.metric])
        return floor_test(replace(curve, diversities=tuple(strengths)), floor)

    return bench.cached(("floor of exposure", strategy, tuple(strategy.entries(bench.today))), find)


def capped(bench: Bench, strategy: Strategy) -> Strategy:
    """The strategy with λ, and σ in proportion, limited to what its floor allows. Without a floor, the same strategy.

    Overrides are shifted with λ. Then the exposure floor is weakened as far as the relevance floor asks.
    """
    test = own_floor_test(bench, strategy)
    if test is None:
        return strategy
    if strategy.spread:
        return weakened(bench, floor_path(strategy)[test.at])
    return weakened(bench, strategy.at(diversity=min(strategy.diversity, test.diversity)))


def weakened(bench: Bench, strategy: Strategy) -> Strategy:
    """The strategy with an exposure floor no stronger than its relevance floor allows at its λ."""
    test = exposure_strength_test(bench, strategy)
    if test is None or strategy.exposure is None:
        return strategy
    return strategy.at(exposure=strategy.exposure.model_copy(update={"strength": test.diversity}))


def floor_test(curve: Curve, floor: Floor) -> FixedSequence:
    """What a curve from λ = 0 keeps of the floor's figure, and the largest λ that surely keeps the floor.

    Raises InputError where too few shoppers can judge it.
    """
    known, base = curve.figures(floor.metric), curve.reference(floor.metric, floor.against)
    counted = _counted(known)
    if counted < SMALLEST_GROUP or not np.nansum(base) > 0:
        none = ", none was listed" if counted >= SMALLEST_GROUP else ""
        problem = f"{counted} shoppers' later purchases can judge lists{none}"
        fix = f"take an earlier cut-off, so that {SMALLEST_GROUP} or more shoppers buy some of what is listed"
        raise refuse("strategy", "too_few_shoppers", problem, fix, loc=("floor",), value=floor.metric)
    return _test(known, base, curve, floor)


def _test(known: Array, base: Array, curve: Curve, floor: Floor) -> FixedSequence:
    """The test of figures [L, U] against the floor's reference [U], which is λ = 0 itself where no rule holds."""
    self_referenced = floor.against == "ruled" or curve.plain is None
    return fixed_sequence(known, curve.diversities, floor.keep, reference=None if self_referenced else base)


def _counted(figures: Array) -> int:
    """Shoppers whose figure is known at every λ."""
    return int((~np.isnan(figures).any(axis=0)).sum())
