"""What a user can set: one value of every setting, the same in a session and in a link.

A link carries stable names (`surface=new`), not labels, so it opens the same view in every language. Values at their
default are left out of it; a value that is not allowed is at its default.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Any, Literal, NamedTuple, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from engine.strategy.floor_text import floor_text, read_floor
from engine.strategy.overrides import Overrides
from engine.strategy.rules import Surface
from engine.strategy.strategy import DEFAULT, Against, Exposure, Floor, Method, Scale, Similarity
from ui.state import exceptions_text, rule_text, similarity_weights
from ui.state.link_codec import LinkText
from ui.state.names_text import names_text, read_names
from ui.state.rule_text import RuleSwitch
from ui.state.similarity_weights import Shares

POOLS = (20, 50, 100, 200, 500)
SMALLEST_K, LARGEST_K = 2, 30  # one product alone has no variety
MapLists = Literal["both", "before", "now", "neither"]
METHODS, SIMILARITIES, SURFACES, SCALES, MAP_LISTS = map(get_args, (Method, Similarity, Surface, Scale, MapLists))


class TargetFigure(NamedTuple):
    """A figure, in the unit in which it is shown, that a λ is looked for."""

    key: str
    wanted: float


def _pool(size: int) -> int:
    if size not in POOLS:
        raise ValueError(f"a pool is one of {POOLS}")
    return size


def _read_target(text: str) -> TargetFigure | None:
    key, _, wanted = text.rpartition(":")
    if text and not (key and isfinite(float(wanted))):
        raise ValueError(text)
    return TargetFigure(key, float(wanted)) if text else None


def _target_text(target: TargetFigure | None) -> str:
    return "" if target is None else f"{target.key}:{target.wanted:g}"


def _read_floor(text: str) -> Floor | None:
    floor = read_floor(text) if text else None
    return floor and Floor.model_validate(floor.model_dump() | {"keep": round(floor.keep, 3)})


def _floor_text(floor: Floor | None) -> str:
    return "" if floor is None else floor_text(floor)


def _read_switch(text: str) -> bool:
    if text not in ("", "1"):
        raise ValueError(text)
    return bool(text)


Weight = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), AfterValidator(lambda weight: round(weight, 2))]
Names = Annotated[tuple[str, ...], LinkText(read_names, names_text)]
Number = Annotated[int, Field(ge=0, lt=1_000_000)]


class View(BaseModel):
    """Every setting. Its fields are named as links name them.

    lang          language of the pages
    data          the part of the Data page that is open
    shop          "" = $EVENSHELF_SHOP or the sample; else a prepared shop of this home
    shopper       "" = one typical shopper; "all", "column=value", or a shopper id
    weights       of similarity, in per cent
    rules         what every list keeps to, in use or not
    floor, overrides, exposure  as in a strategy
    target        the figure that a λ is looked for
    from_*, third*  Compare: the list on the left, and an optional third list
    map_*, find   Map: what nearness means, colours, what the table of regions counts, whose lists are outlined, words
                  to search for
    why           Tune, Compare: the id of the product that is explained; "" = the first of the list
    story         the step of a story that is being presented, "alike.2"
    strategy, version  Strategies: the one in view; "" = the one that is live, or the first, and 0 = the newest
    fair_*        Fairness: ways of telling shoppers and products apart, figures of shoppers (none = the usual), what
                  lists are compared with ("relevance", "ruled", "use", or version 2 of a saved strategy, "2:NAME"), and
                  the lists in question
    trade_*       Trade-offs: aims, methods, whether exposure floors are tried, the point looked at (None = suggested)
    baseline, same  Homogenization: what λ 0 means, and how many products make two pages the same
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    lang: Literal["en", "zh"] = "en"
    data: Literal["shop", "shops", "add"] = "shop"
    shop: str = ""
    surface: Surface = DEFAULT.surface
    shopper: str = ""
    diversity: Weight = DEFAULT.diversity
    spread: Weight = DEFAULT.spread
    method: Method = DEFAULT.method
    similarity: Similarity = DEFAULT.similarity
    weights: Annotated[
        Shares, AfterValidator(similarity_weights.checked), LinkText(similarity_weights.read, similarity_weights.text)
    ] = similarity_weights.DEFAULT
    k: Annotated[int, Field(ge=SMALLEST_K, le=LARGEST_K)] = DEFAULT.k
    pool: Annotated[int, AfterValidator(_pool)] = DEFAULT.pool
    normalize: Scale = DEFAULT.normalize
    rules: Annotated[
        tuple[RuleSwitch, ...], AfterValidator(rule_text.ordered), LinkText(rule_text.read, rule_text.text)
    ] = ()
    floor: Annotated[Floor | None, LinkText(_read_floor, _floor_text)] = None
    target: Annotated[TargetFigure | None, LinkText(_read_target, _target_text)] = None
    overrides: Annotated[Overrides | None, LinkText(exceptions_text.read_overrides, exceptions_text.overrides_text)] = (
        None
    )
    exposure: Annotated[Exposure | None, LinkText(exceptions_text.read_exposure, exceptions_text.exposure_text)] = None
    from_method: Method = DEFAULT.method
    from_diversity: Weight = 0.0
    from_spread: Weight = 0.0
    third: Method | Literal[""] = ""
    third_diversity: Weight = 0.6
    third_spread: Weight = 0.0
    map_by: Similarity = "text"
    map_colour: str = "exposure"
    map_parts: str = "cluster"
    map_lists: MapLists = "both"
    find: str = ""
    why: str = ""
    story: Annotated[str, Field(pattern=r"^([a-z]+\.[1-9])?$")] = ""
    strategy: str = ""
    version: Number = 0
    fair_by: Names = ()
    fair_figures: Names = ()
    fair_before: str = "relevance"
    fair_now: str = "use"
    trade_aims: Names = ()
    trade_methods: Names = ()
    trade_floors: Annotated[bool, LinkText(_read_switch, lambda on: "1" if on else "")] = True
    trade_point: Number | None = None
    baseline: Against = "plain"
    same: Literal["half", "most", "nearly_all"] = "half"

    @classmethod
    def of_link(cls, query: Mapping[str, str]) -> Self:
        """The view that a link opens."""
        known = {name: text for name, text in query.items() if name in cls.model_fields}
        try:
            return cls.model_validate(known)
        except ValidationError as error:
            wrong = {fault["loc"][0] for fault in error.errors(include_context=False, include_input=False)}
            return cls.model_validate({name: text for name, text in known.items() if name not in wrong})

    def with_(self, **changes: Any) -> Self:
        """The same view with some settings changed. Raises ValueError for a value that a link could not hold."""
        changed = type(self).model_validate(changes)
        return self.model_copy(update={name: getattr(changed, name) for name in changes})

    def link(self, *always: str) -> dict[str, str]:
        """Query parameters that open this view; settings at their default are left out, but for those named."""
        settings = self.model_dump(mode="json", exclude_defaults=True)
        settings |= self.model_dump(mode="json", include=set(always))
        return {name: _text(settings[name]) for name in type(self).model_fields if name in settings}


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)


DEFAULTS = View()
