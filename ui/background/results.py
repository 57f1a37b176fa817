"""Results that pages and sessions share, computed once: curves and comparisons over many shoppers."""

import numpy as np

from engine.bench.bench import Bench
from engine.diagnosis.catalogue_map import MapExposure
from engine.diagnosis.catalogue_map import map_exposure as find_map_exposure
from engine.diagnosis.history_comparison import Personalization, personalization
from engine.diagnosis.homogenization import Homogenization, homogenization
from engine.diagnosis.lookalike_groups import PageGroups, page_groups
from engine.diagnosis.stories import Story
from engine.diagnosis.stories import stories as find_stories
from engine.diagnosis.suggested_policies import SuggestedPolicies, suggested_policies
from engine.evaluation.curve import trade_off
from engine.evaluation.evaluate import compare
from engine.evaluation.exceptions import ExceptionUse, exception_uses
from engine.evaluation.hindsight import Hindsight
from engine.evaluation.hindsight import hindsight as find_hindsight
from engine.evaluation.rows import Change
from engine.explain.rank_changes import RankChanges
from engine.explain.rank_changes import explain_rank_changes as find_rank_changes
from engine.explain.relevance import RelevanceReasons
from engine.explain.relevance import relevance_reasons as find_reasons
from engine.explain.rule_prices import RulePrice
from engine.explain.rule_prices import rule_prices as find_rule_prices
from engine.slates.effective_lambdas import LambdaPlan
from engine.slates.effective_lambdas import effective_lambdas as find_lambdas
from engine.slates.exposure_cost import relevance_kept
from engine.slates.exposure_floor import ExposureOutcome, exposure_outcome
from engine.slates.shop_lists import LEVELS
from engine.strategy.strategy import DEFAULT, Against, Strategy
from ui.text.shoppers import EVERYONE, Who, groups, resolve

Array = np.ndarray
PRICED = 500  # shoppers of a group that rules are priced for


def effective_lambdas(bench: Bench, strategy: Strategy) -> LambdaPlan:
    """The λ that each list gets from the strategy's overrides."""
    return bench.memo("levels", 12).get(strategy, lambda: find_lambdas(bench, strategy, [strategy.diversity]))


def exceptions(bench: Bench, requested: Strategy, used: Strategy, costs: bool = False) -> list[ExceptionUse]:
    """For each exception: the λ requested, the λ in use and, with `costs`, its cost for the shoppers concerned."""
    return bench.memo("exceptions", 12).get(
        (requested, used, costs), lambda: exception_uses(bench, requested, used, costs)
    )


def policies(bench: Bench) -> SuggestedPolicies:
    """The policies that the shop's log suggests. Raises InputError where it can suggest none."""
    return bench.cached("policies", lambda: suggested_policies(bench))


def exposure_result(bench: Bench, strategy: Strategy) -> tuple[ExposureOutcome, dict[str, tuple[float, float, float]]]:
    """The outcome of the strategy's exposure floor and the relevance kept. Raises InputError if it is infeasible."""

    def make() -> tuple[ExposureOutcome, dict[str, tuple[float, float, float]]]:
        outcome = exposure_outcome(bench, strategy)
        assert outcome is not None, "asked only where there is an exposure floor"
        return outcome, relevance_kept(bench, strategy)

    return bench.memo("exposed", 12).get(strategy, make)


def changes(bench: Bench, before: Strategy, after: Strategy, keys: tuple[str, ...]) -> list[Change]:
    """Paired changes over all shoppers with their intervals."""
    return bench.memo("changes", 24).get((before, after, keys), lambda: compare(bench, before, after, keys))


def sameness(bench: Bench, strategy: Strategy, who: Who, baseline: Against = "plain") -> Homogenization:
    """How alike the lists of everyone, or of a group, are, beside those of relevance alone or of the rules at λ 0."""
    key = (strategy, who.option, baseline)
    return bench.memo("sameness", 8).get(key, lambda: homogenization(bench, strategy, who.rows, baseline))


def same_page(bench: Bench, strategy: Strategy, who: Who, same: float) -> PageGroups:
    """Which of everyone, or of a group, see the same page."""
    return bench.memo("groups", 24).get(
        (strategy, who.option, same), lambda: page_groups(bench, strategy, who.rows, same)
    )


def against_history(bench: Bench, strategy: Strategy, who: Who, lists: Array) -> Personalization:
    """Lists int64 [2, U, k] of λ = 0 and of the strategy, compared with their shoppers' histories."""
    bench.cached(
        "histories read", lambda: bench.evidence("all").read_histories()
    )  # so that one shopper's can be selected from them
    if who.row is not None:
        return personalization(bench, strategy, who.rows, lists)
    key = (strategy, who.option, hash(lists[0].tobytes()))  # the baseline may be chosen
    return bench.memo("against", 48).get(key, lambda: personalization(bench, strategy, who.rows, lists))


def map_exposure(bench: Bench, strategy: Strategy, who: Who) -> MapExposure:
    """How often everyone's lists, or a group's, show each product; for one shopper, everyone's."""
    rows = None if who.row is not None or who.option == EVERYONE else who.rows
    key = (strategy, None if rows is None else who.option)
    return bench.memo("shown", 12).get(key, lambda: find_map_exposure(bench, strategy, rows))


def relevance_reasons(bench: Bench, surface: str, row: int, item: int) -> RelevanceReasons:
    """Why one product is relevant to one shopper on a surface."""
    return bench.memo("whys", 200).get((surface, row, item), lambda: find_reasons(bench, surface, row, item))


def rank_changes(bench: Bench, strategy: Strategy, row: int, before: Strategy | None = None) -> RankChanges:
    """Why each product of one shopper's list moved since λ = 0, or since another list."""
    return bench.memo("moves", 200).get(
        (strategy, row, before), lambda: find_rank_changes(bench, strategy, row, before)
    )


def rule_prices(bench: Bench, strategy: Strategy, who: Who | None = None) -> list[RulePrice]:
    """What each rule costs one shopper's list, or those of everyone or a group; of many, PRICED are drawn once."""
    rows = np.arange(len(bench.users)) if who is None else who.rows
    if len(rows) > PRICED:
        rows = np.sort(np.random.default_rng(0).choice(rows, PRICED, replace=False))
    key = (strategy, None if who is None else who.option)
    return bench.memo("prices", 48).get(key, lambda: find_rule_prices(bench, strategy, rows))


def hindsight(bench: Bench, strategy: Strategy) -> list[Hindsight]:
    """The effect of a strategy's rules, judged by later purchases."""
    return bench.memo("hindsights", 12).get(strategy, lambda: find_hindsight(bench, strategy))


def stories(bench: Bench) -> tuple[Story, ...]:
    """The stories of this shop, with the default settings."""

    def make() -> tuple[Story, ...]:
        curves = {surface: trade_off(bench, DEFAULT.at(surface=surface), LEVELS) for surface in bench.surfaces}
        people = {option: who.rows for option in groups(bench) if (who := resolve(option, bench)) is not None}
        return find_stories(bench, DEFAULT, curves, people)

    return bench.cached("stories", make)
