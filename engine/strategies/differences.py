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
    """The fields of their JSON in which two strategies differ, in the order of the fields."""
    return list(_differences("", before.model_dump(mode="json"), after.model_dump(mode="json")))


def _differences(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            yield from _differences(f"{path}.{key}" if path else key, before.get(key), after.get(key))
    elif before != after:
        yield Difference(path, before, after)
