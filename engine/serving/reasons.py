"""Why a product stands where it stands, from what the re-ranker recorded when it chose it."""

from collections.abc import Sequence

import numpy as np

from engine.rerank import Slates
from engine.serving.models import Broken, Moved, Nearest, Reason, Ruled
from engine.slates.conflicts import entry_text
from engine.strategy.rules import Constraint, Entry, PinRule
from engine.strategy.strategy import Strategy

Array = np.ndarray
SAME = 1e-5  # a likeness no higher is none


def reasons(
    strategy: Strategy, slates: Slates, at: int, slot: int, pool: Array, ids: Sequence[str], titles: Sequence[str]
) -> tuple[Reason, ...]:
    """The reasons of one place (`slot` from 0) of the list `at` of `slates`.

    pool: int64 [N], the shopper's candidates, best first. ids, titles: of each catalogue row.
    """
    given: list[Reason] = [_moved(int(slates.items[at, slot]), slot + 1, pool)]
    nearest, likeness = int(slates.nearest[at, slot]), float(slates.similarity[at, slot])
    if nearest >= 0 and likeness > SAME:
        text = f"most like {titles[nearest]} above it ({likeness:.0%} alike)"
        given.append(Nearest(text=text, item_id=ids[nearest], title=titles[nearest], likeness=likeness))
    if slates.rule[at, slot] >= 0:
        given.append(_ruled(strategy, int(slates.rule[at, slot]), int(slates.instead[at, slot]), ids, titles))
    return tuple(given)


def broken(strategy: Strategy, slates: Slates, at: int) -> tuple[Broken, ...]:
    """The rules that a list could not keep."""
    entries = _entries(strategy)
    numbers = [int(number) for number in np.flatnonzero(slates.broken[at])]
    return tuple(Broken(entry=n + 1, name=entries[n].name, text=f"not kept: {_words(entries[n])}") for n in numbers)


def _moved(item: int, rank: int, pool: Array) -> Moved:
    place = int((pool == item).argmax()) + 1 if (pool == item).any() else None
    if place is None:
        return Moved(text="not among the shopper's best candidates", from_place=None)
    if place == rank:
        return Moved(text=f"at place {place} by relevance alone as well", from_place=place)
    way = "up" if place > rank else "down"
    return Moved(text=f"moved {way} from place {place} by relevance alone", from_place=place)


def _ruled(strategy: Strategy, number: int, instead: int, ids: Sequence[str], titles: Sequence[str]) -> Ruled:
    entry = _entries(strategy)[number]
    kept_out = instead >= 0
    text = f"rule {number + 1}: {_words(entry)}" + (f"; instead of {titles[instead]}" if kept_out else "")
    return Ruled(
        text=text,
        entry=number + 1,
        name=entry.name,
        instead_id=ids[instead] if kept_out else None,
        instead_title=titles[instead] if kept_out else None,
    )


def _entries(strategy: Strategy) -> tuple[Entry, ...]:
    return (*strategy.constraints, *strategy.rules)


def _words(entry: Entry) -> str:
    """A rule by its name, else in words. Only constraints and pins act on a single place."""
    if entry.name or not isinstance(entry, Constraint | PinRule):
        return entry.name or entry_text(entry)
    if isinstance(entry, PinRule):
        first, last = entry.span
        return f"product {entry.item_id} in " + (f"place {first}" if first == last else f"places {first} to {last}")
    limits = (("at most", entry.max), ("at least", entry.min))
    counts = " and ".join(f"{words} {count}" for words, count in limits if count is not None)
    value = f"{entry.facet} {entry.value}" if entry.value else f"one {entry.facet}"
    window = f" in any {entry.window} neighbouring places" if entry.window else ""
    return f"{counts} of {value}{window}" + (f" among the first {entry.first}" if entry.first else "")
