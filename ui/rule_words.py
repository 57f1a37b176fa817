"""A strategy's rules as plain sentences."""

from collections.abc import Sequence

from engine.experiments.bench import Bench
from engine.experiments.ruled import ARRIVAL, POPULARITY
from engine.experiments.rules import Constraint, Entry, FavourRule, PinRule, Scoped
from engine.experiments.segments import HISTORY, THIRDS, UNKNOWN
from ui import products
from ui.shoppers import column_name
from ui.words import language, t

OWN = {POPULARITY: ("head", "tail"), ARRIVAL: ("new", "known")}  # values that we name, not the shop


def rule_words(entry: Entry, bench: Bench) -> str:
    """One rule as a plain sentence without a full stop, in the language in use; not escaped."""
    return " · ".join([_said(entry, bench), *_scope(entry, bench)])


def facet_words(facet: str) -> str:
    """The name of a facet as it stands inside a sentence."""
    name = t(f"rule_words.{facet}") if facet in (*OWN, HISTORY) else column_name(facet)
    return name.lower() if language() == "en" else name


def value_words(bench: Bench, facet: str, value: str) -> str:
    """A facet's value: the shop's own word, or ours for popularity and arrival."""
    return t(f"rule_words.{value}") if value in OWN.get(facet, ()) else products.of_data(bench, value)


def title(bench: Bench, item_id: str) -> str:
    """The title of a product by its id; the id where the shop has no such product."""
    row = products.by_id(bench, item_id)
    return item_id if row is None else products.title(bench, row)


def _said(entry: Entry, bench: Bench) -> str:
    if isinstance(entry, Constraint):
        kind = "both" if None not in (entry.min, entry.max) else "least" if entry.max is None else "most"
        return t(f"rule_words.{kind}", min=entry.min, max=entry.max, what=_counted(entry, bench), where=_where(entry))
    if isinstance(entry, PinRule):
        first, last = entry.span
        place = t("rule_words.place" if first == last else "rule_words.places", first=first, last=last)
        return t(f"rule_words.{entry.kind}", title=title(bench, entry.item_id), place=place)
    strength = t(f"rule_words.strength.{entry.strength}")
    if isinstance(entry, FavourRule):
        return t("rule_words.favour", column=t(f"rule_words.column.{entry.column}"), strength=strength)
    what = _some(bench, entry.item_ids, entry.facet, entry.value)
    return t(f"rule_words.{entry.kind}", what=what, strength=strength)


def _counted(entry: Constraint, bench: Bench) -> str:
    if entry.facet and entry.value is None:
        return t("rule_words.each", facet=facet_words(entry.facet))
    return _some(bench, entry.item_ids, entry.facet, entry.value)


def _some(bench: Bench, item_ids: Sequence[str], facet: str | None, value: str | None) -> str:
    if facet and value:
        return t("rule_words.value", value=value_words(bench, facet, value))
    if len(item_ids) == 1:
        return t("rule_words.item", title=title(bench, item_ids[0]))
    return t("rule_words.items", n=len(item_ids))


def _where(entry: Constraint) -> str:
    if entry.window is None:
        return "" if entry.first is None else t("rule_words.first", first=entry.first)
    return t("rule_words.window" if entry.first is None else "rule_words.window_first",
             window=entry.window, first=entry.first)  # fmt: skip


def _scope(entry: Scoped, bench: Bench) -> list[str]:
    found = []
    if entry.starts or entry.ends:
        days = "days" if entry.starts and entry.ends else "since" if entry.starts else "until"
        found.append(t(f"rule_words.{days}", starts=entry.starts, ends=entry.ends))
    if entry.surfaces:
        names = t("rule_words.and").join(t(f"surface.{surface}") for surface in entry.surfaces)
        found.append(t("rule_words.surfaces", surfaces=names))
    if entry.segment:
        column, group = facet_words(entry.segment.by), group_words(bench, entry.segment.group)
        found.append(t("rule_words.segment", column=column, group=group))
    return found


def group_words(bench: Bench, group: str) -> str:
    """A group of a segment: the shop's own word, or ours for thirds of history and for who did not say."""
    return t(f"rule_words.group.{group}") if group in (*THIRDS, UNKNOWN) else products.of_data(bench, group)
