"""A strategy as a link to Tune: each of its fields as a setting."""

from math import isclose
from typing import Any

from engine.strategy.strategy import Strategy
from ui import state
from ui.state.rule_text import RuleSwitch
from ui.state.strategy_in_view import SAME


def link_of(strategy: Strategy, /, **more: Any) -> dict[str, str]:
    """Query parameters that open a strategy in this shop; every other setting is at its default, or as `more` says.

    What no setting can hold, `lost` names; it is left at its default, or at the nearest that Tune can show.
    """
    views = {name: _view_with(name, value) for name, value in _settings(strategy).items()}
    return state.fresh_link(**({name: getattr(view, name) for name, view in views.items() if view} | more))


def lost(strategy: Strategy) -> list[str]:
    """The settings that a link cannot carry as the strategy has them: it may come from a file that allows more."""
    return [name for name, value in _settings(strategy).items() if not _comes_back(name, value, strategy)]


def _settings(strategy: Strategy) -> dict[str, Any]:
    return {name: getattr(strategy, name) for name in SAME} | {
        "weights": {name: round(100 * share) for name, share in strategy.facet_weights},
        "rules": tuple(RuleSwitch(entry) for entry in strategy.all_entries),
        "floor": strategy.floor,
        "overrides": strategy.overrides,
        "exposure": strategy.exposure,
    }


def _view_with(name: str, value: Any) -> state.View | None:
    """The view that a link with this setting opens; None where no link can hold the value."""
    try:
        return state.View.of_link(state.DEFAULTS.with_(**{name: value}).link(name))
    except ValueError:
        return None


def _comes_back(name: str, value: Any, strategy: Strategy) -> bool:
    view = _view_with(name, value)
    if view is None:
        return False
    if name in ("diversity", "spread"):
        return isclose(getattr(view, name), value)
    if name == "weights":
        wanted = dict(strategy.facet_weights)
        shares = view.weights
        return shares.keys() == wanted.keys() and all(isclose(shares[s], 100 * wanted[s]) for s in wanted)
    return bool(getattr(view, name) == value)
