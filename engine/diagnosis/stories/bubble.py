"""The story of the bubble: the shopper whose list at λ = 0 is narrowest against their own history."""

from collections.abc import Mapping

import numpy as np

from engine.bench.bench import Bench
from engine.bench.measures import key_of, measure
from engine.diagnosis.stories.figures import Told
from engine.diagnosis.stories.story import HERS, Step, Story, against_zero, shopper_option
from engine.evaluation.curve import Curve, trade_off
from engine.strategy.strategy import Strategy

NARROW = 0.5  # of the kinds that as many products of her own history hold: half her breadth is a bubble
HISTORY = 2  # lists' worth of different products: a shorter history has no breadth to compare with


def bubble(bench: Bench, strategy: Strategy, curves: Mapping[str, Curve]) -> Story:
    """The bubble: the shopper whose list at λ = 0 is narrowest against her own history."""
    evidence = bench.evidence("all")
    key, kinds = key_of("facet_narrowing", evidence), key_of("facet_count", evidence)
    if key is None or kinds is None:
        return Story("bubble", reason="no_facet")
    least = HISTORY * strategy.k
    long = np.diff(evidence.owned[evidence.users].indptr) >= least
    ratios = {
        surface: np.where(long, measure(curve.items[0], evidence, [key]).per_user[key], np.nan)
        for surface, curve in curves.items()
    }
    ratios = {surface: values for surface, values in ratios.items() if np.isfinite(values).any()}
    if not ratios:
        return Story("bubble", reason="short", figures={"least": Told("count", least)})
    surface = min(ratios, key=lambda name: np.nanmin(ratios[name]))
    row = int(np.nanargmin(ratios[surface]))
    ratio = float(ratios[surface][row])
    if not ratio <= NARROW:
        return Story("bubble", reason="wide", figures={"ratio": Told("share", ratio)})
    hers = trade_off(bench, strategy.at(surface=surface), curves[surface].diversities, np.array([row]))
    out = _way_out(hers)
    if not hers.values(kinds)[out] > hers.values(kinds)[0]:
        return Story("bubble", reason="stuck", figures={"ratio": Told("share", ratio)})
    return Story("bubble", _burst(bench, strategy.at(surface=surface), hers, out, row, kinds, ratio))


def _way_out(hers: Curve) -> int:
    """The place of the largest λ up to which she keeps HERS of her relevance."""
    short = np.flatnonzero(~(hers.values("score_kept") >= HERS))
    return int(short[0]) - 1 if len(short) else len(hers.diversities) - 1


def _burst(
    bench: Bench, strategy: Strategy, hers: Curve, out: int, row: int, kinds: str, ratio: float
) -> tuple[Step, ...]:
    best = hers.diversities[out]
    place = {"surface": strategy.surface, "shopper": shopper_option(bench, row)}
    count = hers.values(kinds)
    first = {"kinds": Told(kinds, count[0], one=True), "own": Told(kinds, count[0] / ratio)}
    first["k"] = Told("count", strategy.k)
    second = {"before": Told(kinds, count[0], one=True), "after": Told(kinds, count[out], one=True)}
    kept = {"kept": Told("score_kept", hers.values("score_kept")[out], one=True), "best": Told("diversity", best)}
    spread = {"before": Told("ild", hers.values("ild")[0]), "after": Told("ild", hers.values("ild")[out])}
    return (
        Step("tune", place | {"diversity": 0.0}, "narrow", first),
        Step("compare", place | against_zero(strategy, best), "wider", second | {"best": Told("diversity", best)}),
        Step("tune", place | {"diversity": best}, "cost", kept),
        Step("map", place | {"diversity": best}, "footprint", spread),
    )
