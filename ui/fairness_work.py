"""Audits in the background: each question is answered once, can be watched and stopped, and is kept."""

from collections import OrderedDict
from collections.abc import Hashable
from pathlib import Path
from threading import Lock
from typing import Any

import streamlit as st

from engine.data import InputError, Report
from engine.experiments.audit_strategies import audit_strategies
from engine.experiments.bench import Bench
from engine.experiments.strategy import Strategy
from ui import page, preparation
from ui.jobs import Job
from ui.strategy_store import refused
from ui.words import joined, t

MINE = "_audit"  # of the session: the audit it looks at
FIRST = 0.6  # seconds that a page waits before it shows progress
KEPT = 16
STEPS = ("lists", "providers", "figures", "suppression", "permutations", "draws")


class Audits:
    """The audits of this process, by question; the ones not asked for longest make room."""

    def __init__(self, limit: int = KEPT) -> None:
        self._limit, self._lock = limit, Lock()
        self._jobs: OrderedDict[Hashable, Job] = OrderedDict()

    def get(
        self, bench: Bench, by: tuple[str, ...], figures: tuple[str, ...], now: Strategy, before: Strategy | None
    ) -> Job:
        """The audit of a question, begun if nobody asked it yet."""
        ledger = ledger_file()
        key = (bench, by, figures, now, before, ledger, bench.today)

        def work(report: Report) -> dict[str, Any]:
            return audit_strategies(bench, now, before, by, figures or None, ledger, report)

        with self._lock:
            job = self._jobs.get(key) or Job("audit", work)
            self._jobs[key] = job
            self._jobs.move_to_end(key)
            while len(self._jobs) > self._limit:
                self._jobs.popitem(last=False)[1].cancel()
        return job

    def forget(self, job: Job) -> None:
        """Let a question be asked anew."""
        with self._lock:
            for key in [key for key, each in self._jobs.items() if each is job]:
                del self._jobs[key]


audits = Audits()


def ledger_file() -> Path:
    """Where the shop in use remembers what its audits told; the command `audit` uses the same."""
    return preparation.folder() / "audits" / "told.json"


def answer(job: Job) -> dict[str, Any] | None:
    """What the audit found; None while it runs or where it ended without, and the page says so.

    A session that asks something else stops the audit that it waited for.
    """
    last = st.session_state.get(MINE)
    if last is not None and last is not job and last.running:
        last.cancel()
    st.session_state[MINE] = job
    if job.running:
        job.wait(FIRST)
    if job.running:
        _progress(job)
    elif job.problem:
        _ended(job)
    result: dict[str, Any] | None = job.result
    return None if job.running else result


def _progress(job: Job) -> None:
    @st.fragment(run_every=1.0)
    def panel() -> None:
        if not job.running:
            st.rerun()
        told = page.card(t("fairness.running"), t("fairness.running_note"), key="auditing")
        with told, st.container(horizontal=True, vertical_alignment="center"):
            st.progress(_share(job), text=_step(job))
            st.button(t("fairness.stop"), key="stop_audit", on_click=job.cancel)

    panel()


def _share(job: Job) -> float:
    """How much is done, in [0, 1]: every step counts alike."""
    name = job.step.removeprefix("audit.")
    at = STEPS.index(name) if name in STEPS else 0
    return min((at + (job.done / job.total if job.total else 0.0)) / len(STEPS), 1.0)


def _step(job: Job) -> str:
    name = job.step.removeprefix("audit.")
    return t(f"fairness.step.{name if name in STEPS else STEPS[0]}")


def _ended(job: Job) -> None:
    if isinstance(job.problem, InputError):
        st.warning(joined(t("fairness.refused"), refused(job.problem)), icon=":material/rule:")
    else:
        words = "stopped" if job.problem == "cancelled" else "failed"
        st.warning(t(f"fairness.{words}"), icon=":material/stop_circle:")
    st.button(t("fairness.again"), key="audit_again", on_click=audits.forget, args=(job,), type="primary")
