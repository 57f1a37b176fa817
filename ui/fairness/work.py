"""Audits in the background: each question is computed once, and its job can be followed and cancelled."""

from collections.abc import Sequence
from pathlib import Path

from engine.audit.from_strategies import audit_strategies
from engine.audit.ledger_file import ledger_of, touched
from engine.audit.results import Audit
from engine.bench.bench import Bench
from engine.data import Progress
from engine.fairness import Break
from ui.background import shop_in_use
from ui.background.jobs import Job, Jobs
from ui.fairness.question import DeclaredAudit
from ui.shell import job_panel
from ui.text.words import t

STEPS = ("lists", "providers", "figures", "suppression", "permutations", "draws")


def ledger_file() -> Path:
    """The file that records what the shop's audits released; the command `audit` uses the same."""
    return ledger_of(shop_in_use.folder())


def breaks() -> list[Break]:
    """The changes of the ledger that no audit made: the newest of each kind, the oldest first."""
    newest = {entry["what"]: entry for entry in touched(ledger_file())}
    return sorted(newest.values(), key=lambda entry: entry["at"])


def audits(bench: Bench) -> Jobs:
    """The audits of one shop, dropped when the shop is closed."""
    return bench.cached("audits", Jobs)


def answer(bench: Bench, declared: DeclaredAudit, found_broken: Sequence[Break] = ()) -> Audit | None:
    """The result of an audit. None while it runs or if it failed, which the page then shows.

    A new break of the ledger starts another audit: its result names the break and may ignore earlier releases.
    """
    ledger = ledger_file()
    jobs = audits(bench)
    break_times = tuple(entry["at"] for entry in found_broken)
    key = (
        declared.by,
        declared.figures,
        declared.now,
        declared.before,
        declared.versions,
        ledger,
        bench.today,
        break_times,
    )

    def work(report: Progress) -> Audit:
        figures = declared.figures or None
        return audit_strategies(
            bench, declared.now, declared.before, declared.by, figures, ledger, report, saved=declared.versions
        )

    result: Audit | None = job_panel.answer(jobs, jobs.get(key, "audit", work), "fairness", _share, _step)
    return result


def _share(job: Job) -> float:
    """The share of the work that is done, in [0, 1]. All steps count the same."""
    name = job.step.removeprefix("audit.")
    at = STEPS.index(name) if name in STEPS else 0
    return (at + (job.done / job.total if job.total else 0.0)) / len(STEPS)


def _step(job: Job) -> str:
    name = job.step.removeprefix("audit.")
    return t(f"fairness.step.{name if name in STEPS else STEPS[0]}")
