"""What an audit answers, as audit.json holds it: the order of the fields is that of the file, which is signed."""

from typing import Any

import numpy as np
from pydantic import Field

from engine.evaluation.slates_note import KeptNotes, SavedNote
from engine.fairness import (
    Break,
    Extremes,
    Gap,
    Number,
    Overall,
    ProviderShare,
    ProvidersTogether,
    Record,
    Row,
    ShopperGap,
    Suppressed,
)
from engine.fairness.results import AuditRow

DIGITS = 12  # significant digits told: beyond them, sums depend on the machine


class Same(Record):
    """A figure of the list that is the same for everybody, over n shoppers."""

    metric: str
    n: int
    value: Number


class Setting(Record):
    """What was asked, of which lists, and how it was measured. Strategies are JSON, times ISO 8601."""

    shop: str
    data_hash: str
    code: str
    shoppers: int
    without_list: int
    by: list[str]
    slates: str
    baseline: str | None
    figures: list[str] | None
    saved: SavedNote | None
    kept: KeptNotes | None
    baseline_strategy: dict[str, Any] | None
    baseline_kind: str | None
    baseline_saved: SavedNote | None
    titles: dict[str, str]
    model: str | None
    terms: dict[str, float] | None
    strategy: dict[str, Any] | None
    until: str | None
    since: str | None
    scope: str
    merit: str
    threshold: int
    seed: int
    draws: int
    permutations: int
    interval: str
    test: str
    correction: str
    effect: str
    ledger_breaks: list[Break] = Field(default=[])


class Audit(Record):
    """An audit: rows with figures, and what may not be told. family_size is the number of p that are corrected."""

    family_size: int
    suppressed: list[Suppressed]
    results: list[Row]
    overall: list[Overall]
    not_personalised: list[Same]
    worst: list[Extremes]
    setting: Setting

    @property
    def shoppers(self) -> list[ShopperGap]:
        return [row for row in self.results if isinstance(row, ShopperGap)]

    @property
    def providers(self) -> list[ProviderShare]:
        """The shares of single providers, by both position models."""
        return [row for row in self.results if isinstance(row, ProviderShare)]

    @property
    def gaps(self) -> list[Gap]:
        """The rows that differ from something: shoppers from the rest, providers' attention from their merit."""
        return [*self.shoppers, *self.providers]

    @property
    def every_q(self) -> list[float]:
        """Every p of this audit after the correction."""
        return [q for row in self.results for q in (row.q, getattr(row, "gap_change_q", np.nan))]

    @property
    def together(self) -> list[ProvidersTogether]:
        """The figures of all providers together."""
        return [row for row in self.results if isinstance(row, ProvidersTogether)]


class NoisyMean(AuditRow):
    """A group's mean with noise, its gap to the rest and the other lists' mean where they are told."""

    value: Number
    low: Number
    high: Number
    rest: Number = 0.0
    difference: Number = 0.0
    difference_low: Number = 0.0
    difference_high: Number = 0.0
    before: Number = 0.0
    before_low: Number = 0.0
    before_high: Number = 0.0
    change: Number = 0.0


class LeftOut(Record):
    """A figure that is not told with noise, and why."""

    metric: str
    reason: str


class Cost(Record):
    """What a part of ε was spent on: a count or a sum, by how much a shopper can move it, the scale of its noise."""

    by: str
    metric: str
    told: str
    sensitivity: int | float
    scale: float
    epsilon: float


class PrivateSetting(Record):
    """What everybody knows: no number of shoppers, no hash of the data; and what the answer cost."""

    shop: str
    by: list[str]
    threshold: int
    model: str | None
    strategy: dict[str, Any] | None
    baseline_strategy: dict[str, Any] | None
    until: str | None
    since: str | None
    scope: str
    interval: str
    neighbours: str
    question: str
    epsilon: float
    budget: float | None
    spent_on: list[Cost]
    ledger_breaks: list[Break] = Field(default=[])
    left: float
    exact_before: bool
    ranges: dict[str, list[float]]
    mechanism: str


class PrivateAudit(Record):
    """An audit that is told with noise."""

    results: list[NoisyMean]
    suppressed: list[Suppressed]
    left_out: list[LeftOut]
    setting: PrivateSetting


def rounded(value: Any) -> Any:
    """The same with numbers of 12 significant digits."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
