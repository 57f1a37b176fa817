"""Notes that every target shares: on a floor, and on fields that no target supports."""

from pydantic import BaseModel

from engine.exports.exported import Note
from engine.strategy.strategy import Strategy

HANDLED_FIELDS = {  # by the targets; what a strategy gains later is told as left out until a target carries it
    "method", "diversity", "k", "pool", "normalize", "similarity", "facet_weights", "surface", "constraints", "rules",
    "floor", "spread",
}  # fmt: skip


def floor(strategy: Strategy, key: str = "floor") -> tuple[Note, ...]:
    """The notes on a floor, which only Evenshelf watches; `key` says how. The ranking it compares with is left out as
    well.
    """
    if strategy.floor is None:
        return ()
    metric, keep = strategy.floor.metric, f"{strategy.floor.keep:g}"
    notes = (Note("floor", key, {"metric": metric, "keep": keep}),)
    return notes if strategy.floor.against == "ruled" else (*notes, Note("floor.against", "against"))


def others(strategy: Strategy) -> tuple[Note, ...]:
    """Notes on the other fields of the strategy."""
    return tuple(
        Note(name, "field", {"field": name}) for name in changed_fields(strategy) if name not in HANDLED_FIELDS
    )


def changed_fields(model: BaseModel) -> list[str]:
    """The fields that differ from what they are by default; those without a default always do."""
    fields = type(model).model_fields
    return [name for name in fields if fields[name].get_default(call_default_factory=True) != getattr(model, name)]
