"""The training queue: progress, time left and validation curve of a training, and a button to stop it."""

import streamlit as st

from engine.data import InputError
from ui import charts
from ui.models.charts import epochs
from ui.models.work import ModelJob, training_queue
from ui.shell import page
from ui.text import problems
from ui.text.times import span
from ui.text.words import clauses, joined, plain, t


def progress() -> None:
    """The job of the queue: its progress while it runs, then how it ended."""
    job = training_queue.job
    if job is None:
        return
    if not job.running:
        _ended(job)
        return

    @st.fragment(run_every=1.0)
    def panel() -> None:
        if not job.running:
            st.rerun()
        note = t("models.one_at_a_time", shop=plain(job.shop))
        with page.card(t("models.judging" if job.judging else "models.training", model=t(f"model.{job.model}")), note):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.progress(job.share, text=_job_text(job))
                st.button(t("models.cancel"), key="cancel_model", on_click=job.cancel)
            curve = job.epochs()
            if curve:
                st.markdown(f":gray[:small[{t('models.curve_note')}]]")
                charts.show(epochs(curve), "epochs", curve_text(curve))

    panel()


def curve_text(curve: list[dict[str, float]]) -> str:
    """The validation curve in words."""
    return clauses(
        t("models.epoch", n=round(row["epoch"]), all=f"{row['all']:.3f}", new=f"{row['new']:.3f}") for row in curve
    )


def _job_text(job: ModelJob) -> str:
    left = job.left
    done = t("models.done", share=f"{100 * job.share:.0f}")
    return joined(done, t("models.left", time=span(left)) if left is not None else t("models.left_unknown"))


def _ended(job: ModelJob) -> None:
    name = t(f"model.{job.model}")
    if job.problem == "cancelled":
        st.info(t("models.cancelled", model=name), icon=":material/stop_circle:")
    elif isinstance(job.problem, InputError):
        st.warning(problems.sentence(job.problem.problems[0]), icon=":material/error:")
    elif job.problem:
        st.warning(t("models.failed", model=name), icon=":material/error:")
