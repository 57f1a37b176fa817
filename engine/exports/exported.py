"""The parts of an export: a file, what it carries over, what it leaves out, and what is still to be done there."""

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.data.problems import refuse
from engine.strategy.strategy import Strategy

BLANK = "QUERY_VECTOR"  # stands where a request needs the vector that is searched with


@dataclass(frozen=True)
class TargetNames:
    """Names in the other system: the field or named vector that holds the products' vectors, the collection, and the
    vector to search with (None: the placeholder `BLANK`).

    Raises InputError for an empty name or a vector that is not of finite numbers.
    """

    vectors: str = "embedding"
    collection: str = "Products"
    query: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        for name in (self.vectors, self.collection):
            if not name.strip() or not name.isprintable():
                raise refuse("export", "name", "not a name", "give letters and digits", value=name)
        if self.query is not None and not (self.query and all(map(math.isfinite, self.query))):
            raise refuse("export", "vector", "the vector to search with is not of finite numbers", "give numbers")

    @property
    def vector(self) -> list[float] | str:
        """The vector of a request, or the placeholder."""
        return BLANK if self.query is None else list(self.query)


@dataclass(frozen=True)
class ExportRequest:
    """The arguments of a target: see `convert`."""

    strategy: Strategy
    place: TargetNames
    span: float | None


@dataclass(frozen=True)
class Carried:
    """One field that is carried over: its value here, and the field and value there."""

    field: str
    value: Any
    there: str
    becomes: Any


@dataclass(frozen=True)
class Note:
    """Something to know about a field of the strategy, such as `constraints.0`; `key` and `values` give its words."""

    field: str
    key: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Exported:
    """A setting for another system.

    content  the file, as JSON
    carried  the fields that are carried over, with the values they took
    lost     what cannot be carried over, or works differently there
    needs    what is still to be done there
    """

    target: str
    content: Mapping[str, Any] = dataclasses.field(hash=False)
    carried: tuple[Carried, ...]
    lost: tuple[Note, ...]
    needs: tuple[Note, ...]

    media_type = "application/json"

    @property
    def filename(self) -> str:
        return f"{self.target}.json"

    @property
    def text(self) -> str:
        """The file's text."""
        return json.dumps(self.content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
