"""An audit of lists that are already made: who gains and who loses, with what may not be told left out."""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.data import Dataset, Report, silent
from engine.data.problems import refuse
from engine.encoders import item_vectors
from engine.experiments.evidence import Evidence
from engine.experiments.fairness_values import BETTER, Asked, asked, lines, shopper_values
from engine.experiments.measures import table
from engine.experiments.slates_file import SlatesFile, read_slates
from engine.fairness import (
    TESTS,
    Ledger,
    Plan,
    Row,
    audit_providers,
    audit_shoppers,
    pseudonyms,
    read_key,
    read_ledger,
    settled,
    tellable,
    worst,
    write_ledger,
)

Array = np.ndarray
DIGITS = 12  # significant digits told: beyond them, sums depend on the machine
ATTENTION = "exposure"


@dataclass(frozen=True)
class Question:
    """What is asked: lists, what to compare them with, from when on purchases count, groups, how sure."""

    slates: Path
    by: Sequence[str]
    baseline: Path | None = None
    since: pd.Timestamp | None = None
    scope: str = "all"
    plan: Plan = field(default_factory=Plan)


def audit(data: Dataset, question: Question, ledger_file: Path, report: Report = silent) -> dict[str, Any]:
    """Audit lists against a shop; what is told is added to the ledger. The same call gives the same answer.

    Raises InputError for files that do not fit the shop or each other, and for unknown groups.
    """
    lists, users, notes = _lists(question, data)
    cutoff = notes[0].get("until") or question.since
    history = data.before(pd.Timestamp(cutoff)) if cutoff is not None else data
    future = data.since(question.since) if question.since is not None else None
    groups = asked(list(question.by), history, users)
    shown = np.concatenate([part[part >= 0] for part in lists])
    rows = np.union1d(history.eligible(), shown)
    evidence = Evidence(
        history, users, item_vectors(history, "text", report=report, rows=rows), future, question.scope,
        notes[0].get("eligible"),
    )  # fmt: skip
    _writable(ledger_file)
    key = read_key(ledger_file.with_name("key"))
    with _alone(ledger_file):
        ledger = read_ledger(ledger_file, key)
        _check_threshold(ledger, question.plan)
        names = pseudonyms(history.users["user_id"].iloc[users], key)
        made = _made(lists, evidence, groups, question, ledger, names)
        write_ledger(ledger_file, ledger.adding(made.told, names, question.plan.threshold), key)
    results, family = settled(made.rows)
    content = {
        "family_size": family,
        "suppressed": made.suppressed,
        "results": results,
        "overall": made.overall,
        "worst": worst(results, BETTER),
        "setting": _setting(data, question, notes, len(users), cutoff, made.permutations),
    }
    told: dict[str, Any] = rounded(content)
    return told


@dataclass(frozen=True)
class _Made:
    rows: list[Row]
    overall: list[Row]
    suppressed: list[Row]
    told: dict[str, Array]
    permutations: int = 0

    @property
    def tests(self) -> int:
        """How many p stand in the rows."""
        return sum(not np.isnan(row.get(test, np.nan)) for row in self.rows for test in TESTS)


def _made(
    lists: list[Array], evidence: Evidence, groups: Asked, question: Question, ledger: Ledger, names: list[str]
) -> _Made:
    """Both audits, and what they tell by the ledger's names of figures."""
    made = _providers(lists, evidence, groups, question, ledger, names)
    if not groups.shoppers:
        return made
    values = [shopper_values(part, evidence) for part in lists]
    both = {key: values[0][key] for key in values[0] if all(key in other for other in values)}
    if not both:
        raise refuse(question.slates.name, "slates", "no list can be judged", "give lists of two products or more")
    held = {key: _figure(key, evidence, question) for key in both}
    found = audit_shoppers(
        both, groups.shoppers, values[1] if len(lists) > 1 else None, question.plan,
        lambda metric: ledger.before(held[metric], names), made.tests,
    )  # fmt: skip
    told = made.told | {held[key]: sets for key, sets in found.told.items()}
    hidden = found.suppressed + made.suppressed
    return _Made(found.rows + made.rows, found.overall, hidden, told, found.permutations)


def _providers(
    lists: list[Array], evidence: Evidence, groups: Asked, question: Question, ledger: Ledger, names: list[str]
) -> _Made:
    """The audit of providers, where these shoppers together may be told of."""
    everybody = np.ones((1, len(names)), dtype=bool)
    before, others = ledger.before(ATTENTION, names)
    whole = np.pad(everybody, ((0, 0), (0, others)))
    if not groups.providers:
        return _Made([], [], [], {})
    if not tellable(whole, whole[0], before, question.plan.threshold).any():
        hidden = [
            {"by": case.by, "group": name, "metric": ATTENTION} for case in groups.providers for name in case.names
        ]
        return _Made([], [], hidden, {})
    merit = lines(evidence.future or evidence.history, evidence.users)
    sold = np.bincount(evidence.history.positives()["item"].to_numpy(), minlength=evidence.history.n_items)
    rows, hidden = audit_providers(
        lists[0], merit, groups.providers, evidence.history.eligible(), sold.astype(np.float64),
        lists[1] if len(lists) > 1 else None, question.plan,
    )  # fmt: skip
    return _Made(rows, [], hidden, {ATTENTION: everybody})


def _figure(key: str, evidence: Evidence, question: Question) -> str:
    """The ledger's name of a figure: the metric, and for held-out ones what counts as relevant."""
    row = table(evidence).get(key)
    return f"{key} since {question.since}, {question.scope}" if row is not None and row.held_out else key


def _lists(question: Question, data: Dataset) -> tuple[list[Array], Array, list[dict[str, Any]]]:
    """The lists int64 [U, k] of the shoppers whom every file knows, these shoppers, and the files' notes."""
    files = [read_slates(path, data) for path in (question.slates, question.baseline) if path is not None]
    if not files[0].items.size or (files[0].items < 0).all():
        raise refuse(question.slates.name, "slates", "holds no list", "write it with `rerank`")
    if len(files) == 1:
        return [files[0].items], files[0].users, [files[0].note]
    assert question.baseline is not None
    one, two = files
    for what, differs in (
        ("lists of another length", one.items.shape[1] != two.items.shape[1]),
        ("lists of another cut-off", one.note.get("until") != two.note.get("until")),
        ("no shopper of the slates", not np.isin(one.users, two.users).any()),
    ):
        if differs:
            raise refuse(question.baseline.name, "baseline", what, "write both files with `rerank`, alike")
    users = np.intersect1d(one.users, two.users)
    return [_of(one, users), _of(two, users)], users, [one.note, two.note]


def _of(file: SlatesFile, users: Array) -> Array:
    found: Array = file.items[np.searchsorted(file.users, users)]
    return found


def _check_threshold(ledger: Ledger, plan: Plan) -> None:
    if ledger.threshold is not None and ledger.threshold < plan.threshold:
        raise refuse(
            "command line", "threshold", f"earlier audits told of groups of {ledger.threshold}",
            f"take --threshold {ledger.threshold}, or begin another --ledger", value=str(plan.threshold),
        )  # fmt: skip


def _setting(
    data: Dataset, question: Question, notes: list[dict[str, Any]], n_users: int, cutoff: Any, permutations: int
) -> dict[str, Any]:
    plan = question.plan
    return {
        "shop": data.name, "data_hash": data.hash, "shoppers": n_users, "by": list(question.by),
        "slates": _digest(question.slates), "baseline": question.baseline and _digest(question.baseline),
        "model": notes[0].get("model"), "strategy": notes[0].get("strategy"),
        "baseline_strategy": notes[1].get("strategy") if len(notes) > 1 else None,
        "until": None if cutoff is None else str(pd.Timestamp(cutoff)),
        "since": None if question.since is None else str(question.since), "scope": question.scope,
        "merit": "purchases since" if question.since is not None else "purchases before the cut-off",
        "threshold": plan.threshold, "seed": plan.seed, "draws": plan.draws, "permutations": permutations,
        "interval": "studentized bootstrap over shoppers, 95 %; providers: percentile, all together: half-samples",
        "test": "studentized permutation, two-sided; providers: bootstrap z",
        "correction": "Benjamini–Hochberg over every p of this audit",
        "effect": "shoppers: Hedges g; providers: Cohen's h",
    }  # fmt: skip


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def _alone(ledger_file: Path) -> Iterator[None]:
    """One audit of a shop at a time: each has to know what the other told."""
    with ledger_file.with_name(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _writable(ledger_file: Path) -> None:
    """Raises InputError where what is told cannot be remembered: then nothing may be told."""
    with suppress(OSError):
        ledger_file.parent.mkdir(parents=True, exist_ok=True)
    if not (ledger_file.parent.is_dir() and os.access(ledger_file.parent, os.W_OK)):
        raise refuse(ledger_file.name, "ledger", "cannot be written", "name another place with --ledger")


def rounded(value: Any) -> Any:
    """The same with numbers of 12 significant digits."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
