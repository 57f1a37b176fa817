"""Re-ranking: k of N candidates for each shopper, relevance against diversity, every slot explained."""

from engine.rerank.api import GRID, rerank, sweep
from engine.rerank.constraints.exact import clashing
from engine.rerank.constraints.fair_share import fair_limits, fair_share
from engine.rerank.constraints.infeasible_pools import lacks_room
from engine.rerank.constraints.optimum import optimum
from engine.rerank.constraints.rules import Lift, Limit, Pin, Rule
from engine.rerank.exposure.p_mmf import p_mmf
from engine.rerank.exposure.prices import Priced, find_prices, group_exposure, out_of_reach, reach, relevance_bound
from engine.rerank.methods import METHODS
from engine.rerank.normalize import NORMALIZE
from engine.rerank.similarity import likeness
from engine.rerank.slates import Slates, at_level, joined, stacked
from engine.rerank.warm import warm

__all__ = [
    "GRID",
    "METHODS",
    "NORMALIZE",
    "Lift",
    "Limit",
    "Pin",
    "Priced",
    "Rule",
    "Slates",
    "at_level",
    "clashing",
    "fair_limits",
    "fair_share",
    "find_prices",
    "group_exposure",
    "joined",
    "lacks_room",
    "likeness",
    "optimum",
    "out_of_reach",
    "p_mmf",
    "reach",
    "relevance_bound",
    "rerank",
    "stacked",
    "sweep",
    "warm",
]
