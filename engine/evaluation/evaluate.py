"""Evaluate and compare strategies over all shoppers, every figure with its 95 % interval and its count."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import NamedTuple

import numpy as np

from engine import metrics
from engine.bench.bench import Bench, scope_of
from engine.bench.evidence import Evidence
from engine.bench.measures import measure, table, within
from engine.bench.segments import segments
from engine.data import Progress, silent
from engine.data.labels import SMALLEST_GROUP
from engine.data.problems import refuse
from engine.evaluation.changes import change
from engine.evaluation.curve import Curve, side_by_side, trade_off
from engine.evaluation.relevance_floor import capped, own_floor_test
from engine.evaluation.rows import Change, Figure, GroupFigure, ModelTest
from engine.slates.shop_lists import lists_of
from engine.statistics.intervals import mean_interval, whole_interval
from engine.statistics.paired import adjusted, paired
from engine.strategy.strategy import Strategy

Array = np.ndarray


class Measurement(NamedTuple):
    """A metric over n_users shoppers, with its 95 % interval."""

    metric: str
    value: float
    low: float
    high: float
    n_users: int


def evaluate(
    bench: Bench,
    strategy: Strategy,
    diversities: Sequence[float],
    report: Progress = silent,
    spreads: Sequence[float] | None = None,
) -> list[Figure]:
    """Every figure at every λ, and at every σ of `spreads` (None: the strategy's own), on every surface.

    Scope "all" judges the for-you lists, "new" the new-to-you lists. `ndcg_kept` is mean nDCG as a share of the
    mean at λ = 0, with the rules and without any exposure floor or spread, `ndcg_kept_plain` as a share of the mean of
    the plain ranking (`relevance_kept.plain_ranking`); their intervals pair the shoppers. Where the strategy has a
    floor, λ, σ and the strength of exposure are at most what it allows there.
    """
    rows: list[Figure] = []
    variants = [
        strategy.at(surface=surface, spread=spread)
        for surface in bench.surfaces
        for spread in ([strategy.spread] if spreads is None else spreads)
    ]
    for done, variant in enumerate(variants):
        report(f"evaluate.{variant.surface}", done, len(variants))
        evidence = bench.evidence(scope_of(variant.surface))
        used, curve, places = _evaluated(bench, variant, diversities, evidence)
        for each, place in zip(used, places, strict=True):
            head = {"model": bench.card["name"], "method": each.method, "diversity": each.diversity}
            head |= {"spread": each.spread, "scope": scope_of(each.surface)}
            rows += [Figure(**head, **figure._asdict()) for figure in _figures(curve, place, evidence)]
    report("evaluate", len(variants), len(variants))
    return rows


def _evaluated(
    bench: Bench, strategy: Strategy, diversities: Sequence[float], evidence: Evidence
) -> tuple[list[Strategy], Curve, list[int]]:
    """The strategy at each λ, or at what its floor allows; what was measured of its lists; and where on that curve."""
    if strategy.is_shared:
        used = list(dict.fromkeys(capped(bench, strategy.at(diversity=level)) for level in diversities))
        base = strategy.list_by_list.at(diversity=0.0)
        return used, side_by_side(bench, [base, *used], table(evidence)), list(range(1, len(used) + 1))
    test = own_floor_test(bench, strategy)
    highest = 1.0 if test is None else test.diversity
    levels = list(dict.fromkeys(min(level, highest) for level in diversities))
    curve = trade_off(bench, strategy, sorted({0.0, *levels}), keys=table(evidence))
    return [strategy.at(diversity=level) for level in levels], curve, [curve.at(level) for level in levels]


def _figures(curve: Curve, at: int, evidence: Evidence) -> Iterable[Measurement]:
    measured, slates = curve.measured[at], curve.items[at]
    keys = list(measured.per_user)
    lows, highs = mean_interval(np.stack([measured.per_user[key] for key in keys], axis=1))
    for key, low, high in zip(keys, lows, highs, strict=True):
        value, counted = measured.value(key)
        yield Measurement(key, value, float(low), float(high), counted)
    for key, value in measured.whole.items():
        yield Measurement(key, value, *_whole_interval(key, slates, evidence), len(slates))
    shares = curve.kept_shares(at)
    if shares is not None:
        yield Measurement("ndcg_kept", *shares.ruled, shares.n_users)
        yield Measurement("ndcg_kept_plain", *shares.plain, shares.n_users)


def _whole_interval(key: str, slates: Array, evidence: Evidence) -> tuple[float, float]:
    if key in ("jaccard_overlap", "dice_overlap") and len(slates) >= 8:
        _, low, high = metrics.overlap_interval(slates, "jaccard" if key.startswith("jaccard") else "dice", draws=100)
        return low, high
    compute = table(evidence)[key].compute
    limits = within(key, evidence, slates.shape[1])
    return whole_interval(lambda rows: float(compute(slates[rows], evidence)), len(slates), draws=100, within=limits)


def by_segment(bench: Bench, strategy: Strategy, by: str) -> list[GroupFigure]:
    """The figures of `evaluate` at the strategy's λ for each group of shoppers; per-shopper figures only.

    A group of fewer than SMALLEST_GROUP shoppers has its count and no figures.
    """
    rows: list[GroupFigure] = []
    groups = segments(bench, by)
    for surface in bench.surfaces:
        on_surface = capped(bench, strategy.at(surface=surface))
        evidence = bench.evidence(scope_of(surface))
        measured = measure(lists_of(bench, on_surface), evidence, [k for k, m in table(evidence).items() if m.per_user])
        head = {"model": bench.card["name"], "method": on_surface.method, "diversity": on_surface.diversity}
        head |= {"spread": on_surface.spread, "scope": scope_of(surface)}
        for group, members in groups.items():
            for key, values in measured.per_user.items():
                figure = _of_group(key, values[members])._asdict()
                rows.append(GroupFigure(**head, **figure, by=by, group=group, group_size=len(members)))
    return rows


def _of_group(key: str, values: Array) -> Measurement:
    if len(values) < SMALLEST_GROUP:
        return Measurement(key, np.nan, np.nan, np.nan, 0)
    low, high = mean_interval(values[:, None])
    value, counted = metrics.mean_and_count(values)
    return Measurement(key, value, float(low[0]), float(high[0]), counted)


def against(bench: Bench, other: Bench, strategy: Strategy) -> list[ModelTest]:
    """Paired tests of this bench's model against another's, for the held-out figures of each scope.

    Both benches judge one shop at one cut-off; raises InputError where they do not.
    """
    if bench.card["until"] != other.card["until"] or bench.data.hash != other.data.hash:
        fix = f"train {other.card['name']} with --until {bench.card['until']}"
        raise refuse("command line", "other_cutoff", "the models were trained up to different dates", fix)
    rows: list[ModelTest] = []
    for surface in bench.surfaces:
        evidence = bench.evidence(scope_of(surface))
        keys = [key for key, row in table(evidence).items() if row.held_out and row.per_user]
        on_surface = capped(bench, strategy.at(surface=surface))
        new, old = (measure(lists_of(judged, on_surface), evidence, keys).per_user for judged in (bench, other))
        head = (bench.card["name"], other.card["name"], on_surface.method, on_surface.diversity, scope_of(surface))
        rows += [ModelTest(*head, key, **asdict(paired(new[key], old[key])), q=np.nan) for key in keys]
    return [replace(row, q=q) for row, q in zip(rows, adjusted([row.p for row in rows]), strict=True)]


def compare(bench: Bench, before: Strategy, after: Strategy, keys: Sequence[str]) -> list[Change]:
    """Paired change of each figure over all shoppers.

    Both strategies must serve the same surface. Per-shopper figures pair each shopper's two lists; figures of all
    lists together take the same half-samples of shoppers on both sides.
    """
    evidence = bench.evidence(scope_of(after.surface))
    lists = [lists_of(bench, strategy) for strategy in (before, after)]
    old, new = (measure(items, evidence, keys) for items in lists)
    return [change(key, old, new, lists, evidence) for key in keys]
