"""A strategy's rules as plain sentences without a full stop; pages and reports say the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.strategy.rules import Constraint, Entry, FavourRule, PinRule, Scoped
from engine.words import Say


@dataclass(frozen=True)
class Lookups:
    """How a shop's own names are written: a product by its id, several products, a facet inside a sentence, a facet's
    value, a group of shoppers, an occasion. say: the words of `rule_words` in one language.
    """

    say: Say
    product: Callable[[str], str]
    products: Callable[[Sequence[str]], str]
    facet: Callable[[str], str]
    value: Callable[[str, str], str]
    group: Callable[[str], str]
    surface: Callable[[str], str]


def rule_sentence(entry: Entry, names: Lookups) -> str:
    """What a rule asks, then on which days, in which lists and for whom."""
    return " · ".join([_sentence(entry, names), *_scope(entry, names)])


def _sentence(entry: Entry, names: Lookups) -> str:
    say = names.say
    if isinstance(entry, Constraint):
        kind = "both" if None not in (entry.min, entry.max) else "least" if entry.max is None else "most"
        what = _counted(entry, names)
        return say(f"rule_words.{kind}", min=entry.min, max=entry.max, what=what, where=_where(entry, say))
    if isinstance(entry, PinRule):
        first, last = entry.span
        place = say("rule_words.place" if first == last else "rule_words.places", first=first, last=last)
        return say(f"rule_words.{entry.kind}", title=names.product(entry.item_id), place=place)
    strength = say(f"rule_words.strength.{entry.strength}")
    if isinstance(entry, FavourRule):
        return say("rule_words.favour", column=say(f"rule_words.column.{entry.column}"), strength=strength)
    what = _some(names, entry.item_ids, entry.facet, entry.value)
    return say(f"rule_words.{entry.kind}", what=what, strength=strength)


def _counted(entry: Constraint, names: Lookups) -> str:
    if entry.facet and entry.value is None:
        return names.say("rule_words.each", facet=names.facet(entry.facet))
    return _some(names, entry.item_ids, entry.facet, entry.value)


def _some(names: Lookups, item_ids: Sequence[str], facet: str | None, value: str | None) -> str:
    if facet and value:
        return names.say("rule_words.value", value=names.value(facet, value))
    if len(item_ids) == 1:
        return names.say("rule_words.item", title=names.product(item_ids[0]))
    return names.products(item_ids)


def _where(entry: Constraint, say: Say) -> str:
    if entry.window is None:
        return "" if entry.first is None else say("rule_words.first", first=entry.first)
    return say("rule_words.window" if entry.first is None else "rule_words.window_first",
               window=entry.window, first=entry.first)  # fmt: skip


def _scope(entry: Scoped, names: Lookups) -> list[str]:
    say, clauses = names.say, []
    if entry.starts or entry.ends:
        days = "days" if entry.starts and entry.ends else "since" if entry.starts else "until"
        clauses.append(say(f"rule_words.{days}", starts=entry.starts, ends=entry.ends))
    if entry.surfaces:
        occasions = say("rule_words.and").join(names.surface(surface) for surface in entry.surfaces)
        clauses.append(say("rule_words.surfaces", surfaces=occasions))
    if entry.segment:
        column, group = names.facet(entry.segment.by), names.group(entry.segment.group)
        clauses.append(say("rule_words.segment", column=column, group=group))
    return clauses
