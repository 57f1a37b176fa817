"""What ends the story that everyone sees the same: the λ and σ that make lists differ, and what they change."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import key_of
from engine.data import Progress, silent
from engine.diagnosis.audience import EVERYONE
from engine.diagnosis.stories.figures import StoryFigure, kept_of, of_all
from engine.diagnosis.stories.story import Story, StoryStep, against_zero
from engine.evaluation.curve import Curve, side_by_side
from engine.evaluation.pairs.advised_pair import advised_pair
from engine.evaluation.pairs.pair_advice import AdvisedPair
from engine.evaluation.relevance_kept import plain_ranking
from engine.metrics import Estimate
from engine.strategy.strategy import Strategy

STEPS = 2  # that `with_remedy` adds
SMALL = 0.1  # σ shown where none keeps the floor
UNJUDGED = 0.2  # σ where no later purchases say what it costs: at this σ it costs little in the shops measured


class Remedy(NamedTuple):
    """λ and σ to propose.

    sentence   how sure it is that they keep the default floor: "remedy" surely, "remedy_more" surely, and more σ
               by the estimate; "remedy_likely" by the estimate alone, "remedy_costly" not, "remedy_unjudged" not known
    kept       the share of nDCG kept that says so, by `n_users` shoppers; None = that of all shoppers' lists
    more       of "remedy_more": the figures of the other pair
    """

    diversity: float
    spread: float
    sentence: Literal["remedy", "remedy_more", "remedy_likely", "remedy_costly", "remedy_unjudged"]
    kept: Estimate | None = None
    n_users: int = 0
    more: Mapping[str, StoryFigure] = MappingProxyType({})


def with_remedy(bench: Bench, strategy: Strategy, story: Story, report: Progress = silent) -> Story:
    """The story "alike" with STEPS more: λ and σ on Compare, and what they bring into lists on the map.

    A story without steps stays as it is. Lists at λ = 0 and σ = 0 of all shoppers are compared with those proposed.
    """
    if not story.steps:
        return story
    base = strategy.at(surface=story.steps[0].settings["surface"], floor=None)
    remedy = propose(bench, base, report)
    pair = base.at(diversity=remedy.diversity, spread=remedy.spread)
    curve = _beside_zero(bench, pair)
    return Story(story.name, (*story.steps, _compared(bench, pair, remedy, curve), _on_the_map(bench, pair, curve)))


def propose(bench: Bench, strategy: Strategy, report: Progress = silent) -> Remedy:
    """The advised pair where it has any σ, else the one that keeps the floor by the estimate (`advised_pair`).

    SMALL at the advised λ where neither has any; UNJUDGED at the strategy's λ where later purchases cannot judge it.
    """
    advised = advised_pair(bench, strategy, report)
    if advised is None:
        return Remedy(strategy.diversity, UNJUDGED, "remedy_unjudged")
    if advised.pair[1] > 0:
        more = _more(advised) if advised.hoped[1] > advised.pair[1] else {}
        return Remedy(*advised.pair, "remedy_more" if more else "remedy", advised.kept, advised.n_users, more)
    if advised.hoped[1] > 0:
        return Remedy(*advised.hoped, "remedy_likely")
    return Remedy(advised.pair[0], SMALL, "remedy_costly")


def _more(advised: AdvisedPair) -> dict[str, StoryFigure]:
    """λ and σ that keep the floor by the estimate alone, and what two shoppers would share there."""
    return {
        "likely_best": StoryFigure("diversity", advised.hoped[0]),
        "likely_spread": StoryFigure("diversity", advised.hoped[1]),
        "likely_after": StoryFigure("shared_products", advised.then["shared_products"]),
        "likely": StoryFigure("ndcg_kept", advised.likely.value),
    }


def _beside_zero(bench: Bench, pair: Strategy) -> Curve:
    """Two points: relevance alone, and the strategy."""
    evidence = bench.evidence(scope_of(pair.surface))
    keys = [key for name in ("ndcg", "coverage", "shared_products") if (key := key_of(name, evidence))]
    return side_by_side(bench, [plain_ranking(pair), pair], keys)


def _compared(bench: Bench, pair: Strategy, remedy: Remedy, curve: Curve) -> StoryStep:
    evidence = bench.evidence(scope_of(pair.surface))
    kept = kept_of(curve, 1)
    if remedy.kept is not None:
        value, low, high = remedy.kept
        kept = StoryFigure("ndcg_kept", value, False, low, high, remedy.n_users)
    figures = {
        "before": of_all("shared_products", curve.items[0], evidence),
        "after": of_all("shared_products", curve.items[1], evidence),
        "kept": kept,
        "best": StoryFigure("diversity", pair.diversity),
        "spread": StoryFigure("diversity", pair.spread),
        "k": StoryFigure("count", pair.k),
        **remedy.more,
    }
    settings = {"surface": pair.surface} | against_zero(pair, pair.diversity) | {"spread": pair.spread}
    return StoryStep("compare", settings, remedy.sentence, figures)


def _on_the_map(bench: Bench, pair: Strategy, curve: Curve) -> StoryStep:
    evidence = bench.evidence(scope_of(pair.surface))
    unseen = [round((1 - share) * evidence.n_eligible) for share in curve.values("coverage")]
    figures = {
        "reach_before": of_all("coverage", curve.items[0], evidence),
        "reach": of_all("coverage", curve.items[1], evidence),
        "unseen_before": StoryFigure("count", unseen[0]),
        "unseen": StoryFigure("count", unseen[1]),
    }
    settings = {"surface": pair.surface, "shopper": EVERYONE, "diversity": pair.diversity, "spread": pair.spread}
    return StoryStep("map", settings | {"map_colour": "spread_change"}, "light", figures)
