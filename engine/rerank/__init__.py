"""Re-ranking: k of N candidates for each shopper, relevance against diversity, every slot explained."""

from engine.rerank.alike import likeness
from engine.rerank.door import rerank, sweep
from engine.rerank.exact import clashing
from engine.rerank.exposure import Priced, find_prices, group_exposure, out_of_reach, reach, relevance_bound
from engine.rerank.fair_share import fair_limits, fair_share
from engine.rerank.methods import METHODS
from engine.rerank.normalize import NORMALIZE
from engine.rerank.optimum import optimum
from engine.rerank.p_mmf import p_mmf
from engine.rerank.room import lacks_room
from engine.rerank.rules import Lift, Limit, Pin, Rule
from engine.rerank.slates import Slates, first_level
from engine.rerank.warm import warm

__all__ = [
    "METHODS",
    "NORMALIZE",
    "Lift",
    "Limit",
    "Pin",
    "Priced",
    "Rule",
    "Slates",
    "clashing",
    "fair_limits",
    "fair_share",
    "find_prices",
    "first_level",
    "group_exposure",
    "lacks_room",
    "likeness",
    "optimum",
    "out_of_reach",
    "p_mmf",
    "reach",
    "relevance_bound",
    "rerank",
    "sweep",
    "warm",
]
