"""The saved strategies of a shop: every version for good, its events, and which one is in force."""

from engine.strategies.adoption import SavedShop
from engine.strategies.differences import Difference, compare
from engine.strategies.records import DECISIONS, STATUSES, Basis, Decision, Event, Signature, Status, Version
from engine.strategies.rules import replaced_by
from engine.strategies.schedule import Window
from engine.strategies.shops import shop_of, unadopted
from engine.strategies.store import Store

__all__ = [
    "DECISIONS",
    "STATUSES",
    "Basis",
    "Decision",
    "Difference",
    "Event",
    "SavedShop",
    "Signature",
    "Status",
    "Store",
    "Version",
    "Window",
    "compare",
    "replaced_by",
    "shop_of",
    "unadopted",
]
