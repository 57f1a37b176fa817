"""Rules that cannot all be kept, whoever the shopper: found in the whole shop, and named."""

import numpy as np

from engine.bench.bench import Bench
from engine.data import InputError, Problem
from engine.rerank import clashing
from engine.slates.rule_lookup import Told
from engine.strategy.rules import Entry
from engine.strategy.strategy import Strategy


def clashes(bench: Bench, strategy: Strategy, group: Told) -> list[int]:
    """Numbers of the strategy's entries that no list of this shop's products keeps together, though it could without
    any one of them; [] if one keeps all."""
    firm = [(number, pin) for number, pin in group.pins if not pin.soft]
    numbers, pins = [number for number, _ in (*group.limits, *firm)], [pin for _, pin in firm]
    rows = np.setdiff1d(np.union1d(bench.model.items, [pin.item for pin in pins]), list(group.hidden)).astype(np.int64)
    known = bench.evidence("all").counts[rows]
    return [numbers[rule] for rule in clashing(known, rows, group.constraints, pins, group.facets, strategy.k)]


def refuse_clashes(bench: Bench, strategy: Strategy, group: Told) -> None:
    """Raises InputError with one problem for each entry that clashes."""
    found = clashes(bench, strategy, group)
    entries = (*strategy.constraints, *strategy.rules)
    names = ", ".join(f"entry {number + 1}" for number in found)
    problems = [
        Problem(
            "strategy", None, f"entry {number + 1}", told_as(entries[number]),
            "no list of this shop's products keeps this rule" if len(found) == 1
            else f"no list of this shop's products keeps {names} together",
            "loosen or drop one of them", "clash",
        )
        for number in found
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def told_as(entry: Entry) -> str:
    """An entry as its file has it, without what it leaves open."""
    told = entry.model_dump(exclude_defaults=True)
    return ", ".join(f"{name} {value}" for name, value in told.items())
