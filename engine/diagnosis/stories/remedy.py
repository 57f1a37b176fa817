"""What ends the story that everyone sees the same: the spread σ that makes lists differ, and what it changes."""

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import key_of
from engine.data import Progress, silent
from engine.diagnosis.audience import EVERYONE
from engine.diagnosis.stories.figures import StoryFigure, kept_of, of_all
from engine.diagnosis.stories.story import Story, StoryStep, against_zero
from engine.evaluation.curve import Curve, side_by_side
from engine.evaluation.recommended import DEFAULT_FLOOR, recommended
from engine.evaluation.relevance_kept import plain_ranking
from engine.strategy.strategy import Strategy

SPREADS = (0.4, 0.3, 0.2, 0.1)  # tried in this order
UNJUDGED = 0.2  # where no later purchases say what σ costs: at this σ it costs little in the shops measured


def with_remedy(bench: Bench, strategy: Strategy, story: Story, report: Progress = silent) -> Story:
    """The story "alike" with two more steps: σ on Compare, and what it brings into lists on the map.

    A story without steps stays as it is. Every figure compares the proposed λ and σ with λ = 0 and σ = 0 over all
    shoppers.
    """
    if not story.steps:
        return story
    base = strategy.at(surface=story.steps[0].settings["surface"], floor=None)
    diversity, spread = proposed_pair(bench, base, report)
    pair = base.at(diversity=diversity, spread=spread)
    curve = _beside_zero(bench, pair)
    return Story(story.name, (*story.steps, _compared(bench, pair, curve), _on_the_map(bench, pair, curve)))


def proposed_pair(bench: Bench, strategy: Strategy, report: Progress = silent) -> tuple[float, float]:
    """λ and σ to propose: the recommended λ, and of SPREADS the largest σ that keeps the default floor there.

    The floor is kept by the estimate alone, not with confidence. The smallest of SPREADS where none keeps it; the
    strategy's own λ and UNJUDGED where no later purchases are known.
    """
    level = recommended(bench, strategy)
    if level is None:
        return strategy.diversity, UNJUDGED
    for number, spread in enumerate(SPREADS):
        report("remedy", number, len(SPREADS))
        if _keeps(_beside_zero(bench, strategy.at(diversity=level.diversity, spread=spread))):
            break
    return level.diversity, spread


def _beside_zero(bench: Bench, pair: Strategy) -> Curve:
    """Two points: relevance alone, and the strategy."""
    evidence = bench.evidence(scope_of(pair.surface))
    keys = [key for name in ("ndcg", "coverage", "shared_products") if (key := key_of(name, evidence))]
    return side_by_side(bench, [plain_ranking(pair), pair], keys)


def _keeps(curve: Curve) -> bool:
    return bool(curve.values("ndcg_kept")[1] >= DEFAULT_FLOOR.keep)


def _compared(bench: Bench, pair: Strategy, curve: Curve) -> StoryStep:
    evidence = bench.evidence(scope_of(pair.surface))
    figures = {
        "before": of_all("shared_products", curve.items[0], evidence),
        "after": of_all("shared_products", curve.items[1], evidence),
        "kept": kept_of(curve, 1),
        "best": StoryFigure("diversity", pair.diversity),
        "spread": StoryFigure("diversity", pair.spread),
        "k": StoryFigure("count", pair.k),
    }
    settings = {"surface": pair.surface} | against_zero(pair, pair.diversity) | {"spread": pair.spread}
    judged = bool(np.isfinite(figures["kept"].value))
    sentence = "remedy_unjudged" if not judged else "remedy" if _keeps(curve) else "remedy_costly"
    return StoryStep("compare", settings, sentence, figures)


def _on_the_map(bench: Bench, pair: Strategy, curve: Curve) -> StoryStep:
    evidence = bench.evidence(scope_of(pair.surface))
    unseen = [round((1 - share) * evidence.n_eligible) for share in curve.values("coverage")]
    figures = {
        "reach_before": of_all("coverage", curve.items[0], evidence),
        "reach": of_all("coverage", curve.items[1], evidence),
        "unseen_before": StoryFigure("count", unseen[0]),
        "unseen": StoryFigure("count", unseen[1]),
        "best": StoryFigure("diversity", pair.diversity),
        "spread": StoryFigure("diversity", pair.spread),
    }
    settings = {"surface": pair.surface, "shopper": EVERYONE, "diversity": pair.diversity, "spread": pair.spread}
    return StoryStep("map", settings | {"map_colour": "spread_change"}, "light", figures)
