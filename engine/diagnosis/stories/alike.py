"""The story that everyone sees the same: the surface whose lists share most at λ = 0."""

from collections.abc import Mapping

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.diagnosis.audience import EVERYONE
from engine.diagnosis.stories.figures import StoryFigure, fewer_shared, kept_of, mean_of, of_all
from engine.diagnosis.stories.story import Story, StoryStep
from engine.evaluation.curve import Curve, trade_off
from engine.evaluation.recommended import recommended_on_curve
from engine.metrics import shared_products
from engine.strategy.strategy import Strategy

Array = np.ndarray
ALIKE = 0.1  # of the slots of any two shoppers: from there on one place in ten is the same for everybody
CHANCE = 2  # times what lists drawn at random from the catalogue would share


def alike(bench: Bench, strategy: Strategy, curves: Mapping[str, Curve], groups: Mapping[str, Array]) -> Story:
    """Everyone sees the same: the surface whose lists share most at λ = 0."""
    shared = {surface: curve.values("shared_products")[0] for surface, curve in curves.items()}
    surface = max(shared, key=lambda name: np.nan_to_num(shared[name], nan=-1))
    curve, k = curves[surface], strategy.k
    evidence = bench.evidence(scope_of(surface))
    eligible = evidence.n_eligible
    figures = {"shared": of_all("shared_products", curve.items[0], evidence), "k": StoryFigure("count", k)}
    if not shared[surface] >= max(ALIKE * k, CHANCE * k * k / eligible):
        return Story("alike", reason="no_overlap", figures=figures)
    unseen = round((1 - curve.values("coverage")[0]) * eligible)
    slow = mean_of("tail_share", measure(curve.items[0], evidence, ["tail_share"]).per_user["tail_share"])
    top = {"top": of_all("top_share", curve.items[0], evidence)}
    bare = {"surface": surface, "diversity": 0.0}
    return Story(
        "alike",
        (
            StoryStep("overview", bare, "overlap", figures | top),
            StoryStep("homogenization", bare, "slow", {"slow": slow}),
            StoryStep(
                "map",
                bare | {"shopper": EVERYONE},
                "unseen",
                {"unseen": StoryFigure("count", unseen), "n": StoryFigure("count", eligible)},
            ),
            _most_alike(bench, strategy.at(surface=surface), curve, groups),
        ),
    )


def _most_alike(bench: Bench, strategy: Strategy, curve: Curve, groups: Mapping[str, Array]) -> StoryStep:
    """The group whose shoppers share most, and what the λ recommended for all does to it."""
    lists = curve.items[0]
    rows = {name: rows for name, rows in groups.items() if len(rows) > 1} or {EVERYONE: np.arange(len(lists))}
    name = max(rows, key=lambda group: shared_products(lists[rows[group]]))
    group = trade_off(bench, strategy, curve.diversities, rows[name])
    best = recommended_on_curve(curve) or strategy.diversity  # nothing to evaluate with, or λ cannot rise
    at = group.at(best)
    best = group.diversities[at]
    share = kept_of(group, at)
    evidence = bench.evidence(scope_of(strategy.surface))
    shared = [of_all("shared_products", group.items[place], evidence) for place in (0, at)]
    figures = {
        "before": shared[0],
        "after": shared[1],
        "best": StoryFigure("diversity", best),
        "kept": share,
        "n": StoryFigure("count", len(rows[name])),
    }
    settings = {"surface": strategy.surface, "shopper": name, "diversity": best}
    fewer = fewer_shared(group.items[0], group.items[at])
    sentence = "group_unjudged" if not np.isfinite(share.value) else "group" if fewer else "group_stays"
    return StoryStep("tune", settings, sentence, figures)
