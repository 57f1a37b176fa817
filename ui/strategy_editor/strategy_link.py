"""A strategy as a link to Tune: each of its fields as the text of a setting."""

from collections.abc import Callable
from math import isclose
from typing import Any

from engine.strategy.strategy import Strategy
from ui import state
from ui.state import exceptions_text, rule_text, similarity_weights

SAME = ("method", "diversity", "k", "pool", "normalize", "similarity", "surface")  # settings named like their field


def link_of(strategy: Strategy, /, **more: Any) -> dict[str, str]:
    """Query parameters that open a strategy in this shop; every other setting is at its default, or as `more` says.

    What no setting can hold, `lost` names; it is left at the nearest that Tune can show.
    """
    return state.fresh_link(**(_settings(strategy) | more))


def lost(strategy: Strategy) -> list[str]:
    """The settings that a link cannot carry as the strategy has them: it may come from a file that allows more."""
    return [name for name, value in _settings(strategy).items() if not _comes_back(name, value, strategy)]


def _settings(strategy: Strategy) -> dict[str, Any]:
    shares = {name: round(100 * share) for name, share in strategy.facet_weights}
    return {name: getattr(strategy, name) for name in SAME} | {
        "weights": similarity_weights.text(shares),
        "rules": _fitting(lambda: rule_text.text(rule_text.RuleSwitch(entry) for entry in strategy.all_entries)),
        "floor": state.floor_text(strategy.floor),
        "overrides": _fitting(lambda: exceptions_text.overrides_text(strategy.overrides)),
        "exposure": exceptions_text.exposure_text(strategy.exposure),
    }


def _fitting(text: Callable[[], str]) -> str:
    try:
        return text()
    except ValueError:  # too long for a link
        return ""


def _comes_back(name: str, value: Any, strategy: Strategy) -> bool:
    try:
        read = state.SETTINGS[name].read(str(value))
        if name == "diversity":
            return isclose(read, value)
        if name == "weights":
            shares = {source: share for source, share in similarity_weights.read(read).items() if share}
            wanted = dict(strategy.facet_weights)
            return shares.keys() == wanted.keys() and all(isclose(shares[s], 100 * wanted[s]) for s in wanted)
        if name == "rules":
            entries = tuple(kept.entry for kept in rule_text.read(read))
            return entries == strategy.all_entries
        if name == "floor":
            return state.read_floor(read) == strategy.floor
        if name == "overrides":
            return exceptions_text.read_overrides(read) == strategy.overrides
        if name == "exposure":
            return exceptions_text.read_exposure(read) == strategy.exposure
    except ValueError:
        return False
    return bool(read == value)
