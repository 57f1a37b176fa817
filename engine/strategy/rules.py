"""What a merchandiser asks of every list: limits, pins, boosts, each with the shoppers, surfaces and days it is for."""

from datetime import date
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

Surface = Literal["for_you", "new", "similar"]
STRENGTH = {"weak": 0.1, "moderate": 0.25, "strong": 0.5}  # of a relevance from 0 to 1
MOST_RULES = 200


def listed(given: object) -> object:
    """The same as a tuple, where a file has a list."""
    return tuple(given) if isinstance(given, list) else given


def _day(given: object) -> object:
    if not isinstance(given, str):
        return given
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ValueError("write a day like 2026-12-24") from None


Day = Annotated[date, BeforeValidator(_day), PlainSerializer(date.isoformat)]
Id = Annotated[str, Field(min_length=1)]
Ids = Annotated[tuple[Id, ...], BeforeValidator(listed)]
SlotNumber = Annotated[int, Field(ge=1, le=100)]


class Strict(BaseModel):
    """Base of what a file may state: frozen, of the exact types, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Segment(Strict):
    """Shoppers of one group of a column, such as age 19-24; see `bench.segments`."""

    by: Id
    group: Id


class Scoped(Strict):
    """The fields that every rule has.

    name      what it is called, for people
    surfaces  the occasions it is for; none named: all
    segment   the shoppers it is for; None: everybody
    starts, ends  the first and the last day it holds; None: always
    """

    name: str | None = Field(default=None, max_length=200)
    surfaces: Annotated[tuple[Surface, ...], BeforeValidator(listed)] = ()
    segment: Segment | None = None
    starts: Day | None = None
    ends: Day | None = None

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError(f"it ends on {self.ends}, before it starts on {self.starts}")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """The ids of the products that it names."""
        return ()

    def holds(self, surface: str, day: date) -> bool:
        """Whether it is for lists of this surface, made on that day."""
        begun = self.starts is None or self.starts <= day
        return begun and (self.ends is None or day <= self.ends) and (not self.surfaces or surface in self.surfaces)


class Constraint(Scoped):
    """At most `max` products of one value of a facet in any `window` neighbouring places, or at least `min` of `value`
    in all, counted in the `first` places.

    facet: one of the shop's, or `popularity` (head, tail) or `arrival` (new, known). value: one value; without it, each
    value for itself, which a minimum does not allow. item_ids: these products, counted together, instead of a facet.
    window, first: without them the whole list counts.
    """

    facet: Id | None = None
    value: Id | None = None
    max: int | None = Field(default=None, ge=0, le=100)
    min: int | None = Field(default=None, ge=1, le=100)
    window: int | None = Field(default=None, ge=2, le=100)
    first: SlotNumber | None = None
    item_ids: Ids = Field(default=(), exclude_if=lambda ids: not ids)

    @property
    def named(self) -> tuple[str, ...]:
        return self.item_ids

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.max is None and self.min is None:
            raise ValueError("it needs max or min")
        if bool(self.item_ids) == bool(self.facet) or (self.item_ids and self.value):
            raise ValueError("it needs a facet, or item_ids and no value")
        if self.min is not None and (not (self.value or self.item_ids) or self.window is not None):
            raise ValueError("a minimum needs a value or item_ids, and no window")
        return self


class PinRule(Scoped):
    """A product has one position, or one of a range of positions: `position` 1, or `positions` [1, 3].

    soft_pin: only for shoppers among whose candidates it is.
    """

    kind: Literal["pin", "soft_pin"]
    item_id: Id
    position: SlotNumber | None = None
    positions: Annotated[tuple[SlotNumber, SlotNumber], BeforeValidator(listed)] | None = None

    @property
    def named(self) -> tuple[str, ...]:
        return (self.item_id,)

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        if (self.position is None) == (self.positions is None):
            raise ValueError("it needs position, or positions [first, last]")
        if self.positions and self.positions[1] < self.positions[0]:
            raise ValueError("positions are [first, last]")
        return self

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last position it may take."""
        return self.positions or (self.position or 1, self.position or 1)


class PushRule(Scoped):
    """Products are hidden, boosted or buried: some ids, or all of one value of a facet."""

    kind: Literal["hide", "boost", "bury"]
    item_ids: Ids = ()
    facet: Id | None = None
    value: Id | None = None
    strength: Literal["weak", "moderate", "strong"] = "moderate"

    @property
    def named(self) -> tuple[str, ...]:
        return self.item_ids

    @model_validator(mode="after")
    def _names_products(self) -> Self:
        if (self.facet is None) != (self.value is None) or bool(self.item_ids) == bool(self.facet):
            raise ValueError("it needs item_ids, or a facet and a value")
        return self


class FavourRule(Scoped):
    """Products of a high price, margin or stock are boosted: the highest of the shop by `strength`, the lowest by 0."""

    kind: Literal["favour"]
    column: Literal["price", "margin", "stock"]
    strength: Literal["weak", "moderate", "strong"] = "weak"


RULES: dict[str, type[Scoped]] = {  # by their kind
    **dict.fromkeys(("pin", "soft_pin"), PinRule), **dict.fromkeys(("hide", "boost", "bury"), PushRule),
    "favour": FavourRule,
}  # fmt: skip
Entry: TypeAlias = Constraint | PinRule | PushRule | FavourRule
Rule = Annotated[PinRule | PushRule | FavourRule, Field(discriminator="kind")]
Constraints = Annotated[tuple[Constraint, ...], BeforeValidator(listed), Field(max_length=MOST_RULES)]
Rules = Annotated[tuple[Rule, ...], BeforeValidator(listed), Field(max_length=MOST_RULES)]
