"""The strategy that the settings in view make, and its parts that are longer than one value."""

from collections.abc import Iterable
from typing import Any

from engine.strategy.overrides import Overrides
from engine.strategy.strategy import Exposure, Strategy
from ui.state import exceptions_text, rule_text, similarity_weights, view_state
from ui.state.floor_text import read_floor


def rules() -> tuple[rule_text.RuleSwitch, ...]:
    """The rules in view, in use or not, as a strategy numbers them."""
    return rule_text.read(view_state.get("rules"))


def put_rules(kept: Iterable[rule_text.RuleSwitch]) -> None:
    """Change the rules. ValueError where they are too long for a link."""
    view_state.put("rules", rule_text.text(kept))


def overrides() -> Overrides | None:
    """What holds for some lists only, in use or not."""
    return exceptions_text.read_overrides(view_state.get("overrides"))


def put_overrides(found: Overrides | None) -> None:
    """Change what holds for some lists only. ValueError where it is too long for a link that has the rules too."""
    text = exceptions_text.overrides_text(found)
    if len(text) + len(view_state.get("rules")) > rule_text.LONGEST:
        raise ValueError("too long for a link")
    view_state.put("overrides", text)


def exposure() -> Exposure | None:
    """What the values of a facet get over all lists, in use or not."""
    return exceptions_text.read_exposure(view_state.get("exposure"))


def strategy(**changes: Any) -> Strategy:
    """The strategy as set, with some fields changed; pages make lists by `in_use.in_use`, which keeps to the floor."""
    fields = ("method", "diversity", "k", "pool", "normalize", "similarity", "surface")
    values = {name: view_state.get(name) for name in fields} | changes
    values["pool"] = max(values["pool"], values["k"])  # a link may ask for less
    values.setdefault(
        "facet_weights",
        {name: share / 100 for name, share in similarity_weights.read(view_state.get("weights")).items()},
    )
    ruled = rule_text.with_rules(Strategy(**values, floor=read_floor(view_state.get("floor"))), rules())
    return exceptions_text.widened(ruled, overrides(), exposure())
