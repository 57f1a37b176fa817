"""Audits in the background: each question is answered once, can be watched and stopped, and is kept."""

from pathlib import Path
from typing import Any

from engine.audit.from_strategies import audit_strategies
from engine.bench.bench import Bench
from engine.data import Report
from ui import job_panel, preparation
from ui.fairness_question import Declared
from ui.jobs import Job, Jobs
from ui.words import t

STEPS = ("lists", "providers", "figures", "suppression", "permutations", "draws")


def ledger_file() -> Path:
    """Where the shop in use remembers what its audits told; the command `audit` uses the same."""
    return preparation.folder() / "audits" / "told.json"


def audits(bench: Bench) -> Jobs:
    """The audits of one shop; they go when the shop is closed."""
    return bench.once("audits", Jobs)


def answer(bench: Bench, asked: Declared) -> dict[str, Any] | None:
    """What an audit found; None while it runs or where it ended without, and the page says so."""
    ledger = ledger_file()
    jobs = audits(bench)
    key = (asked.by, asked.figures, asked.now, asked.before, asked.versions, ledger, bench.today)

    def work(report: Report) -> dict[str, Any]:
        figures = asked.figures or None
        return audit_strategies(bench, asked.now, asked.before, asked.by, figures, ledger, report, saved=asked.versions)

    found: dict[str, Any] | None = job_panel.answer(jobs, jobs.get(key, "audit", work), "fairness", _share, _step)
    return found


def _share(job: Job) -> float:
    """How much is done, in [0, 1]: every step counts alike."""
    name = job.step.removeprefix("audit.")
    at = STEPS.index(name) if name in STEPS else 0
    return (at + (job.done / job.total if job.total else 0.0)) / len(STEPS)


def _step(job: Job) -> str:
    name = job.step.removeprefix("audit.")
    return t(f"fairness.step.{name if name in STEPS else STEPS[0]}")
