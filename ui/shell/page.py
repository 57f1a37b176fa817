"""The frame of every page: title, one sentence, badges; cards; what to say while something is prepared."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.bench.bench import Bench, BenchClosed, scope_of
from engine.data import InputError
from engine.data.storage.disk import refusal
from engine.training import registry
from ui import state
from ui.background import preparation, shop_in_use
from ui.component import copy_link
from ui.shell import navigation, preparation_panel, story_banner, strategy_problems
from ui.text import problems
from ui.text.words import plain, t

log = logging.getLogger(__name__)


def header(
    name: str,
    sentence: str,
    badges: list[tuple[str, str, str]] = (),  # type: ignore[assignment]
    more: Callable[[], None] | None = None,
) -> None:
    """Title and one sentence on the left, the link and what `more` adds on the right; badges (icon, text, colour) have
    a row of their own, for beside the title many of them would push the link under Streamlit's toolbar."""
    story_banner.banner(name)
    left, right = st.columns([3, 1] if more is None else [2, 1], vertical_alignment="bottom")
    with left, st.container(gap=None):
        st.title(t(f"{name}.title"), anchor=False)
        st.markdown(f":gray[{sentence}]")
    with right, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        copy_link(f"copy_{name}")
        if more is not None:
            more()
    if badges:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"badges_{name}"):
            for icon, words, colour in badges:
                badge(icon, words, colour)


def badge(icon: str, words: str, colour: str) -> None:
    """A badge whose words may hold `plain` text: `st.badge` would escape its brackets once more."""
    body = f":{colour}-badge[:material/{icon}: {words}]"
    st.markdown(body, width="content")


@contextmanager
def card(title: str = "", subtitle: str = "", key: str | None = None) -> Iterator[None]:
    """A bordered card with a bold title and a grey subtitle that names the unit."""
    with st.container(border=True, key=key, height="stretch"):
        if title:
            st.markdown(f"**{title}**" + (f"  \n:gray[:small[{subtitle}]]" if subtitle else ""))
        yield


def head(words: str, note: str) -> None:
    """The heading of a row of cards: their question on the left, a note on all of them on the right."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    left.subheader(words, anchor=False)
    right.markdown(f":gray[:small[{note}]]", text_alignment="right")


def dots(note: str, before: str, now: str) -> str:
    """A subtitle that names the grey and the green dots of a chart."""
    return f"{note} · ● {before} :green[● {now}]"


def split(key: str, widths: Sequence[float]) -> list[DeltaGenerator]:
    """Columns that are stacked in a narrow window (`page.css`)."""
    with st.container(key=f"split_{key}"):
        return st.columns(widths)


@contextmanager
def guarded() -> Iterator[None]:
    """Show problems instead of a traceback.

    Errors of the program are logged, and the user reads one sentence in their language. A problem with the strategy,
    such as rules that the shop cannot keep, is shown with a way to solve it.
    """
    try:
        yield
    except BenchClosed:  # the shop was dropped from memory for others: prepare it again
        st.rerun()
    except Exception as error:  # Streamlit's own signals (rerun, stop) are no Exceptions
        words = t("preparing.failed")  # reads the session: a run that a newer one overtook stops here, unharmed
        if isinstance(error, InputError) and strategy_problems.show(error):
            state.write_url()  # a fragment's own run ends here
            return
        log.exception("a page failed")
        refused = refusal(error) if isinstance(error, OSError) else None
        with st.container(border=True, key="failed"):
            st.error(words if refused is None else problems.sentence(refused.problems[0]), icon=":material/error:")
            st.markdown(f":gray[:small[{t('failed.note')}]]")
            st.button(t("failed.reset"), key="reset_settings", on_click=state.reset, icon=":material/restart_alt:")


def scope() -> str:
    """The relevance scope of the surface in use."""
    return scope_of(state.view().surface)


def bench_or_wait(name: str) -> Bench | None:
    """The bench if it is ready. Otherwise None, and the page shows the progress of the preparation."""
    work = preparation.preparation()
    bench = work.bench  # read once: it may come at any moment
    if bench is None:
        header(name, t(f"{name}.sentence"))
        preparation_panel.progress_panel(work)
    else:
        state.fit(bench)
    return bench


def lacking(bench: Bench) -> None:
    """Explain what cannot be shown without purchases, and link to the page that adds them."""
    if bench.context.has_history:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="lacking"):
        st.markdown(f":orange[:material/info:] :small[{t('lacking.log')}]", width="content")
        navigation.link("data", t("data.title"))


def stand_in(bench: Bench) -> None:
    """Say so where another model than the chosen one makes the lists: its files are damaged, or it was chosen since, by
    a command or in another window, and is loaded when the user wants it."""
    if registry.choice_is_lost(shop_in_use.folder()):
        st.warning(t("models.choice_is_lost"), icon=":material/swap_horiz:")
    wanted, used = registry.active(shop_in_use.folder()), bench.card.get("name")
    if not bench.context.trained or wanted == used:
        return
    names = {"wanted": t(f"model.{wanted}"), "used": t(f"model.{used}")}
    if preparation.preparation().wanted == wanted:
        st.warning(t("models.stand_in", **names), icon=":material/swap_horiz:")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="model_changed"):
        st.markdown(f":material/swap_horiz: {t('models.changed', **names)}", width="stretch")
        st.button(t("models.load", **names), key="load_model", type="primary", on_click=_load_anew)


def _load_anew() -> None:
    """Open the shop in use again, with the model that is chosen now."""
    preparation.preparations().forget(shop_in_use.current())


def whose(bench: Bench, label: str, icon: str = "person") -> tuple[str, str, str]:
    """The badge that says whose list a page shows: a shopper's, a group's or a product's."""
    return icon if bench.context.has_history else "inventory_2", plain(label), "gray"
