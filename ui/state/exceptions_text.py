"""Overrides and the exposure floor in a link.

overrides={"segments":[{"segment":{"by":"history","group":"light"},"diversity":0.05}]}
exposure=provider:0.5   facet, floor, and where they are not usual the share of the worst off and the strength
"""

from functools import lru_cache
from typing import Any, Literal
from urllib.parse import quote, unquote

from pydantic import ValidationError

from engine.strategy.overrides import Overrides
from engine.strategy.strategy import Exposure, Strategy
from ui.state import link_text

LONGEST = 4_000  # of the overrides in a link
USUAL = (0.25, 1.0)  # an exposure's worst and strength

Inactive = Literal["zero", "overrides", "scale"]


@lru_cache(maxsize=64)
def read_overrides(text: str) -> Overrides | None:
    """The overrides of a link's text; None of an empty one. ValueError for what no strategy may hold."""
    if not text:
        return None
    try:
        return Overrides.model_validate(link_text.read(text, LONGEST))
    except ValidationError as error:
        raise ValueError(str(error)) from None


def overrides_text(overrides: Overrides | None) -> str:
    """The text of overrides in a link. ValueError where that is too long."""
    return "" if overrides is None else link_text.text(overrides.model_dump(mode="json"), LONGEST)


@lru_cache(maxsize=64)
def read_exposure(text: str) -> Exposure | None:
    """The exposure floor of a link's text; None of an empty one. ValueError for anything else."""
    if not text:
        return None
    facet, floor, *more = text.split(":")
    if len(more) not in (0, len(USUAL)):
        raise ValueError(text)
    worst, strength = (float(number) for number in more or USUAL)
    wanted: Any = floor if floor == "max-min" else float(floor)
    try:
        return Exposure(facet=unquote(facet), floor=wanted, worst=worst, strength=strength)
    except ValidationError as error:
        raise ValueError(str(error)) from None


def exposure_text(exposure: Exposure | None) -> str:
    """The text of an exposure floor in a link."""
    if exposure is None:
        return ""
    parts = [quote(exposure.facet, safe=""), str(exposure.floor)]
    given = (exposure.worst, exposure.strength)
    return ":".join([*parts, *(map(str, given) if given != USUAL else ())])


def overrides_inactive(overrides: Overrides | None, diversity: float) -> Inactive | None:
    """Why a strategy of this λ cannot hold the overrides; None where it can."""
    return "zero" if overrides and diversity == 0 and any(overrides.levels) else None


def exposure_inactive(overrides: Overrides | None, normalize: str) -> Inactive | None:
    """Why a strategy with these overrides and this scale can hold no exposure floor; None where it can."""
    return "overrides" if overrides else "scale" if normalize == "none" else None


def widened(strategy: Strategy, overrides: Overrides | None, exposure: Exposure | None) -> Strategy:
    """The strategy with those overrides and that exposure floor that it allows."""
    if overrides and overrides_inactive(overrides, strategy.diversity) is None:
        strategy = strategy.at(overrides=overrides.model_dump())
    if exposure and exposure_inactive(overrides, strategy.normalize) is None:
        strategy = strategy.at(exposure=exposure.model_dump())
    return strategy
