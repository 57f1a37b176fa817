"""Detection of rules that no list of the shop can keep together, for any shopper; they are refused by name."""

import numpy as np

from engine.bench.bench import Bench
from engine.data import InputError, Problem
from engine.data.problems import ENTRIES, path_of
from engine.rerank import conflicting_rules
from engine.slates.rule_lookup import ResolvedRules
from engine.strategy.rules import Entry
from engine.strategy.strategy import Strategy


def conflicting_entries(bench: Bench, strategy: Strategy, group: ResolvedRules) -> list[int]:
    """Numbers of the strategy's entries that no list of this shop's products keeps together.

    Without any one of them there would be such a list; [] if a list keeps all entries.
    """
    firm = [(number, pin) for number, pin in group.pins if not pin.soft]
    numbers, pins = [number for number, _ in (*group.limits, *firm)], [pin for _, pin in firm]
    rows = np.setdiff1d(np.union1d(bench.model.items, [pin.item for pin in pins]), list(group.hidden)).astype(np.int64)
    known = bench.evidence("all").counts[rows]
    return [numbers[rule] for rule in conflicting_rules(known, rows, group.constraints, pins, group.facets, strategy.k)]


def refuse_conflicts(bench: Bench, strategy: Strategy, group: ResolvedRules) -> None:
    """Raises InputError with one problem for each entry that conflicts with others."""
    numbers = conflicting_entries(bench, strategy, group)
    entries = (*strategy.constraints, *strategy.rules)
    names = ", ".join(f"entry {number + 1}" for number in numbers)
    problems = [
        Problem(
            "strategy", None, path_of((ENTRIES, number)), entry_text(entries[number]),
            "no list of this shop's products keeps this rule" if len(numbers) == 1
            else f"no list of this shop's products keeps {names} together",
            "loosen or drop one of them", "clash", loc=(ENTRIES, number),
        )
        for number in numbers
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def entry_text(entry: Entry) -> str:
    """An entry as a strategy file has it, without the fields that it leaves open."""
    fields = entry.model_dump(exclude_defaults=True)
    return ", ".join(f"{name} {value}" for name, value in fields.items())
