"""What a page shows of a long job: its progress, a button to stop it, and how it ended."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from engine.data import InputError
from ui.background.jobs import Job, Jobs
from ui.background.strategy_store import refused
from ui.shell import page
from ui.text.words import joined, t

FIRST = 0.6  # seconds that a page waits before it shows progress


def answer(jobs: Jobs, job: Job, name: str, share: Callable[[Job], float], step: Callable[[Job], str]) -> Any:
    """The result of the job. None while it runs or if it failed, which the page shows in the words of `name`.

    When a session asks for another job, the one that it waited for is stopped.
    """
    mine = f"_{name}_job"
    last = st.session_state.get(mine)
    if last is not None and last is not job and last.running:
        last.cancel()
    st.session_state[mine] = job
    if job.running:
        job.wait(FIRST)
    if job.running:
        _progress(job, name, share, step)
    elif job.problem:
        _ended(jobs, job, name)
    return None if job.running else job.result


def _progress(job: Job, name: str, share: Callable[[Job], float], step: Callable[[Job], str]) -> None:
    @st.fragment(run_every=1.0)
    def panel() -> None:
        if not job.running:
            st.rerun()
        card = page.card(t(f"{name}.running"), t(f"{name}.running_note"), key=f"{name}_running")
        with card, st.container(horizontal=True, vertical_alignment="center"):
            st.progress(min(share(job), 1.0), text=step(job))
            st.button(t(f"{name}.stop"), key=f"stop_{name}", on_click=job.cancel)

    panel()


def _ended(jobs: Jobs, job: Job, name: str) -> None:
    if isinstance(job.problem, InputError):
        st.warning(joined(t(f"{name}.refused"), refused(job.problem)), icon=":material/rule:")
    else:
        words = "stopped" if job.problem == "cancelled" else "failed"
        st.warning(t(f"{name}.{words}"), icon=":material/stop_circle:")
    st.button(t(f"{name}.again"), key=f"{name}_again", on_click=jobs.forget, args=(job,), type="primary")
