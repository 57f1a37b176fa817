"""A strategy's constraints and rules resolved to rows of a shop: what the re-ranker gets for which shoppers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from engine.bench.arrival import arrived
from engine.bench.bench import Bench
from engine.bench.segments import columns, segments
from engine.data.problems import ENTRIES, Loc, refuse
from engine.metrics import head_items
from engine.rerank import Lift, Limit, Pin, PinOrLift
from engine.strategy.rules import STRENGTH, Constraint, Entry, FavourRule, PinRule, PushRule, Segment
from engine.strategy.strategy import Strategy

Array = np.ndarray
POPULARITY, ARRIVAL = "popularity", "arrival"  # facets that every shop with a log has


@dataclass(frozen=True)
class ResolvedRules:
    """The rules of one group of shoppers, as the re-ranker takes them.

    `rows` are the group's shoppers among those asked for. Each limit, pin and lift comes with the number of the
    strategy's entry that it belongs to; `facets` are the codes of the facets that limits are on.
    """

    rows: Array
    limits: list[tuple[int, Limit]] = field(default_factory=list)
    pins: list[tuple[int, Pin]] = field(default_factory=list)
    lifts: list[tuple[int, Lift]] = field(default_factory=list)
    facets: dict[str, Array] = field(default_factory=dict)

    @property
    def constraints(self) -> list[Limit]:
        return [limit for _, limit in self.limits]

    @property
    def rules(self) -> list[PinOrLift]:
        return [*(pin for _, pin in self.pins), *(lift for _, lift in self.lifts)]

    @property
    def numbers(self) -> list[int]:
        """The entry of each rule that a list can break, in the re-ranker's order: limits, then pins."""
        return [number for number, _ in (*self.limits, *self.pins)]

    @property
    def hidden(self) -> dict[int, int]:
        """The entry that hides each hidden product (catalogue row)."""
        return {
            int(item): number
            for number, lift in self.lifts
            if np.ndim(lift.by) == 0 and lift.by == -math.inf
            for item in (np.flatnonzero(lift.items) if lift.items.dtype == bool else lift.items)
        }


def resolve(bench: Bench, strategy: Strategy, day: date, rows: Array) -> list[ResolvedRules]:
    """The shoppers `rows` (numbering `bench.users`) in groups to which the same entries apply.

    Raises InputError for a product, facet, value, column or group that this shop lacks, naming the entry.
    """
    entries = strategy.entries(day)
    belongs = [member(bench, entry.segment, rows, (ENTRIES, number)) for number, entry in entries.items()]
    members = np.array(belongs).T  # [rows, entries]
    patterns, group = np.unique(members, axis=0, return_inverse=True)
    groups = []
    for number, pattern in enumerate(patterns):
        active = {n: entry for (n, entry), applies in zip(entries.items(), pattern, strict=True) if applies}
        groups.append(_resolve_group(bench, active, np.flatnonzero(group.ravel() == number)))
    return groups


def _resolve_group(bench: Bench, entries: dict[int, Entry], rows: Array) -> ResolvedRules:
    result = ResolvedRules(rows)
    for number, entry in entries.items():
        if isinstance(entry, Constraint):
            name, codes, value = _limit(bench, entry, number)
            result.facets[name] = codes
            result.limits.append((number, Limit(name, entry.max, entry.min, value, entry.window, entry.first)))
        elif isinstance(entry, PinRule):
            (item,) = _rows(bench, [entry.item_id], number)
            result.pins.append((number, Pin(int(item), *entry.span, soft=entry.kind == "soft_pin")))
        else:
            result.lifts.append((number, _lift(bench, entry, number)))
    _refuse_contradictions(result, entries)
    return result


def _limit(bench: Bench, entry: Constraint, number: int) -> tuple[str, Array, int | None]:
    """What a constraint counts: the facet's name, its codes, and the code of one value."""
    if entry.facet is not None:
        where = (ENTRIES, number)
        codes, names = facet(bench, entry.facet, where)
        return entry.facet, codes, None if entry.value is None else code(names, entry.facet, entry.value, where)
    codes = np.full(bench.history.n_items, -1, np.int64)  # a facet of its own: these products have its only value
    codes[_rows(bench, entry.item_ids, number)] = 0
    return f"item_ids {number + 1}", codes, 0


def _refuse_contradictions(group: ResolvedRules, entries: dict[int, Entry]) -> None:
    """A product pinned twice, or pinned and hidden."""
    by = dict(group.hidden)
    for number, pin in group.pins:
        if pin.item in by:
            entry, other = entries[number], entries[by[pin.item]]
            assert isinstance(entry, PinRule)
            what = "pins" if isinstance(other, PinRule) else "hides"
            problem, also = f"entry {by[pin.item] + 1} {what} this product as well", {"other": str(by[pin.item] + 1)}
            raise _refused("clash", (ENTRIES, number), entry.item_id, problem, [], also)
        by[pin.item] = number


def _lift(bench: Bench, rule: PushRule | FavourRule, number: int) -> Lift:
    if isinstance(rule, FavourRule):
        values = _column(bench, rule.column, number)
        known = np.flatnonzero(np.isfinite(values))
        rank = pd.Series(values[known]).rank(method="average").to_numpy()
        return Lift(known, STRENGTH[rule.strength] * (rank - 1) / max(len(known) - 1, 1))
    by = {"hide": -math.inf, "boost": STRENGTH[rule.strength], "bury": -STRENGTH[rule.strength]}[rule.kind]
    if rule.item_ids:
        return Lift(_rows(bench, rule.item_ids, number), by)
    assert rule.facet and rule.value, "a rule names products one way or the other"
    where = (ENTRIES, number)
    codes, names = facet(bench, rule.facet, where)
    return Lift(codes == code(names, rule.facet, rule.value, where), by)


def facet(bench: Bench, name: str, where: Loc = ()) -> tuple[Array, list[str]]:
    """Codes int64 [n_items] (-1 unknown) and names of a facet's values: the shop's own, popularity or arrival.

    Raises InputError for another one, naming `where` it was written.
    """
    evidence = bench.evidence("all")
    if name in evidence.facets:
        return evidence.facets[name]
    if name == POPULARITY and evidence.has_history:
        return bench.cached(POPULARITY, lambda: (~head_items(evidence.counts)).astype(np.int64)), ["head", "tail"]
    if name == ARRIVAL and evidence.has_history:
        return bench.cached(ARRIVAL, lambda: np.where(arrived(bench.history), 0, 1)), ["new", "known"]
    raise _refused("unknown_facet", where, name, "this shop has no such facet", facet_names(bench))


def facet_names(bench: Bench) -> list[str]:
    """The facets by which rules can name products in this shop."""
    evidence = bench.evidence("all")
    return [*evidence.facets, *([POPULARITY, ARRIVAL] if evidence.has_history else [])]


def member(bench: Bench, segment: Segment | None, rows: Array, where: Loc) -> Array:
    """Who is in the segment, bool like `rows`; everybody where it is None. Raises InputError, naming `where`."""
    if segment is None:
        return np.ones(len(rows), bool)
    if segment.by not in (known := columns(bench)):
        raise _refused("unknown_column", where, segment.by, "this shop's shoppers have no such column", known)
    groups = segments(bench, segment.by)
    if segment.group not in groups:
        raise _refused("unknown_group", where, segment.group, f"{segment.by} has no such group", list(groups))
    return np.isin(rows, groups[segment.group])


def _rows(bench: Bench, ids: Sequence[str], number: int) -> Array:
    """Catalogue rows of product ids."""
    known = bench.cached("item_ids", lambda: pd.Index(bench.history.items["item_id"]))
    places: Array = known.get_indexer(pd.Index(list(ids), dtype=object))
    for item_id, place in zip(ids, places, strict=True):
        if place < 0:
            raise _refused("unknown_item", (ENTRIES, number), item_id, "this shop has no such product", [])
    return places.astype(np.int64)


def code(names: Sequence[str], facet: str, value: str, where: Loc) -> int:
    """The number of a facet's value. Raises InputError, naming `where` it was written."""
    if value not in names:
        raise _refused("unknown_value", where, value, f"no product has this {facet}", list(names))
    return list(names).index(value)


def _column(bench: Bench, column: str, number: int) -> Array:
    items = bench.history.items
    if column not in items or not items[column].notna().any():
        has = [name for name in ("price", "margin", "stock") if name in items and items[name].notna().any()]
        raise _refused("unknown_column", (ENTRIES, number), column, "this shop's products have no such column", has)
    values: Array = items[column].to_numpy(np.float64)
    return values


def _refused(
    kind: str, where: Loc, value: str, problem: str, known: Sequence[str], details: dict[str, str] | None = None
) -> Exception:
    few = ", ".join(list(known)[:12]) + (" …" if len(known) > 12 else "")
    fix = f"take one of {few}" if known else {"clash": "drop one of the two"}.get(kind, "check the id")
    return refuse("strategy", kind, problem, fix, value=value, details=details, loc=where)
