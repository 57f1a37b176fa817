"""What a strategy sets for some lists only: another λ, another mixture of similarity, a guard against narrow lists.

When several apply to a list, the last of these wins:

1. the strategy's own λ and facet weights;
2. those of its policy, on lists of the products that the policy is for;
3. with `personal`, the λ of 1 or 2, shifted by how varied the shopper's history is;
4. the λ of the first segment named that the shopper is in;
5. the guard, which raises λ where a list is too narrow, or too far from the shopper's history;
6. the floor, which lowers all λ together (`Overrides.shifted`) until it is kept.
"""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from engine.strategy.rules import Id, Segment, Strict, listed
from engine.strategy.similarity_weights import Weights

MOST = 200  # segments, policies
MOST_VALUES = 1_000
Level = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


def shift_level(level: float, old: float, new: float) -> float:
    """A list's λ when the strategy's λ is changed from `old` to `new`, all in [0, 1].

    Straight lines: 0 when the strategy's is 0, `level` when it is `old`, 1 when it is 1. So every λ of a strategy
    rises together from pure relevance, and one number says how far.
    """
    if new == old:
        return level
    if new < old:
        return round(level * new / old, 10)
    return round(1 - (1 - level) * (1 - new) / (1 - old), 10)


class SegmentLevel(Strict):
    """The λ of one group of shoppers."""

    segment: Segment
    diversity: Level


class PersonalLambda(Strict):
    """λ by how varied a shopper's history is.

    strength in (0, 1]: 1 shifts λ as far as its mean over all shoppers can stay (`spread_rank.shift_lambda`).
    """

    strength: float = Field(gt=0, le=1, allow_inf_nan=False)


class Policy(Strict):
    """How lists of some products are made: another λ, another mixture of similarity, or both.

    name    what it is called, for people
    facet, values   the products it is for: those of these values of a facet of the shop
    """

    name: Annotated[str, Field(min_length=1, max_length=200)]
    facet: Id
    values: Annotated[tuple[Id, ...], BeforeValidator(listed), Field(min_length=1, max_length=MOST_VALUES)]
    diversity: Level | None = Field(default=None, exclude_if=lambda level: level is None)
    facet_weights: Weights | None = Field(default=None, exclude_if=lambda weights: weights is None)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.diversity is None and self.facet_weights is None:
            raise ValueError("it needs diversity or facet_weights")
        return self


class Guard(Strict):
    """Raises the λ of a shopper whose list is too narrow, in steps of 0.05 from their own up to `up_to`, until it is
    not.

    key     `narrowing` or `facet_narrowing`, the list's variety as a share of their history's, with a bound `least`; or
            `calibration_js` or `calibration_kl`, its distance from their history in bits, with a bound `most`. All but
            the first may name a facet, as `calibration_js:brand`; without one it is the main facet
    """

    key: Annotated[str, Field(pattern=r"^(narrowing|(facet_narrowing|calibration_js|calibration_kl)(:.+)?)$")]
    least: float | None = Field(default=None, gt=0, allow_inf_nan=False, exclude_if=lambda bound: bound is None)
    most: float | None = Field(default=None, ge=0, allow_inf_nan=False, exclude_if=lambda bound: bound is None)
    up_to: Level = 1.0

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        wanted, other = (self.most, self.least) if self.falling else (self.least, self.most)
        if wanted is None or other is not None:
            raise ValueError(f"{self.key} needs {'most, and no least' if self.falling else 'least, and no most'}")
        return self

    @property
    def falling(self) -> bool:
        """Whether less is better, so that the bound is `most`."""
        return self.key.startswith("calibration")

    @property
    def bound(self) -> float:
        """The value of `least` or `most`, whichever was given."""
        bound = self.most if self.falling else self.least
        assert bound is not None, "checked on entry"
        return bound


class Overrides(Strict):
    """All that a strategy sets for some lists only; see the top of this file."""

    segments: Annotated[tuple[SegmentLevel, ...], BeforeValidator(listed), Field(max_length=MOST)] = Field(
        default=(), exclude_if=lambda parts: not parts
    )
    personal: PersonalLambda | None = Field(default=None, exclude_if=lambda part: part is None)
    policies: Annotated[tuple[Policy, ...], BeforeValidator(listed), Field(max_length=MOST)] = Field(
        default=(), exclude_if=lambda parts: not parts
    )
    guard: Guard | None = Field(default=None, exclude_if=lambda part: part is None)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.segments or self.personal or self.policies or self.guard):
            raise ValueError("it overrides nothing; leave it out")
        return self

    @property
    def levels(self) -> tuple[float, ...]:
        """Every λ that the overrides hold."""
        own = tuple(exception.diversity for exception in self.segments)
        own += tuple(exception.diversity for exception in self.policies if exception.diversity is not None)
        return own + ((self.guard.up_to,) if self.guard else ())

    @property
    def count(self) -> int:
        """How many exceptions they are."""
        return len(self.segments) + len(self.policies) + (self.personal is not None) + (self.guard is not None)

    def shifted(self, old: float, new: float) -> Self:
        """The same overrides with every λ changed as the strategy's is, from `old` to `new`; `personal` follows by
        itself.
        """

        def at(override: Any, name: str = "diversity") -> Any:
            level = override and getattr(override, name)
            return override if level is None else override.model_copy(update={name: shift_level(level, old, new)})

        segments, policies = tuple(map(at, self.segments)), tuple(map(at, self.policies))
        return self.model_copy(update={"segments": segments, "policies": policies, "guard": at(self.guard, "up_to")})
