"""The story that variety is almost free: the surface that gains most kinds of product while nDCG is kept."""

from collections.abc import Mapping

import numpy as np

from engine.bench.bench import Bench
from engine.bench.scores import shares_of
from engine.diagnosis.audience import EVERYONE
from engine.diagnosis.stories.figures import StoryFigure, kept_of, mean_of
from engine.diagnosis.stories.story import KEPT, Story, StoryStep, against_zero, shopper_option
from engine.evaluation.curve import Curve, trade_off
from engine.evaluation.recommended import recommended_on_curve
from engine.metrics import discounted_kept
from engine.strategy.strategy import Strategy

GAIN = 0.02  # more categories in a list: a smaller gain is not noticeable


def free(bench: Bench, strategy: Strategy, curves: Mapping[str, Curve]) -> Story:
    """Variety almost for free: the surface that gains most kinds of product while nDCG is kept."""
    levels = {surface: level for surface, curve in curves.items() if (level := recommended_on_curve(curve)) is not None}
    if not levels:
        return Story("free", reason="not_judged")
    if not any(levels.values()):
        surface = max(levels, key=lambda name: curves[name].values("ndcg_kept")[1])
        first = StoryFigure("diversity", curves[surface].diversities[1])
        return Story("free", reason="no_room", figures={"kept": kept_of(curves[surface], 1), "first": first})
    gains = {surface: _gain(curves[surface], best) for surface, best in levels.items()}
    surface = max(gains, key=gains.__getitem__)
    curve, best = curves[surface], levels[surface]
    at, key = curve.at(best), _variety(curve)
    figures = {
        "before": mean_of(key, curve.measured[0].per_user[key]),
        "after": mean_of(key, curve.measured[at].per_user[key]),
        "kept": kept_of(curve, at),
        "best": StoryFigure("diversity", best),
    }
    if not gains[surface] >= GAIN:
        return Story("free", reason="no_gain", figures=figures)
    row = _most_freed(bench, strategy.at(surface=surface), curve, at)
    if row is None:
        return Story("free", reason="no_pairs", figures=figures)
    return Story("free", _freed(bench, strategy.at(surface=surface), best, row, figures))


def _variety(curve: Curve) -> str:
    return curve.key("facet_count") or "ild"


def _gain(curve: Curve, best: float) -> float:
    """How much variety rises up to a λ, as a share of that at λ = 0."""
    values = curve.values(_variety(curve))
    return float(values[curve.at(best)] / values[0] - 1) if values[0] > 0 else 0.0


def _most_freed(bench: Bench, strategy: Strategy, curve: Curve, at: int) -> int | None:
    """The row whose list loses most look-alike pairs, of those that keep KEPT of their relevance; None if none does."""
    before, after = (curve.measured[place].per_user["look_alike_pairs"] for place in (0, at))
    shares = [shares_of(bench, strategy, curve.items[place]) for place in (0, at)]
    lost = np.where(discounted_kept(shares[1], shares[0]) >= KEPT, np.nan_to_num(before - after), 0)
    row = int(lost.argmax())
    return row if lost[row] >= 1 else None


def _freed(
    bench: Bench, strategy: Strategy, best: float, row: int, figures: dict[str, StoryFigure]
) -> tuple[StoryStep, ...]:
    curve = trade_off(bench, strategy, (0.0, best), np.array([row]))
    pairs = curve.values("look_alike_pairs")
    place = {"surface": strategy.surface, "shopper": shopper_option(bench, row)}
    possible = strategy.k * (strategy.k - 1) // 2
    first = {"pairs": StoryFigure("look_alike_pairs", pairs[0], one=True), "possible": StoryFigure("count", possible)}
    second = {
        "pairs": StoryFigure("look_alike_pairs", pairs[1], one=True),
        "kept": StoryFigure("score_kept", curve.values("score_kept")[1], one=True),
        "best": StoryFigure("diversity", best),
    }
    everyone = "everyone" if figures["before"].measure.startswith("facet_count") else "everyone_text"
    return (
        StoryStep("tune", place | {"diversity": 0.0}, "pairs", first),
        StoryStep("tune", place | {"diversity": best}, "freed", second),
        StoryStep("compare", place | against_zero(strategy, best), "replaced", _replaced(curve, strategy.k, best)),
        StoryStep("tune", {"surface": strategy.surface, "shopper": EVERYONE, "diversity": best}, everyone, figures),
    )


def _replaced(curve: Curve, k: int, best: float) -> dict[str, StoryFigure]:
    old, new = curve.items[0][0], curve.items[1][0]
    n_replaced = int((~np.isin(old[old >= 0], new)).sum())
    return {
        "gone": StoryFigure("count", n_replaced),
        "k": StoryFigure("count", k),
        "best": StoryFigure("diversity", best),
    }
