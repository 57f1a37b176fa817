"""The saved strategies of a shop: every version kept for good, what became of it, and which one is in force."""

from engine.strategies.differences import Difference, compare
from engine.strategies.records import STATUSES, Basis, Event, Status, Version
from engine.strategies.rules import replaced_by
from engine.strategies.schedule import Window
from engine.strategies.store import Store

__all__ = ["STATUSES", "Basis", "Difference", "Event", "Status", "Store", "Version", "Window", "compare", "replaced_by"]
