"""What a page shows of a long job: the button that asks for it, its progress, how to stop it, and how it ended."""

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError, Progress
from ui.background.jobs import Job, Jobs
from ui.background.strategy_store import refused
from ui.shell import page
from ui.text.words import joined, t, table

FIRST = 0.6  # seconds that a page waits before it shows progress


def answer(jobs: Jobs, job: Job, name: str, share: Callable[[Job], float], step: Callable[[Job], str]) -> Any:
    """The result of the job. None while it runs or if it failed, which the page shows in the words of `name`.

    They are NAME.running, and running_note, stop, stopped, failed, refused and again where they differ from those of
    `job`. When a session asks for another job, the one that it waited for is stopped.
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


def on_request(bench: Bench, name: str, key: Hashable, work: Callable[[Progress], Any]) -> Any:
    """The result of `work`, once it was asked for by a button; None until then, while it runs, or if it failed.

    name: under which the words stand: NAME.compute of the button, and those of `answer`.
    key: what the result depends on; each is computed once.
    """
    if not was_asked(name, key):
        ask(name, key)
        return None
    jobs: Jobs = bench.cached(f"jobs of {name}", Jobs)
    return answer(jobs, jobs.get(key, name, work), name, share_done, lambda job: step_words(job, name))


def was_asked(name: str, key: Hashable) -> bool:
    """Whether this session asked for the result of that key."""
    return bool(st.session_state.get(f"_{name}_wanted") == key)


def ask(name: str, key: Hashable) -> None:
    """The button that asks for the result of that key."""
    st.button(t(f"{name}.compute"), key=f"compute_{name}", on_click=_want, args=(f"_{name}_wanted", key))


def share_done(job: Job) -> float:
    """The share of the work that is done, in [0, 1], where its parts count the same."""
    return job.done / job.total if job.total else 0.0


def step_words(job: Job, name: str) -> str:
    """How many parts of the work are done; before the first is known, that it runs."""
    return _words(name, "step", done=job.done, total=job.total) if job.total else t(f"{name}.running")


def _words(name: str, what: str, **values: object) -> str:
    """The words of one job, or those of all jobs."""
    return t(f"{name}.{what}" if f"{name}.{what}" in table() else f"job.{what}", **values)


def _want(wanted: str, key: Hashable) -> None:
    st.session_state[wanted] = key


def _progress(job: Job, name: str, share: Callable[[Job], float], step: Callable[[Job], str]) -> None:
    @st.fragment(run_every=1.0)
    def panel() -> None:
        if not job.running:
            st.rerun()
        card = page.card(t(f"{name}.running"), _words(name, "running_note"), key=f"{name}_running")
        with card, st.container(horizontal=True, vertical_alignment="center"):
            st.progress(min(share(job), 1.0), text=step(job))
            st.button(_words(name, "stop"), key=f"stop_{name}", on_click=job.cancel)

    panel()


def _ended(jobs: Jobs, job: Job, name: str) -> None:
    if isinstance(job.problem, InputError):
        st.warning(joined(_words(name, "refused"), refused(job.problem)), icon=":material/rule:")
    else:
        words = "stopped" if job.problem == "cancelled" else "failed"
        st.warning(_words(name, words), icon=":material/stop_circle:")
    st.button(_words(name, "again"), key=f"{name}_again", on_click=jobs.forget, args=(job,), type="primary")
