"""An audit of lists that are already made and written: what the command asks."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from engine.audit.audit import AuditQuestion, ComparedLists, audit
from engine.audit.facts import terms_of
from engine.audit.results import Audit
from engine.bench.evidence import Evidence
from engine.data import Dataset, Progress, silent
from engine.data.problems import refuse
from engine.encoders import item_vectors
from engine.evaluation.slates_file import read_slates
from engine.evaluation.slates_note import SlatesNote
from engine.training.stored_models import stored_card

Array = np.ndarray


@dataclass(frozen=True)
class Files:
    """Slates files: those in question, and those they are compared with. folder: of the shop, where models are kept,
    or None."""

    slates: Path
    baseline: Path | None = None
    folder: Path | None = None


def audit_files(
    data: Dataset, files: Files, question: AuditQuestion, ledger_file: Path, report: Progress = silent
) -> Audit:
    """Audit lists in files against a shop (`audit.audit`).

    Raises InputError for files that do not fit the shop or each other as well.
    """
    lists = compared(data, files, question, report)
    return audit(data, lists, question, ledger_file, report)


def compared(data: Dataset, files: Files, question: AuditQuestion, report: Progress = silent) -> ComparedLists:
    """The lists of files, and what they are judged against."""
    lists, users, notes = _lists(files, data)
    cutoff = notes[0].until or question.since
    history = data.before(pd.Timestamp(cutoff)) if cutoff is not None else data
    future = data.since(question.since) if question.since is not None else None
    shown = np.concatenate([slates[slates >= 0] for slates in lists])
    rows = np.union1d(history.eligible(), shown)
    vectors = item_vectors(history, "text", report=report, rows=rows)
    evidence = Evidence(history, users, vectors, future, question.scope, notes[0].eligible)
    marks = [_digest(path) for path in (files.slates, files.baseline) if path is not None]
    known = np.unique(history.interactions["user"].to_numpy())
    terms = _terms(files, data, notes[0], question.scope)
    without = len(np.setdiff1d(known, users))
    return ComparedLists(lists, evidence, notes, marks, files.slates.name, terms, without)


def _terms(files: Files, data: Dataset, note: SlatesNote, scope: str) -> dict[str, float] | None:
    """What the model weighs, by its card, if the one that made the lists is still there."""
    if files.folder is None or note.model is None:
        return None
    card = stored_card(files.folder, note.model, note.until)
    return terms_of(card, scope) if card is not None and card["data_hash"] == data.hash else None


def _lists(files: Files, data: Dataset) -> tuple[list[Array], Array, list[SlatesNote]]:
    """The lists int64 [U, k] of the shoppers whom every file knows, these shoppers, and the files' notes."""
    read = [read_slates(path, data) for path in (files.slates, files.baseline) if path is not None]
    if not read[0].items.size or (read[0].items < 0).all():
        raise refuse(files.slates.name, "slates", "holds no list", "write it with `rerank`")
    if len(read) == 1:
        return [read[0].items], read[0].users, [read[0].note]
    assert files.baseline is not None
    first, second = read
    for what, differs in (
        ("lists of another length", first.items.shape[1] != second.items.shape[1]),
        ("lists of another cut-off", first.note.until != second.note.until),
        ("no shopper of the slates", not np.isin(first.users, second.users).any()),
    ):
        if differs:
            raise refuse(files.baseline.name, "baseline", what, "write both files with `rerank`, alike")
    users = np.intersect1d(first.users, second.users)
    return [first.of(users), second.of(users)], users, [first.note, second.note]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
