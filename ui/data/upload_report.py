"""What the check said of a user's files, what dropping bad rows would lose, and the last step: prepare."""

import pandas as pd
import streamlit as st

from engine.data import InputError, Verdict
from engine.data.intake.time_forecast import byte_seconds, intake_memory, intake_seconds, text_bytes
from engine.data.storage.memory import gigabytes
from ui import state
from ui.background import shop_in_use
from ui.background.jobs import Job
from ui.component import cards
from ui.data.upload import Upload
from ui.data.upload_questions import leave_out, losses_by_choice, unanswered
from ui.shell import page
from ui.state import options
from ui.text import problems
from ui.text.times import span
from ui.text.words import enumerated, plain, t
from ui.widgets import downloads

SOON = 0.4  # seconds that a short job is waited for before its progress is shown


def check(upload: Upload) -> None:
    """The button, then the progress, then every problem by its place."""
    with page.card(t("upload.check"), t("upload.check_note")):
        job = upload.job if upload.job is not None and upload.job.name == "check" else None
        st.button(
            t("upload.check_now"), key="check_files", on_click=upload.check, icon=":material/fact_check:",
            type="secondary" if upload.verdict else "primary", disabled=job is not None,
        )  # fmt: skip
        if upload.files:
            n_bytes = text_bytes(upload.files.values())
            time, memory = span(intake_seconds(n_bytes, byte_seconds())), gigabytes(intake_memory(n_bytes))
            st.markdown(f":gray[:small[{t('upload.forecast', time=time, memory=memory)}]]")
        if job is not None:
            _await(upload, job)
        if upload.failed is not None and upload.verdict is None:
            _failed(upload.failed)
        if upload.verdict is not None:
            _verdict(upload, upload.verdict)


def prepare(upload: Upload) -> None:
    """A name, the explicit choice to drop bad rows, and the button that stores and opens the shop."""
    verdict = upload.verdict
    if verdict is None or verdict.data is None:
        return
    with page.card(t("upload.prepare"), t("upload.prepare_note")):
        left, right = st.columns([1.2, 1], vertical_alignment="bottom")
        name = left.text_input(t("upload.name"), key="shop_name", max_chars=80, placeholder=t("upload.name_hint"))
        dropping = True
        if verdict.bad_rows:
            words = t("upload.drop", n=verdict.bad_rows, count=f"{verdict.bad_rows:,}")
            dropping = st.checkbox(words, key="drop_bad")
        job = upload.job if upload.job is not None and upload.job.name == "prepare" else None
        lacks = "answers" if unanswered(upload) else "name" if not name.strip() else "drop" if not dropping else ""
        right.button(
            t("upload.prepare_now"), key="prepare_shop", type="primary", icon=":material/check:",
            disabled=bool(lacks) or job is not None, on_click=upload.prepare, args=(name,),
        )  # fmt: skip
        if lacks:
            st.markdown(f":gray[:small[{t(f'upload.lacks_{lacks}')}]]")
        if job is not None:
            _await(upload, job)
        if upload.failed is not None:
            _failed(upload.failed)


def _await(upload: Upload, job: Job) -> None:
    """Wait briefly, show the progress of a longer job, and store its result."""
    job.wait(SOON)
    if not job.running:
        _ended(upload, job)

    @st.fragment(run_every=0.5)
    def panel() -> None:
        if not job.running:
            st.rerun()
        share = min(job.done / job.total, 1.0) if job.total else 0.0
        words = t(f"upload.running_{job.name}")
        if job.rows:
            words = t("upload.rows_read", n=job.rows, count=f"{job.rows:,}")
        st.progress(share, text=words)
        if job.name == "check":
            st.button(t("preparing.stop"), key="stop_upload", on_click=job.cancel)

    panel()


def _ended(upload: Upload, job: Job) -> None:
    upload.job, upload.failed = None, job.problem
    if job.problem is None and job.name == "check":
        upload.learn(job.result)
    if job.problem is None and job.name == "prepare":
        upload.clear()
        shop_in_use.switch(job.result)
        state.put(data="shop")
        st.session_state["_prepared"] = True
    st.rerun()


def _failed(failed: InputError | str) -> None:
    text = problems.sentence(failed.problems[0]) if isinstance(failed, InputError) else t(f"upload.{failed}")
    st.warning(text, icon=":material/error:")


def _verdict(upload: Upload, verdict: Verdict) -> None:
    rows = sum(loss.before for loss in verdict.rows.values())
    open_questions = unanswered(upload)
    if open_questions:
        st.warning(t("upload.asked", n=open_questions), icon=":material/help:")
    if not verdict.total:
        if not open_questions:
            st.success(t("upload.clean", n=rows, count=f"{rows:,}"), icon=":material/check_circle:")
        losses_by_choice(upload, verdict)
        return
    if verdict.data is None:
        st.error(t("upload.hopeless"), icon=":material/block:")
        leave_out(upload, verdict)
    else:
        _losses(verdict, rows)
    losses_by_choice(upload, verdict)
    if events := upload.unmapped():
        names = enumerated(plain(name) for name in events)
        st.info(t("upload.unmapped", names=names), icon=":material/label:")
    times = {t("problem.head.count"): st.column_config.NumberColumn(format="localized")}
    with st.container(key="problem_summary"):
        st.dataframe(
            problems.summary(verdict.counts if verdict.data is None else verdict.dropped),
            hide_index=True,
            height="content",
            column_config=times,
        )


def _losses(verdict: Verdict, rows: int) -> None:
    """What dropping would leave out, each as a number and a share."""
    entries = [_loss_card("rows", verdict.bad_rows, rows, verdict.bad_rows / max(rows, 1))]
    for name, loss in verdict.losses.items():
        label = verdict.positive if name == "positives" else name
        entries.append(_loss_card(label, loss.lost, loss.before, loss.share))
    st.markdown(f"**{t('upload.loss')}**  \n:gray[:small[{t('upload.loss_note')}]]")
    cards("losses", entries, least=150)


def _loss_card(name: str, lost: int, before: int, share: float) -> dict[str, object]:
    return {
        "key": f"loss_{name}",
        "label": t(f"upload.loss_{name}"),
        "help": t(f"upload.loss_{name}_help"),
        "note": t("upload.loss_share", share=f"{100 * share:.1f}", count=f"{before:,}"),
        "blocks": [{"value": f"{lost:,}"}],
    }


def every_problem(upload: Upload) -> None:
    """Every listed problem, by file and kind."""
    if upload.verdict is None or not upload.verdict.total:
        return
    with page.card(t("upload.every"), t("upload.every_note")):
        _table(upload.verdict)


def _table(verdict: Verdict) -> None:
    listed = verdict.problems
    left, right = st.columns(2)
    files = {"": t("problem.all_files")} | {problem.file: problem.file for problem in listed}
    kinds = {"": t("problem.all_kinds")} | {problem.kind: problems.name(problem.kind) for problem in listed}
    file = left.selectbox(t("problem.head.file"), **options.options("problem_file", files))
    kind = right.selectbox(t("problem.head.problem"), **options.options("problem_kind", kinds))
    shown = [problem for problem in listed if file in ("", problem.file) and kind in ("", problem.kind)]
    count = t("problem.listed", n=f"{len(shown):,}", total=f"{verdict.total:,}")
    st.markdown(f":gray[:small[{count}]]")
    frame: pd.DataFrame = problems.frame(shown)
    with st.container(key="problem_table"):
        st.dataframe(frame, hide_index=True, height=min(38 + 35 * len(frame), 420))
    downloads.table(lambda: frame, "problems")
