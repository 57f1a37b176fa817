"""A strategy: every choice that turns a shopper's scores into the list they see, as one frozen object."""

from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from engine.data import InputError, Problem
from engine.data.problems import path_of, reason_of, refuse
from engine.data.reading.json_text import parse_json
from engine.strategy.overrides import Guard, Overrides, PersonalLambda, Policy, SegmentLevel
from engine.strategy.rules import RULES, Constraint, Constraints, Entry, Id, PinRule, Rules, Segment, Strict, Surface
from engine.strategy.similarity_weights import EMBEDDING, Weights

Against = Literal["plain", "ruled"]
Method = Literal["mmr", "msd", "dpp", "ssd", "cover", "xquad", "calibrated", "richness"]
Scale = Literal["none", "minmax", "rank"]
Similarity = Literal["text", "behaviour", "both"]


class Floor(Strict):
    """What lists must keep: at least `keep` in (0, 1] of mean nDCG, or of mean revenue, of a reference at λ = 0.

    against  the reference: "plain", the ranking without rules, exceptions and exposure floor; or "ruled", the ranking
             with the rules. By default "ruled"; where the JSON did not name it, it is not written either
    """

    metric: Literal["ndcg", "revenue"]
    keep: float = Field(gt=0, le=1, allow_inf_nan=False)
    against: Against = Field(default="ruled", exclude_if=lambda against: against == "ruled")


class Exposure(Strict):
    """The exposure that the values of a facet get over all shoppers' lists together; see `slates.exposure_floor`.

    facet     one of the shop's, such as provider
    floor     the values that are worst off get, together, at least this share in (0, 1] of their due, which is their
              share of purchases; "max-min": every value by itself gets the same share of its due, the largest that can
              be reached
    worst     share in (0, 1] of the values that are worst off: least exposure for their due
    strength  from 0, no floor, to 1, the whole floor
    """

    facet: Id
    floor: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] | Literal["max-min"]
    worst: float = Field(default=0.25, gt=0, le=1, allow_inf_nan=False)
    strength: float = Field(default=1.0, ge=0, le=1, allow_inf_nan=False)


class Strategy(Strict):
    """How lists are made. Only `method` and `diversity` are required; unknown fields are refused.

    method      re-ranker, one of `engine.rerank.METHODS`
    diversity   the weight λ in [0, 1]: 0 = pure relevance, 1 = pure diversity
    k           products in a list, 1 to 100
    pool        candidates that the re-ranker may choose from, k to 2,000
    normalize   how a shopper's scores are scaled over their pool before λ weighs them
    similarity  the item vectors by which products are compared
    facet_weights  the weights of similarity: {"embedding": w, "price": w, a facet of the shop: w}, summing to 1;
                kept as pairs (name, w > 0), the embedding first
    surface     the occasion: `for_you` (everything), `new` (only products the shopper never had), or `similar`
                (products like another one, in a shop that knows only its catalogue)
    spread      the weight σ in [0, 1] by which crowded products become dear, in units of relevance scaled to 0 … 1: 0 =
                no price, 1 = a product that stands in every list loses all of its relevance
    constraints, rules  what every list must keep; see `engine.strategy.rules`
    floor       how much relevance must be kept; λ is lowered as far as that asks (`relevance_floor.capped`)
    overrides   settings for some lists only; see `engine.strategy.overrides`
    exposure    what providers, or other values of a facet, get at least; not together with overrides
                Like `spread`, all three are left out of the strategy's JSON where there are none
    """

    method: Method
    diversity: float = Field(ge=0, le=1, allow_inf_nan=False)
    k: int = Field(default=10, ge=1, le=100)
    pool: int = Field(default=200, ge=1, le=2000)
    normalize: Scale = "minmax"
    similarity: Similarity = "text"
    facet_weights: Weights = ((EMBEDDING, 1.0),)
    surface: Surface = "for_you"
    spread: float = Field(default=0.0, ge=0, le=1, allow_inf_nan=False, exclude_if=lambda spread: spread == 0)
    constraints: Constraints = ()
    rules: Rules = ()
    floor: Floor | None = Field(default=None, exclude_if=lambda floor: floor is None)
    overrides: Overrides | None = Field(default=None, exclude_if=lambda overrides: overrides is None)
    exposure: Exposure | None = Field(default=None, exclude_if=lambda exposure: exposure is None)

    @model_validator(mode="after")
    def _pool_holds_the_list(self) -> Self:
        if self.pool < self.k:
            raise ValueError(f"pool {self.pool} is smaller than k {self.k}; take a pool of at least {self.k}")
        return self

    @model_validator(mode="after")
    def _exposure_has_a_scale(self) -> Self:
        if self.exposure is not None and self.normalize == "none":
            raise ValueError("exposure adds to a relevance from 0 to 1; set normalize to minmax or rank")
        return self

    @model_validator(mode="after")
    def _spread_has_a_scale(self) -> Self:
        if self.spread and self.normalize == "none":
            raise ValueError("spread takes from a relevance from 0 to 1; set normalize to minmax or rank")
        return self

    @model_validator(mode="after")
    def _rules_can_be_kept(self) -> Self:
        if (self.constraints or any(isinstance(rule, PinRule) for rule in self.rules)) and self.method == "richness":
            raise ValueError("richness chooses a whole list at once and keeps no rules; take another method")
        for rule in self.rules:
            if isinstance(rule, PinRule) and rule.span[0] > self.k:
                raise ValueError(f"product {rule.item_id} is pinned to place {rule.span[0]} of a list of {self.k}")
            if not isinstance(rule, PinRule) and rule.kind != "hide" and self.normalize == "none":
                raise ValueError(f"{rule.kind} adds to a relevance from 0 to 1; set normalize to minmax or rank")
        return self

    @model_validator(mode="after")
    def _overrides_can_be_turned(self) -> Self:
        if self.diversity == 0 and self.overrides and any(self.overrides.levels):
            raise ValueError("overrides are turned with λ, so it must be above 0; write 0.01, or 0 for some segments")
        return self

    @model_validator(mode="after")
    def _exposure_has_no_overrides(self) -> Self:
        if self.overrides is not None and self.exposure is not None:
            raise ValueError("overrides and an exposure floor cannot stand together yet; leave one out")
        return self

    @property
    def at_any_lambda(self) -> Self:
        """The strategy at λ 0, to look up what was made at every λ. With overrides it is the strategy itself, because
        its own λ shifts theirs."""
        return self if self.overrides else self.at(diversity=0.0)

    @property
    def is_shared(self) -> bool:
        """Whether something is found over the lists of all shoppers together: an exposure floor, or spread."""
        return self.exposure is not None or self.spread > 0

    @property
    def has_prices(self) -> bool:
        """Whether spread charges for crowded products: not without spread, and not at λ = 1, where relevance, and so
        every price, counts for nothing."""
        return self.spread > 0 and (self.diversity < 1 or self.overrides is not None)

    @property
    def list_by_list(self) -> Self:
        """The strategy without what is found over the lists of all shoppers together: its exposure floor and spread."""
        return self.at(exposure=None, spread=0.0)

    def part_of_the_way(self, share: float) -> Self:
        """The strategy with λ and σ at a share in [0, 1] of its own: 0 is pure relevance, 1 the strategy itself."""
        if share == 1:
            return self
        return self.at(diversity=round(share * self.diversity, 10), spread=round(share * self.spread, 10))

    @property
    def all_entries(self) -> tuple[Entry, ...]:
        """Every constraint and rule in the order of their numbers: the constraints first."""
        return (*self.constraints, *self.rules)

    def with_entries(self, entries: Iterable[Entry]) -> Self:
        """The same strategy with these constraints and rules in place of its own."""
        given = tuple(entries)
        limits = tuple(entry for entry in given if isinstance(entry, Constraint))
        return self.at(constraints=limits, rules=tuple(rule for rule in given if not isinstance(rule, Constraint)))

    def without(self, numbers: Collection[int]) -> Self:
        """The same strategy without the entries of some numbers."""
        return self.with_entries(entry for n, entry in enumerate(self.all_entries) if n not in numbers)

    def entries(self, day: date) -> dict[int, Entry]:
        """The constraints and rules that hold for this surface on a day, by number: the constraints first."""
        entries = enumerate(self.all_entries)
        return {number: entry for number, entry in entries if entry.holds(self.surface, day)}

    def at(self, **changes: object) -> Self:
        """The same strategy with some fields changed, validated again.

        A new `diversity` alone shifts every λ of `overrides` with it (`overrides.shift_level`).
        """
        to = changes.get("diversity")
        if self.overrides and "overrides" not in changes and isinstance(to, int | float) and 0 <= to <= 1:
            changes["overrides"] = self.overrides.shifted(self.diversity, to).model_dump()
        return type(self).model_validate({**self.model_dump(), **changes})

    @classmethod
    def checked(cls, fields: object, source: str) -> Self:
        """A strategy from loose fields. Raises InputError naming source, field, value and fix."""
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise InputError([_located(source, detail) for detail in error.errors(include_url=False)]) from None


DEFAULT = Strategy(method="mmr", diversity=0.3)


def read_strategy(path: Path) -> Strategy:
    """Read a strategy file. Raises InputError naming the field, its value and the fix."""
    try:
        fields = parse_json(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise refuse(path.name, "strategy", f"cannot be read: {error.strerror}", "check the path") from None
    except ValueError as error:
        line = getattr(error, "lineno", None)
        raise refuse(path.name, "strategy", f"not JSON: {error}", "write it as UTF-8 JSON", line=line) from None
    return Strategy.checked(fields, path.name)


PARTS: dict[str, type[Strict]] = {
    "floor": Floor, "exposure": Exposure, "constraints": Constraint, "segment": Segment, "overrides": Overrides,
    "segments": SegmentLevel, "personal": PersonalLambda, "policies": Policy, "guard": Guard,
}  # fmt: skip


def _holder(place: tuple[int | str, ...]) -> type[Strict]:
    """The part of a strategy that holds the field at this place, such as rules, 0, pin, colour."""
    holder: type[Strict] = Strategy
    for name in place[:-1]:
        holder = PARTS.get(str(name)) or RULES.get(str(name)) or holder
    return holder


def _located(source: str, detail: ErrorDetails) -> Problem:
    field = path_of(detail["loc"])
    value: str | None = str(detail["input"])
    problem, fix = reason_of(detail), "take an allowed value"
    if detail["type"] == "extra_forbidden":
        known = ", ".join(_holder(detail["loc"]).model_fields)
        problem, fix = "this field is not known here", f"remove it; known are {known}"
    elif detail["type"] == "missing":
        value, fix = None, f"add {field}"
    return Problem(source, None, field, value, problem, fix, "strategy", loc=detail["loc"])
