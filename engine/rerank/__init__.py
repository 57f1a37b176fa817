"""Re-ranking: k of N candidates for each shopper, relevance against diversity, every slot explained."""

from engine.rerank.api import GRID, rerank, sweep
from engine.rerank.constraints.exact import conflicting_rules
from engine.rerank.constraints.fair_share import fair_limits, fair_share
from engine.rerank.constraints.infeasible_pools import infeasible_pools
from engine.rerank.constraints.optimum import optimum
from engine.rerank.constraints.rules import Lift, Limit, Pin, PinOrLift
from engine.rerank.exposure.crowding import (
    CrowdedSlates,
    CrowdedSlots,
    PriceScale,
    find_crowding_prices,
    slots_of,
    welfare,
    welfare_bound,
)
from engine.rerank.exposure.p_mmf import p_mmf
from engine.rerank.exposure.prices import (
    PricedSlates,
    find_prices,
    group_exposure,
    reachable_exposure,
    relevance_bound,
    unreachable,
)
from engine.rerank.methods import METHODS
from engine.rerank.normalize import NORMALIZE
from engine.rerank.priced_lists import Prices
from engine.rerank.similarity import pairwise_similarity
from engine.rerank.slates import Slates, at_level, joined, stacked
from engine.rerank.warm import warm

__all__ = [
    "GRID",
    "METHODS",
    "NORMALIZE",
    "CrowdedSlates",
    "CrowdedSlots",
    "Lift",
    "Limit",
    "Pin",
    "PinOrLift",
    "PriceScale",
    "PricedSlates",
    "Prices",
    "Slates",
    "at_level",
    "conflicting_rules",
    "fair_limits",
    "fair_share",
    "find_crowding_prices",
    "find_prices",
    "group_exposure",
    "infeasible_pools",
    "joined",
    "optimum",
    "p_mmf",
    "pairwise_similarity",
    "reachable_exposure",
    "relevance_bound",
    "rerank",
    "slots_of",
    "stacked",
    "sweep",
    "unreachable",
    "warm",
    "welfare",
    "welfare_bound",
]
