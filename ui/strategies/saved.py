"""All strategies of a shop, one of them in view."""

import streamlit as st

from engine.strategies import Version
from ui import state
from ui.background.strategy_store import StrategySnapshot
from ui.shell import page
from ui.strategies.live import look
from ui.strategy_editor import strategy_words
from ui.text.times import local
from ui.text.words import plain, t

SHOWN = 6  # rows; a field finds the others


def chosen(snapshot: StrategySnapshot) -> Version:
    """The version in view: that of the link, else a live one, else the newest."""
    name, number = state.view().strategy, state.view().version
    if name and name not in snapshot.newest:
        st.warning(t("strategies.unknown", name=plain(name[:80])), icon=":material/search_off:")
        state.put(strategy="", version=0)
        name, number = "", 0
    if not name:
        live = next(iter(snapshot.live.values()), None)
        return live or next(iter(snapshot.newest.values()))
    version = snapshot.version(name, number) if number else None
    if number and version is None:
        st.warning(t("strategies.unknown_version", n=number, name=plain(name)), icon=":material/search_off:")
        state.put(version=0)
    return version or snapshot.newest[name]


def rows(snapshot: StrategySnapshot, shown: Version) -> None:
    """One row for each strategy: its newest version, the status of that version, and who saved it."""
    newest = snapshot.newest
    page.head(t("strategies.all"), t("strategies.all_note", n=len(newest)))
    if len(newest) > SHOWN:
        _find(list(newest), shown.name)
    with st.container(border=True, gap="small", key="strategies_all"):
        for number, version in enumerate(list(newest.values())[:SHOWN]):
            _row(snapshot, version, shown, number)


def _find(names: list[str], shown: str) -> None:
    key = state.tied("find_strategy", shown)  # a row, or a link, may choose another one

    def keep() -> None:
        state.put(strategy=st.session_state[key], version=0)

    st.selectbox(t("strategies.find"), names, key=key, on_change=keep, label_visibility="collapsed")


def _row(snapshot: StrategySnapshot, version: Version, shown: Version, number: int) -> None:
    left, middle, right, button = st.columns([2.6, 1.6, 2.8, 1.2], vertical_alignment="center")
    left.markdown(f"**{plain(version.name)}**  \n:gray[:small[{_place(snapshot, version)}]]")
    words, icon, colour = strategy_words.badge(version, snapshot.at)
    middle.badge(words, icon=icon, color=colour)  # type: ignore[arg-type]
    saved = t("strategies.saved_by", author=plain(version.author), at=local(version.created_at))
    right.markdown(f":gray[:small[{saved}]]")
    with button, st.container(horizontal=True, horizontal_alignment="right"):
        if version.name == shown.name:
            st.markdown(f":green[:small[:material/visibility: {t('strategies.shown')}]]", width="content")
        else:
            st.button(
                t("strategies.look"), key=f"look_{number}", type="tertiary", on_click=look, args=(version, True),
                icon=":material/visibility:",
            )  # fmt: skip


def _place(snapshot: StrategySnapshot, version: Version) -> str:
    """The newest version and its surface, and the live version if that is another one."""
    words = t("strategies.newest", n=version.number, surface=t(f"surface.{version.surface}"))
    live = [other for other in snapshot.live.values() if other.name == version.name and other != version]
    return " · ".join([words, *(t("strategies.live_is", n=other.number) for other in live)])
