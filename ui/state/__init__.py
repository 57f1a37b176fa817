"""The settings of the user: one view, kept in the session and in the link."""

from ui.state.fit import fit, pools
from ui.state.strategy_in_view import put_overrides, put_rules, strategy
from ui.state.view import DEFAULTS, LARGEST_K, MAP_LISTS, SCALES, SMALLEST_K, SURFACES, TargetFigure, View
from ui.state.view_state import (
    arrive,
    fresh_link,
    link,
    put,
    put_default,
    read_url,
    reset,
    seeded,
    tied,
    unseeded,
    view,
    widget,
    write_url,
)

__all__ = [
    "DEFAULTS",
    "LARGEST_K",
    "MAP_LISTS",
    "SCALES",
    "SMALLEST_K",
    "SURFACES",
    "TargetFigure",
    "View",
    "arrive",
    "fit",
    "fresh_link",
    "link",
    "pools",
    "put",
    "put_default",
    "put_overrides",
    "put_rules",
    "read_url",
    "reset",
    "seeded",
    "strategy",
    "tied",
    "unseeded",
    "view",
    "widget",
    "write_url",
]
