"""Hindsight: did a strategy's rules beat the algorithm? Lists with and without each rule, by later purchases."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure, table
from engine.bench.segments import segments
from engine.data import Progress, silent
from engine.data.labels import SMALLEST_GROUP
from engine.data.problems import refuse
from engine.evaluation.relevance_floor import capped
from engine.evaluation.relevance_kept import REFERENCES, KeptShares, Metric, kept_shares
from engine.metrics.relevance import contains, item_keys
from engine.slates.make import make_slates
from engine.statistics.paired import Paired, adjusted, paired
from engine.strategy.rules import Entry, PinRule
from engine.strategy.strategy import Strategy
from engine.words.numbers import sign

Array = np.ndarray
Says = Literal["better", "worse", "unclear", "same", "too_few"]
KEYS: tuple[Metric, ...] = ("ndcg", "revenue")
DIGITS: dict[str, int] = {"ndcg": 3, "revenue": 2}  # printed; a change that is written as zero is none
SURE = 0.05  # the share of false alarms among the figures of one hindsight that are called better or worse


@dataclass(frozen=True)
class Effect:
    """What rules change in one figure.

    without  its mean in the lists without the rules
    gain     the paired change to the lists with them
    q        the p of that change, adjusted for all figures of one hindsight (Benjamini-Hochberg)
    """

    without: float
    gain: Paired
    q: float

    @property
    def share(self) -> float:
        """The change as a share of `without`: -0.003 is 0.3 % lost. NaN where `without` is 0 or unknown."""
        return self.gain.difference / self.without if self.without else np.nan


@dataclass(frozen=True)
class Pinned:
    """A pinned product in a replay, counted in judged shoppers.

    shown: they have it in their list, though nobody saw the list. Of these, bought: they bought it later; missed: they
    bought a product that had left their list for it.
    """

    shown: int
    bought: int
    missed: int


@dataclass(frozen=True)
class Hindsight:
    """The effect of some of a strategy's entries.

    numbers  of the entries, the constraints first: one, or all that hold
    judged   shoppers they are for who bought something after the cut-off; the lists of `changed` of them differ
    effects  by measure, as far as the shop's data allow
    pinned   for a pin alone
    kept     for all entries that hold: the shares that the lists keep, by measure, of the plain and of the ruled
             ranking
    """

    numbers: tuple[int, ...]
    judged: int
    changed: int
    effects: dict[str, Effect]
    pinned: Pinned | None = None
    kept: Mapping[str, KeptShares] = field(default_factory=dict)

    def says(self, key: str) -> Says:
        """The verdict on one figure: better or worse with the rules where chance is ruled out."""
        effect = self.effects[key]
        if self.judged and not self.changed:
            return "same"
        if min(self.changed, effect.gain.n_users) < SMALLEST_GROUP:
            return "too_few"
        direction = sign(effect.gain.difference, effect.gain.low, effect.gain.high, DIGITS[key])
        if effect.q > SURE or direction == "none":
            return "unclear"
        return "better" if direction == "more" else "worse"


def hindsight(bench: Bench, strategy: Strategy, report: Progress = silent) -> list[Hindsight]:
    """The effect of all entries that hold today together, then, where there are several, of each entry by itself.

    All entries are compared with lists without any, each entry with lists that keep the others. [] where none holds.
    Lists are those of the strategy's surface, at the λ that its floor allows, on both sides the same. They are judged
    by what each shopper bought after the cut-off, each shopper paired with themselves. Raises InputError where later
    purchases are not known, and for rules that this shop cannot keep.
    """
    entries = strategy.entries(bench.today)
    evidence = bench.evidence(scope_of(strategy.surface))
    if evidence.relevant is None:
        fix = "add a purchase log, or take a model that was trained up to an earlier day"
        raise refuse("strategy", "no_later_purchases", "no purchases after the cut-off are known to judge by", fix)
    if not entries:
        return []
    feasible = capped(bench, strategy).at(floor=None)
    keys: list[Metric] = [key for key in KEYS if key in table(evidence)]
    shares: dict[str, KeptShares] = {key: kept_shares(bench, feasible, key) for key in keys}
    new = make_slates(bench, feasible).items
    figures = measure(new, evidence, keys).per_user
    parts = list(dict.fromkeys([tuple(entries), *((number,) for number in entries)]))
    results = []
    for done, numbers in enumerate(parts):
        report("hindsight", done, len(parts))
        old = make_slates(bench, feasible.without(numbers)).items
        rows = _members(bench, [entries[number] for number in numbers])
        rows = rows[~np.isnan(figures["ndcg"][rows])]
        before = measure(old, evidence, keys).per_user
        effects: dict[str, Effect] = {key: effect(figures[key][rows], before[key][rows]) for key in keys}
        pin = entries[numbers[0]] if len(numbers) == 1 else None
        bought = (
            _pinned(bench, pin, new[rows], old[rows], evidence.relevant[rows]) if isinstance(pin, PinRule) else None
        )
        whole = shares if done == 0 else {}  # the first of the parts is all of them
        results.append(Hindsight(numbers, len(rows), differing(new[rows], old[rows]), effects, bought, whole))
    report("hindsight", len(parts), len(parts))
    return _adjusted(results)


@dataclass(frozen=True)
class RuleFigure:
    """What some rules change in one figure, as it is printed and written.

    rules: their numbers from 1, the constraints first. pinned: for a pin alone. kept: for all rules together.
    """

    rules: str
    metric: str
    effect: Effect
    judged: int
    changed: int
    verdict: Says
    pinned: Pinned | None
    kept: KeptShares | None

    def record(self) -> dict[str, Any]:
        """A plain row {rules, metric, without, difference, low, high, p, n_users, q, judged, changed, verdict}.

        A pin's has {shown, bought, missed} as well, that of all rules {kept_plain, kept_plain_low, …, kept_ruled_high}.
        """
        row = {"rules": self.rules, "metric": self.metric, "without": self.effect.without, **asdict(self.effect.gain)}
        row |= {"q": self.effect.q, "judged": self.judged, "changed": self.changed, "verdict": self.verdict}
        return row | (asdict(self.pinned) if self.pinned else {}) | (_kept_row(self.kept) if self.kept else {})


def rule_figures(results: Iterable[Hindsight]) -> list[RuleFigure]:
    """Every figure of every result."""
    return [
        RuleFigure(
            " ".join(str(number + 1) for number in result.numbers),
            key, effect, result.judged, result.changed, result.says(key), result.pinned, result.kept.get(key),
        )
        for result in results
        for key, effect in result.effects.items()
    ]  # fmt: skip


def rows(results: Iterable[Hindsight]) -> list[dict[str, Any]]:
    """The figures as plain rows, for a table."""
    return [figure.record() for figure in rule_figures(results)]


def _kept_row(shares: KeptShares) -> dict[str, float]:
    ends = {"": "value", "_low": "low", "_high": "high"}
    return {
        f"kept_{against}{end}": getattr(shares.of(against), name)
        for against in REFERENCES
        for end, name in ends.items()
    }


def effect(new: Array, old: Array) -> Effect:
    """What per-shopper figures gain from `old` to `new`, both float [U]; NaN on either side leaves the shopper out."""
    known = ~np.isnan(new) & ~np.isnan(old)
    gain = paired(new, old)
    return Effect(float(old[known].mean()) if known.any() else np.nan, gain, gain.p)


def differing(new: Array, old: Array) -> int:
    """How many of the lists int64 [U, k] differ, including differences of order only."""
    return int((new != old).any(axis=1).sum())


def pinned(item: int, new: Array, old: Array, relevant: csr_array) -> Pinned:
    """How often a pinned catalogue row was shown, bought and missed.

    new, old: lists int64 [U, k] with and without the pin; relevant: binary [U, n_items], what the same shoppers went on
    to buy.
    """
    keys, n_items = item_keys(relevant), relevant.shape[1]
    pins = new == item
    shown = pins.any(axis=1)
    left = (old[:, :, None] != new[:, None, :]).all(axis=2)
    missed = shown & (left & contains(old, keys, n_items)).any(axis=1)
    return Pinned(int(shown.sum()), int((pins & contains(new, keys, n_items)).sum()), int(missed.sum()))


def _pinned(bench: Bench, pin: PinRule, new: Array, old: Array, relevant: csr_array) -> Pinned:
    ids = bench.cached("item_ids", lambda: pd.Index(bench.history.items["item_id"]))
    return pinned(int(ids.get_loc(pin.item_id)), new, old, relevant)


def _members(bench: Bench, entries: Iterable[Entry]) -> Array:
    """Rows of the shoppers that any of the entries is for."""
    everyone = np.arange(len(bench.users))
    parts = [segments(bench, e.segment.by)[e.segment.group] if e.segment else everyone for e in entries]
    return np.unique(np.concatenate(parts))


def _adjusted(results: list[Hindsight]) -> list[Hindsight]:
    """The same, with q in place of p: p adjusted over every figure of all of them."""
    qs = iter(adjusted([effect.gain.p for result in results for effect in result.effects.values()]))
    return [
        replace(result, effects={key: replace(effect, q=next(qs)) for key, effect in result.effects.items()})
        for result in results
    ]
