"""An audit of strategies: their lists of every shopper on a bench are made, then compared as `audit` does."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from engine.audit.audit import AuditQuestion, ComparedLists, audit
from engine.audit.facts import Saved, terms_of
from engine.audit.results import Audit
from engine.bench.bench import Bench, scope_of
from engine.data import Progress, silent
from engine.data.problems import refuse
from engine.evaluation.relevance_floor import capped
from engine.evaluation.relevance_kept_note import kept_note
from engine.evaluation.slates_note import SavedNote, SlatesNote
from engine.fairness import Plan
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy

Array = np.ndarray


def audit_strategies(
    bench: Bench,
    now: Strategy,
    before: Strategy | None,
    by: Sequence[str],
    figures: Sequence[str] | None,
    ledger_file: Path,
    report: Progress = silent,
    plan: Plan | None = None,
    saved: Sequence[Saved | None] = (None, None),
) -> Audit:
    """Audit a strategy's lists and, unless None, their change from another one's (`audit.audit`).

    saved: which versions `now` and `before` are, if any. Where purchases after the model's cut-off are known they
    count as relevant and as merit. Raises InputError for a bench without shoppers, for strategies whose lists cannot be
    compared, and as `audit` does.
    """
    if not bench.context.has_history:
        raise refuse("strategy", "no_shoppers", "this shop knows no shoppers", "add its log of purchases")
    since = None if bench.future is None else pd.Timestamp(bench.card["until"])
    question = AuditQuestion(by, since, scope_of(now.surface), figures, plan or Plan())
    return audit(bench.data, compared(bench, now, before, report, saved), question, ledger_file, report)


def compared(
    bench: Bench, now: Strategy, before: Strategy | None, report: Progress = silent,
    saved: Sequence[Saved | None] = (None, None),
) -> ComparedLists:  # fmt: skip
    """The lists of both strategies, λ no higher than their floors allow."""
    if before is not None and (before.surface, before.k) != (now.surface, now.k):
        field = "surface" if before.surface != now.surface else "k"
        fix = "compare strategies of one surface whose lists are as long"
        value = str(getattr(before, field))
        raise refuse("strategy", "not_alike", "the lists cannot be compared", fix, column=field, value=value)
    lists, notes = [], []
    chosen = [capped(bench, strategy) for strategy in (now, before) if strategy is not None]
    for number, strategy in enumerate(chosen):
        report("audit.lists", number, len(chosen))
        lists.append(np.asarray(make_slates(bench, strategy).items, dtype=np.int64))
        notes.append(_note(bench, strategy, saved[number]))
    if chosen[0].all_entries:  # as in the note of a slates file
        notes[0] = notes[0].model_copy(update={"kept": kept_note(bench, chosen[0])})
    marks = [hashlib.sha256(slates.astype("<i8").tobytes()).hexdigest() for slates in lists]
    scope = scope_of(now.surface)
    return ComparedLists(lists, bench.evidence(scope), notes, marks, terms=terms_of(bench.card, scope))


def _note(bench: Bench, strategy: Strategy, saved: Saved | None) -> SlatesNote:
    """What the note of a slates file tells of the model and the strategy."""
    return SlatesNote(
        model=bench.card["name"], until=bench.card["until"], strategy=strategy.model_dump(mode="json"),
        saved=None if saved is None else SavedNote(**asdict(saved)),
    )  # fmt: skip
