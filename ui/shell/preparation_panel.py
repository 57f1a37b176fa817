"""What a page shows while its shop is being prepared: the steps, a failure, and how to continue."""

import streamlit as st

from engine.data.storage.memory import gigabytes
from ui.background.preparation import Preparation, PreparationStep
from ui.text import problems
from ui.text.times import span
from ui.text.words import plain, t


def progress_panel(work: Preparation) -> None:
    """The steps of the preparation, redrawn every second. The page is redrawn when a step finishes."""
    if work.problem:
        _stopped(work)
        return

    seen = work.stage

    @st.fragment(run_every=1.0)
    def panel() -> None:
        if work.stage != seen or work.over:  # the last step may have ended since the page looked
            st.rerun()
        with st.container(border=True, key="preparing"):
            st.markdown(f"**{t('preparing.title')}**")
            st.markdown(f":gray[:small[{t('preparing.sentence')}]]")
            if work.forecast is not None:
                time, memory = span(work.forecast.seconds), gigabytes(work.forecast.n_bytes)
                st.markdown(f":gray[:small[{t('preparing.forecast', time=time, memory=memory)}]]")
            for name, step in work.steps.items():
                _line(name, step)
            st.button(t("preparing.stop"), on_click=work.cancel, key="stop_preparing")

    panel()


def _line(name: str, step: PreparationStep) -> None:
    words = t(f"preparing.step.{name}")
    if step.state == "ready":
        st.markdown(
            f":green[:material/check_circle:] {words} :gray[:small[{t('preparing.took', n=round(step.seconds))}]]"
        )
    elif step.state == "waiting":
        st.markdown(f":gray[:material/schedule: {words}]")
    elif step.total:
        st.progress(min(step.done / step.total, 1.0), text=words)
    else:
        st.markdown(f":material/hourglass_top: {words} …")


def _stopped(work: Preparation) -> None:
    messages = {name: f"preparing.{name}" for name in ("cancelled", "failed", "catalogue")}
    if work.problem == "refused" and work.refused is not None:
        text = problems.sentence(work.refused.problems[0])
    else:
        text = t(messages[work.problem]) if work.problem in messages else plain(work.problem or "")
    st.warning(text, icon=":material/error:")
    st.button(t("preparing.again"), on_click=work.start, type="primary", key="prepare_again")
