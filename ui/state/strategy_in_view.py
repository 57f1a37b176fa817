"""The strategy that the view makes."""

from collections.abc import Iterable
from typing import Any

from engine.strategy.overrides import Overrides
from engine.strategy.strategy import Strategy
from ui.state import exceptions_text, rule_text, view_state

SAME = ("method", "diversity", "spread", "k", "pool", "normalize", "similarity", "surface")  # named like their field


def put_rules(rules: Iterable[rule_text.RuleSwitch]) -> None:
    """Change the rules. ValueError where they are too long for a link."""
    view_state.put(rules=tuple(rules))


def put_overrides(overrides: Overrides | None) -> None:
    """Change what holds for some lists only. ValueError where it is too long for a link that has the rules too."""
    text = exceptions_text.overrides_text(overrides)
    if len(text) + len(rule_text.text(view_state.view().rules)) > rule_text.LONGEST:
        raise ValueError("too long for a link")
    view_state.put(overrides=overrides)


def strategy(**changes: Any) -> Strategy:
    """The strategy as set, with some fields changed; pages make lists by `in_use.in_use`, which keeps to the floor."""
    view = view_state.view()
    values = {name: getattr(view, name) for name in SAME} | changes
    if values["normalize"] == "none":
        values["spread"] = 0.0  # raw scores have no scale for prices; the slider says so
    values["pool"] = max(values["pool"], values["k"])  # a link may ask for less
    values.setdefault("facet_weights", {name: share / 100 for name, share in view.weights.items()})
    ruled = rule_text.with_rules(Strategy(**values, floor=view.floor), view.rules)
    return exceptions_text.widened(ruled, view.overrides, view.exposure)
