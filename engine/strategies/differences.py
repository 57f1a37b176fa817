"""What differs between two strategies, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.strategy.strategy import Strategy


@dataclass(frozen=True)
class Difference:
    """One field that differs. `field` is its path, such as `facet_weights.price`; None = it is not there."""

    field: str
    before: Any
    after: Any


def compare(before: Strategy, after: Strategy) -> list[Difference]:
    """The fields in which two strategies differ, in the order of the fields."""
    return list(_differences("", _fields(before), _fields(after)))


def _fields(strategy: Strategy) -> dict[str, Any]:
    """The strategy's JSON with the fields that it leaves out, such as a spread of 0, at their defaults."""
    written = strategy.model_dump(mode="json")
    return {name: written.get(name, field.default) for name, field in Strategy.model_fields.items()}


def _differences(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            yield from _differences(f"{path}.{key}" if path else key, before.get(key), after.get(key))
    elif before != after:
        yield Difference(path, before, after)
