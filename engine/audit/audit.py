"""An audit of lists in memory: who gains and who loses, without what must be withheld."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from engine.audit.facts import code_hash, not_personalised
from engine.audit.ledger_file import alone, writable
from engine.audit.results import Audit, Same, Setting, rounded
from engine.audit.values import BETTER, Groupings, check_figures, groupings, lines, shopper_values
from engine.bench.evidence import Evidence
from engine.data import Dataset, Progress, silent
from engine.data.problems import refuse
from engine.diagnosis.baselines import baseline_of
from engine.evaluation.slates_note import SlatesNote
from engine.fairness import (
    TESTS,
    Break,
    Ledger,
    Overall,
    Plan,
    ProviderShare,
    Row,
    Suppressed,
    audit_providers,
    audit_shoppers,
    breaks,
    pseudonyms,
    read_key,
    read_ledger,
    releasable,
    with_q_values,
    worst,
    write_ledger,
)
from engine.strategy.strategy import Strategy

Array = np.ndarray
ATTENTION = "exposure"


@dataclass(frozen=True)
class AuditQuestion:
    """What is asked: groups, from when on purchases count, which figures of shoppers (None = all), how sure."""

    by: Sequence[str]
    since: pd.Timestamp | None = None
    scope: str = "all"
    figures: Sequence[str] | None = None
    plan: Plan = field(default_factory=Plan)


@dataclass(frozen=True)
class ComparedLists:
    """Lists of the same shoppers, and what they are judged against.

    lists     one or two, each int64 [U, k]: those in question, and those they are compared with
    evidence  of these U shoppers
    notes     of each list what made it
    marks     of each list what tells it from others, sha256
    terms     the weight of each term in the model's score, where it is a weighed sum and that is known
    name      what refusals call the first
    without   shoppers known before the cut-off who are left out, since a file holds no list of theirs
    """

    lists: Sequence[Array]
    evidence: Evidence
    notes: Sequence[SlatesNote]
    marks: Sequence[str]
    name: str = "slates"
    terms: Mapping[str, float] | None = None
    without: int = 0


def audit(
    data: Dataset, compared: ComparedLists, question: AuditQuestion, ledger_file: Path, report: Progress = silent
) -> Audit:
    """Audit lists against a shop; what is told is added to the ledger. The same call gives the same answer.

    Raises InputError for unknown groups and figures, and where the ledger cannot be used.
    """
    users, history = compared.evidence.users, compared.evidence.history
    check_figures(question.figures)
    groups = groupings(list(question.by), history, users)
    writable(ledger_file)
    key = read_key(ledger_file.with_name("key"))
    with alone(ledger_file):
        touched = breaks(ledger_file)
        ledger = read_ledger(ledger_file, key)
        _check_threshold(ledger, question.plan)
        names = pseudonyms(history.users["user_id"].iloc[users], key)
        audits = _both_audits(compared, groups, question, ledger, names, report)
        report("audit.done", 1, 1)  # the last moment to stop: nothing was told yet
        write_ledger(ledger_file, ledger.adding(audits.released, names, question.plan.threshold), key)
    results, family = with_q_values(audits.rows)
    unrounded = Audit(
        family_size=family, suppressed=audits.suppressed, results=results, overall=audits.overall,
        not_personalised=list(audits.not_personalised), worst=worst(results, BETTER),
        setting=_setting(data, question, compared, audits.permutations, _tops(results), touched),
    )  # fmt: skip
    return Audit.model_validate(rounded(unrounded.plain()))


@dataclass(frozen=True)
class _Audits:
    rows: list[Row]
    overall: list[Overall]
    suppressed: list[Suppressed]
    released: dict[str, Array]
    permutations: int = 0
    not_personalised: Sequence[Same] = ()

    @property
    def tests(self) -> int:
        """How many p stand in the rows."""
        return sum(not np.isnan(getattr(row, test, np.nan)) for row in self.rows for test in TESTS)


def _both_audits(
    compared: ComparedLists,
    groups: Groupings,
    question: AuditQuestion,
    ledger: Ledger,
    names: list[str],
    report: Progress,
) -> _Audits:
    """Both audits, and what they tell of each metric: whatever counts as relevant, since two dates or scopes may give
    the same figures to all but one."""
    lists, evidence = list(compared.lists), compared.evidence
    products = _providers(lists, evidence, groups, question, ledger, names, report)
    if not groups.shoppers:
        return products
    values = []
    for number, slates in enumerate(lists):
        report("audit.figures", number, len(lists))
        values.append(shopper_values(slates, evidence, question.figures))
    both = {key: values[0][key] for key in values[0] if all(key in other for other in values)}
    if not both:
        raise refuse(compared.name, "slates", "no list can be judged", "give lists of two products or more")
    shoppers = audit_shoppers(
        both, groups.shoppers, values[1] if len(lists) > 1 else None, question.plan,
        lambda metric: ledger.before(metric, names), products.tests, report,
    )  # fmt: skip
    released = products.released | shoppers.released
    hidden = shoppers.suppressed + products.suppressed
    same = not_personalised(evidence, lists[0].shape[1], both, shoppers.overall, question.figures)
    return _Audits([*shoppers.rows, *products.rows], shoppers.overall, hidden, released, shoppers.permutations, same)


def _providers(
    lists: list[Array], evidence: Evidence, groups: Groupings, question: AuditQuestion, ledger: Ledger,
    names: list[str],
    report: Progress,
) -> _Audits:  # fmt: skip
    """The audit of providers, where these shoppers together may be told of."""
    everybody = np.ones((1, len(names)), dtype=bool)
    before, others = ledger.before(ATTENTION, names)
    whole = np.pad(everybody, ((0, 0), (0, others)))
    if not groups.providers:
        return _Audits([], [], [], {})
    if not releasable(whole, whole[0], before, question.plan.threshold).any():
        hidden = [
            Suppressed(by=case.by, group=name, metric=ATTENTION) for case in groups.providers for name in case.names
        ]
        return _Audits([], [], hidden, {})
    merit = lines(evidence.future or evidence.history, evidence.users)
    rows, hidden = audit_providers(
        lists[0], merit, groups.providers, evidence.history.eligible(), evidence.history.sold().astype(np.float64),
        lists[1] if len(lists) > 1 else None, question.plan, report,
    )  # fmt: skip
    ids = evidence.history.items["item_id"]
    return _Audits([_named(row, ids) for row in rows], [], hidden, {ATTENTION: everybody})


def _named(row: Row, ids: pd.Series) -> Row:
    """A row with the id of its most seen product in place of its number."""
    if not isinstance(row, ProviderShare) or not isinstance(row.top_item, int):
        return row
    return row.model_copy(update={"top_item": None if row.top_item < 0 else str(ids.iat[row.top_item])})


def _check_threshold(ledger: Ledger, plan: Plan) -> None:
    if ledger.threshold is not None and ledger.threshold < plan.threshold:
        raise refuse(
            "command line", "threshold", f"earlier audits told of groups of {ledger.threshold}",
            f"take --threshold {ledger.threshold}, or begin another --ledger", value=str(plan.threshold),
        )  # fmt: skip


def _tops(rows: Sequence[Row]) -> set[str]:
    """The ids of the products on which rows rest."""
    return {str(row.top_item) for row in rows if isinstance(row, ProviderShare) and row.top_item is not None}


def _setting(
    data: Dataset,
    question: AuditQuestion,
    compared: ComparedLists,
    permutations: int,
    named: set[str],
    touched: list[Break],
) -> Setting:
    plan, notes, marks = question.plan, compared.notes, compared.marks
    now, before = notes[0], notes[1] if len(notes) > 1 else SlatesNote()
    cutoff = now.until or question.since
    return Setting(
        shop=data.name, data_hash=data.hash, code=code_hash(),
        shoppers=len(compared.evidence.users), without_list=compared.without, by=list(question.by),
        slates=marks[0], baseline=marks[1] if len(marks) > 1 else None,
        figures=None if question.figures is None else list(question.figures),
        saved=now.saved, kept=now.kept, baseline_strategy=before.strategy, baseline_kind=_baseline_kind(now, before),
        baseline_saved=before.saved, titles=_titles(data, notes, named), model=now.model,
        terms=None if compared.terms is None else dict(compared.terms),
        strategy=now.strategy,
        until=None if cutoff is None else str(pd.Timestamp(cutoff)),
        since=None if question.since is None else str(question.since), scope=question.scope,
        merit="purchases since" if question.since is not None else "purchases before the cut-off",
        threshold=plan.threshold, seed=plan.seed, draws=plan.draws, permutations=permutations,
        interval="studentized bootstrap over shoppers, 95 %; providers: percentile, all together: half-samples",
        test="studentized permutation, two-sided; providers: bootstrap z",
        correction="Benjamini–Hochberg over every p of this audit",
        effect="shoppers: Hedges g; providers: Cohen's h",
        ledger_breaks=touched,
    )  # fmt: skip


def _baseline_kind(now: SlatesNote, before: SlatesNote) -> str | None:
    """Which baseline the lists are compared with, if it is one and both strategies are known."""
    if now.strategy is None or before.strategy is None:
        return None
    return baseline_of(Strategy.model_validate(now.strategy), Strategy.model_validate(before.strategy))


def _titles(data: Dataset, notes: Sequence[SlatesNote], more: set[str]) -> dict[str, str]:
    """The titles of the products that rules name, and of more, by id."""
    strategies = (Strategy.model_validate(note.strategy) for note in notes if note.strategy)
    named = more | {item for strategy in strategies for entry in strategy.all_entries for item in entry.named}
    if not named or "title" not in data.items:
        return {}
    titles = data.items.loc[data.items["item_id"].isin(named)].set_index("item_id")["title"].dropna()
    return {str(item): str(title) for item, title in titles.sort_index().items()}
