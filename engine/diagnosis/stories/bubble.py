"""The story of the bubble: the shopper whose list at λ = 0 is narrowest against their own history."""

from collections.abc import Mapping

import numpy as np

from engine.bench.bench import Bench
from engine.bench.measures import key_of, measure
from engine.diagnosis.stories.figures import StoryFigure
from engine.diagnosis.stories.story import KEPT, Story, StoryStep, against_zero, shopper_option
from engine.evaluation.curve import Curve, trade_off
from engine.strategy.strategy import Strategy

NARROW = 0.5  # of the kinds that as many products of their own history hold: half their breadth is a bubble
HISTORY = 2  # times k different products: a shorter history is too small to compare with


def bubble(bench: Bench, strategy: Strategy, curves: Mapping[str, Curve]) -> Story:
    """The bubble: the shopper whose list at λ = 0 is narrowest against their own history."""
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
        return Story("bubble", reason="short", figures={"least": StoryFigure("count", least)})
    surface = min(ratios, key=lambda name: np.nanmin(ratios[name]))
    row = int(np.nanargmin(ratios[surface]))
    ratio = float(ratios[surface][row])
    if not ratio <= NARROW:
        return Story("bubble", reason="wide", figures={"ratio": StoryFigure("share", ratio)})
    curve = trade_off(bench, strategy.at(surface=surface), curves[surface].diversities, np.array([row]))
    out = _way_out(curve)
    if not curve.values(kinds)[out] > curve.values(kinds)[0]:
        return Story("bubble", reason="stuck", figures={"ratio": StoryFigure("share", ratio)})
    return Story("bubble", _burst(bench, strategy.at(surface=surface), curve, out, row, kinds, ratio))


def _way_out(curve: Curve) -> int:
    """The place of the largest λ up to which the shopper keeps KEPT of their own relevance."""
    short = np.flatnonzero(~(curve.values("score_kept") >= KEPT))
    return int(short[0]) - 1 if len(short) else len(curve.diversities) - 1


def _burst(
    bench: Bench, strategy: Strategy, curve: Curve, out: int, row: int, kinds: str, ratio: float
) -> tuple[StoryStep, ...]:
    best = curve.diversities[out]
    place = {"surface": strategy.surface, "shopper": shopper_option(bench, row)}
    count = curve.values(kinds)
    first = {"kinds": StoryFigure(kinds, count[0], one=True), "own": StoryFigure(kinds, count[0] / ratio)}
    first["k"] = StoryFigure("count", strategy.k)
    second = {"before": StoryFigure(kinds, count[0], one=True), "after": StoryFigure(kinds, count[out], one=True)}
    cost = {
        "kept": StoryFigure("score_kept", curve.values("score_kept")[out], one=True),
        "best": StoryFigure("diversity", best),
    }
    spread = {
        "before": StoryFigure("ild", curve.values("ild")[0]),
        "after": StoryFigure("ild", curve.values("ild")[out]),
    }
    return (
        StoryStep("tune", place | {"diversity": 0.0}, "narrow", first),
        StoryStep(
            "compare", place | against_zero(strategy, best), "wider", second | {"best": StoryFigure("diversity", best)}
        ),
        StoryStep("tune", place | {"diversity": best}, "cost", cost),
        StoryStep("map", place | {"diversity": best}, "footprint", spread),
    )
