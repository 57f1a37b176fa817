"""Re-ranking: k of N candidates for each shopper, relevance against diversity, every slot explained."""

from engine.rerank.alike import likeness
from engine.rerank.door import rerank, sweep
from engine.rerank.exact import clashing
from engine.rerank.methods import METHODS
from engine.rerank.normalize import NORMALIZE
from engine.rerank.optimum import optimum
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
    "Rule",
    "Slates",
    "clashing",
    "first_level",
    "lacks_room",
    "likeness",
    "optimum",
    "rerank",
    "sweep",
    "warm",
]
