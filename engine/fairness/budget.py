"""The privacy budget of a shop: ε spent, on which questions, and the answers, so that asking again costs nothing.

ε adds up over everything that was ever released (sequential composition, Dwork et al. 2006). One JSON file beside the
ledger, readable by its owner alone; what is spent is written with the answer, before the answer is released.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.data.problems import refuse
from engine.fairness.sealed import read_sealed, write_sealed

BUDGET = 1.0  # where none is named
LEAST, MOST = 0.001, 10.0  # of ε and of a budget


@dataclass(frozen=True)
class Budget:
    """total: ε that may be spent in all, None = not settled yet; spent: {epsilon, question}; answers by question."""

    total: float | None = None
    spent: Sequence[Mapping[str, Any]] = ()
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def left(self) -> float:
        """The ε that is left: exact in the decimals that were asked for, then rounded once."""
        return float(_exact(self.total or 0.0) - sum(_exact(entry["epsilon"]) for entry in self.spent))

    def with_total(self, requested: float | None) -> "Budget":
        """The budget with the total of its first audit. Raises InputError where another is asked for later."""
        checked("budget", BUDGET if requested is None else requested)
        if self.total is None:
            return replace(self, total=BUDGET if requested is None else requested)
        if requested is not None and requested != self.total:
            fix = f"leave --budget out, or take --budget {self.total:g}"
            raise refuse("command line", "budget", f"this shop's budget is {self.total:g}", fix, value=f"{requested:g}")
        return self

    def check(self, epsilon: float) -> None:
        """Raises InputError where ε is more than what is left."""
        checked("epsilon", epsilon)
        spent = sum((_exact(entry["epsilon"]) for entry in self.spent), Fraction(0))
        if spent + _exact(epsilon) > _exact(self.total or 0.0):
            left = max(self.left, 0.0)
            enough = left >= LEAST
            fix = f"take --epsilon {left:g} or less" if enough else "ask an earlier question again: it costs nothing"
            problem = f"{left:g} of the budget of {self.total:g} is left"
            raise refuse("command line", "budget", problem, fix, value=f"{epsilon:g}")

    def spending(self, epsilon: float, question: str, answer: Mapping[str, Any]) -> "Budget":
        """The budget after an answer. Raises InputError where ε is more than what is left."""
        self.check(epsilon)
        spent = (*self.spent, {"epsilon": epsilon, "question": question})
        return replace(self, spent=spent, answers={**self.answers, question: answer})


def checked(name: str, value: float) -> float:
    """The value, if it lies in 0.001 … 10; raises InputError otherwise."""
    if not (math.isfinite(value) and LEAST <= value <= MOST):
        raise refuse("command line", name, "out of range", f"take {LEAST:g} to {MOST:g}", value=f"{value:g}")
    return value


def read_budget(path: Path, key: bytes) -> Budget:
    """The budget in a file, or an unspent one. Raises InputError where it cannot be read, or has another key."""

    def read(content: dict[str, Any]) -> Budget:
        budget = Budget(float(content["budget"]), tuple(content["spent"]), dict(content["answers"]))
        for entry in budget.spent:
            checked("epsilon", float(entry["epsilon"]))
            budget.answers[entry["question"]]
        return budget

    return read_sealed(path, key, "budget", read) if path.exists() else Budget()


def write_budget(path: Path, budget: Budget, key: bytes) -> None:
    """Write the file, in order: a stored answer has the same bytes."""
    write_sealed(path, key, {"budget": budget.total, "spent": list(budget.spent), "answers": dict(budget.answers)})


def _exact(number: float) -> Fraction:
    """0.1 means a tenth: ten of them are 1."""
    return Fraction(repr(float(number)))
