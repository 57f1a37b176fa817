"""The steps of a version: approve, go live now or later, retire, bring back. Each asks who does it, and why."""

from datetime import datetime, timedelta
from typing import Literal

import streamlit as st

from engine.data import InputError
from engine.strategies import Store, Version
from ui.background.strategy_store import StrategySnapshot, opened, refused, remember, shop, signature
from ui.strategies.live import look
from ui.strategy_editor import strategy_words
from ui.text.times import zone
from ui.text.words import plain, t

Step = Literal["approve", "live", "schedule", "retire", "revert"]
ICONS: dict[Step, str] = {
    "approve": "verified", "live": "play_arrow", "schedule": "schedule", "retire": "stop", "revert": "history",
}  # fmt: skip
ASKED, DONE = "_strategy_step", "_strategy_done"  # of the session: the step that is asked about, and what was done


def allowed(snapshot: StrategySnapshot, version: Version) -> list[Step]:
    """The steps that may follow, the next one of a life first. What is newest and not retired need not come back."""
    following: dict[str, list[Step]] = {
        "draft": ["approve"], "approved": ["live", "schedule"], "live": ["retire"], "retired": [],
    }  # fmt: skip
    newest = snapshot.newest[version.name] == version
    return [*following[version.status], *(["revert"] if not newest or version.status == "retired" else [])]  # type: ignore[list-item]


def button(step: Step, version: Version) -> None:
    st.button(
        t(f"strategies.do.{step}"), key=f"step_{step}", icon=f":material/{ICONS[step]}:", on_click=_ask,
        args=(step, version), type="primary" if step in ("approve", "live") else "secondary",
        help=t(f"strategies.do_help.{step}"),
    )  # fmt: skip


def _ask(step: Step, version: Version) -> None:
    st.session_state[ASKED] = (step, version.name, version.number)


def _forget() -> None:
    st.session_state.pop(ASKED, None)


def pending(snapshot: StrategySnapshot) -> None:
    """Report the last step, and confirm the step that the user is about to take."""
    done = st.session_state.pop(DONE, None)
    if done:
        st.toast(done, icon=":material/check_circle:")
    step, name, number = st.session_state.get(ASKED, ("", "", 0))
    version = snapshot.version(name, number)
    if step and version is not None:
        _dialog(step, version, snapshot)


def _dialog(step: Step, version: Version, snapshot: StrategySnapshot) -> None:
    @st.dialog(t(f"strategies.ask.{step}", name=plain(version.name), n=version.number), on_dismiss=_forget)
    def content() -> None:
        st.markdown(_consequence(step, version, snapshot))
        starts, ends = _window() if step == "schedule" else (None, None)
        author, comment = signature("step")
        with st.container(horizontal=True):
            yes = st.button(t(f"strategies.do.{step}"), key="step_yes", type="primary")
            if st.button(t("strategies.no"), key="step_no", on_click=_forget):
                st.rerun()
        if yes:
            _take(step, version, author, comment, starts, ends, seen=snapshot.newest[version.name].number)

    content()


def _consequence(step: Step, version: Version, snapshot: StrategySnapshot) -> str:
    """The effect of the step on the lists that shoppers see."""
    surface, live = t(f"surface.{version.surface}"), snapshot.live.get(version.surface)
    if step == "live" and live is not None:
        return t("strategies.then.replaces", what=strategy_words.titled(live), surface=surface)
    if step == "retire" and not snapshot.in_force(version):
        return t("strategies.then.cancel", surface=surface)
    return t(f"strategies.then.{step}", surface=surface)


def _window() -> tuple[datetime | None, datetime | None]:
    """Start and end, in the time zone of whoever fills them in."""
    timezone, name = zone()
    tomorrow = datetime.now(timezone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(
        days=1
    )
    left, right = st.columns(2)
    with left:
        starts = st.datetime_input(t("strategies.starts"), value=tomorrow, key="step_starts", format="YYYY-MM-DD")
    with right:
        ends = st.datetime_input(
            t("strategies.ends"), value=None, key="step_ends", format="YYYY-MM-DD", help=t("strategies.ends_help")
        )  # fmt: skip
    st.markdown(f":gray[:small[{t('strategies.zone', zone=plain(name))}]]")
    return tuple(moment and moment.replace(tzinfo=timezone) for moment in (starts, ends))  # type: ignore[return-value]


def _take(
    step: Step, version: Version, author: str, comment: str, starts: datetime | None, ends: datetime | None, seen: int
) -> None:
    """Take the step. If that fails, show the reason and keep what was typed."""
    try:
        with opened() as store:
            after = _taken(store, step, version, author, comment, starts, ends, seen)
    except InputError as error:
        st.error(refused(error), icon=":material/error:")
        return
    remember(author)
    _forget()
    look(after)
    st.session_state[DONE] = t(f"strategies.done.{step}", what=strategy_words.titled(after))
    st.rerun()


def _taken(
    store: Store, step: Step, version: Version, author: str, comment: str,
    starts: datetime | None, ends: datetime | None, expected: int,
) -> Version:  # fmt: skip
    place = (shop(store), version.name, version.number)
    if step == "approve":
        return store.approve(*place, author=author, comment=comment)
    if step == "retire":
        return store.retire(*place, author=author, comment=comment)
    if step == "revert":
        return store.revert(*place, author=author, comment=comment, expected=expected)
    return store.go_live(*place, author=author, comment=comment, starts_at=starts, ends_at=ends)
