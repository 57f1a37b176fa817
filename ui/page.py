"""The frame of every page: title, one sentence, badges; cards; what to say while something is prepared."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.experiments.bench import Bench, scope_of
from ui import preparation, state
from ui.words import t

log = logging.getLogger(__name__)


def header(name: str, sentence: str, badges: list[tuple[str, str, str]] = ()) -> None:  # type: ignore[assignment]
    """Title and one sentence on the left, badges (icon, text, colour) on the right."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left, st.container(gap=None):
        st.title(t(f"{name}.title"), anchor=False)
        st.markdown(f":gray[{sentence}]")
    with right, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        for icon, words, colour in badges:
            st.badge(words, icon=f":material/{icon}:", color=colour)  # type: ignore[arg-type]


def setting_badge() -> tuple[str, str, str]:
    """The badge that says which λ and method are in use."""
    return "tune", f"λ {state.get('diversity'):.2f} · {t('method.' + state.get('method'))}", "green"


@contextmanager
def card(title: str = "", subtitle: str = "", key: str | None = None) -> Iterator[None]:
    """A bordered card with a bold title and a grey subtitle that names the unit."""
    with st.container(border=True, key=key, height="stretch"):
        if title:
            st.markdown(f"**{title}**" + (f"  \n:gray[:small[{subtitle}]]" if subtitle else ""))
        yield


def dots(note: str, before: str, now: str) -> str:
    """A subtitle that names the grey and the green dots of a chart."""
    return f"{note} · ● {before} :green[● {now}]"


def split(key: str, widths: Sequence[float]) -> list[DeltaGenerator]:
    """Columns that stand one below the other where the window is narrow (`page.css`)."""
    with st.container(key=f"split_{key}"):
        return st.columns(widths)


@contextmanager
def guarded() -> Iterator[None]:
    """Our own faults go to the log; the user reads one sentence in her language."""
    try:
        yield
    except Exception:  # Streamlit's own signals (rerun, stop) are no Exceptions
        log.exception("a page failed")
        st.error(t("preparing.failed"), icon=":material/error:")


def scope() -> str:
    """The relevance scope of the surface in use."""
    return scope_of(state.get("surface"))


def bench_or_wait(name: str) -> Bench | None:
    """The bench if it is ready; else None, and the page shows what is being prepared."""
    work = preparation.preparation()
    if work.bench is None:
        header(name, t(f"{name}.sentence"))
        preparation.progress_panel(work)
    return work.bench
