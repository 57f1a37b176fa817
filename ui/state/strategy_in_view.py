"""The strategy that the settings in view make, and its parts that are longer than one value."""

from collections.abc import Iterable
from typing import Any

from engine.strategy.overrides import Overrides
from engine.strategy.strategy import Exposure, Strategy
from ui.state import exceptions_text, rule_text, similarity_weights
from ui.state.floor_text import read_floor
from ui.state.view_state import get, put


def rules() -> tuple[rule_text.Kept, ...]:
    """The rules in view, in use or not, as a strategy numbers them."""
    return rule_text.read(get("rules"))


def put_rules(kept: Iterable[rule_text.Kept]) -> None:
    """Change the rules. ValueError where they are too long for a link."""
    put("rules", rule_text.text(kept))


def overrides() -> Overrides | None:
    """What holds for some lists only, in use or not."""
    return exceptions_text.read_overrides(get("overrides"))


def put_overrides(found: Overrides | None) -> None:
    """Change what holds for some lists only. ValueError where it is too long for a link that has the rules too."""
    text = exceptions_text.overrides_text(found)
    if len(text) + len(get("rules")) > rule_text.LONGEST:
        raise ValueError("too long for a link")
    put("overrides", text)


def exposure() -> Exposure | None:
    """What the values of a facet get over all lists, in use or not."""
    return exceptions_text.read_exposure(get("exposure"))


def strategy(**changes: Any) -> Strategy:
    """The strategy as set, with some fields changed; pages make lists by `desk.in_use`, which keeps to the floor."""
    fields = ("method", "diversity", "k", "pool", "normalize", "similarity", "surface")
    values = {name: get(name) for name in fields} | changes
    values["pool"] = max(values["pool"], values["k"])  # a link may ask for less
    values.setdefault(
        "facet_weights", {name: share / 100 for name, share in similarity_weights.read(get("weights")).items()}
    )
    ruled = rule_text.ruled(Strategy(**values, floor=read_floor(get("floor"))), rules())
    return exceptions_text.widened(ruled, overrides(), exposure())
