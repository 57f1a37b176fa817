"""A strategy's rules as a user sets them, in a link: compact JSON, packed (deflate, base64url) where it is long.

    [{"facet":"brand","max":2,"first":5},{"kind":"hide","item_ids":["7"],"off":1}]

Only what is set is written; `off` keeps an entry that is not in use.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from pydantic import ValidationError

from engine.strategy.rules import MOST_RULES, RULES, Constraint, Entry, FavourRule, PinRule, PushRule
from engine.strategy.strategy import Strategy
from ui.state import link_text

LONGEST = 6_000  # of all rules in a link, overrides counted: servers on the way refuse longer ones

Inapplicable = Literal["no_rules", "place", "scale"]


@dataclass(frozen=True)
class RuleSwitch:
    """An entry of the rules in view; `on`: it is in use."""

    entry: Entry
    on: bool = True


@lru_cache(maxsize=64)
def read(text: str) -> tuple[RuleSwitch, ...]:
    """The rules of a link's text. ValueError for what no strategy may hold."""
    rows = link_text.read(text, LONGEST) if text else []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("rules are a list")
    if len(rows) > MOST_RULES:
        raise ValueError("too many rules")
    return tuple(RuleSwitch(entry(row), not off) for row in rows for off in [row.pop("off", 0)])


def entry(fields: dict[str, Any]) -> Entry:
    """One entry from loose fields. ValueError where they are no rule."""
    kind = fields.get("kind", "")
    if "kind" in fields and (not isinstance(kind, str) or kind not in RULES):
        raise ValueError(f"no rule is of the kind {kind!r}")
    model: Any = RULES.get(kind, Constraint)
    try:
        rule: Entry = model.model_validate(fields)
    except ValidationError as error:
        raise ValueError(str(error)) from None
    return rule


def text(rules: Iterable[RuleSwitch]) -> str:
    """The one text of some rules. ValueError where it is too long, or where they are too many."""
    rows = [_fields(switch) for switch in ordered(rules)]
    if not rows:
        return ""
    if len(rows) > MOST_RULES:
        raise ValueError("too many rules")
    return link_text.text(rows, LONGEST)


def ordered(rules: Iterable[RuleSwitch]) -> tuple[RuleSwitch, ...]:
    """The rules as a strategy numbers them: constraints first."""
    return tuple(sorted(rules, key=lambda switch: not isinstance(switch.entry, Constraint)))


def inapplicable(entry: Entry, strategy: Strategy) -> Inapplicable | None:
    """Why a strategy of this method, length and scale cannot hold an entry; None where it can."""
    if strategy.method == "richness" and isinstance(entry, Constraint | PinRule):
        return "no_rules"
    if isinstance(entry, PinRule):
        return "place" if entry.span[0] > strategy.k else None
    lifts = isinstance(entry, FavourRule) or (isinstance(entry, PushRule) and entry.kind != "hide")
    return "scale" if lifts and strategy.normalize == "none" else None


def with_rules(strategy: Strategy, rules: Iterable[RuleSwitch]) -> Strategy:
    """The strategy with those of the rules that are in use and that it can hold."""
    return strategy.with_entries(
        switch.entry for switch in rules if switch.on and inapplicable(switch.entry, strategy) is None
    )


def _fields(switch: RuleSwitch) -> dict[str, Any]:
    fields = switch.entry.model_dump(mode="json", exclude_defaults=True)
    return fields if switch.on else fields | {"off": 1}
