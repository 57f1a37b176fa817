"""The version in view: what it does, what it was evaluated with, its history, and its next steps."""

import json
from typing import Literal

import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError
from engine.strategies import Event, Version
from engine.strategy.strategy import Strategy
from ui import state
from ui.background.strategy_store import StrategySnapshot, refused
from ui.shell import page
from ui.state import options
from ui.strategies import exports, steps
from ui.strategy_editor import strategy_link, strategy_words
from ui.text.times import local, zone
from ui.text.words import enumerated, joined, plain, t
from ui.widgets import downloads

SCROLLED = 5  # steps of a history, above which its card scrolls


def view(bench: Bench, snapshot: StrategySnapshot, version: Version) -> Strategy | None:
    """The version's card beside its history. Its strategy, or None where it cannot be read."""
    strategy = None
    left, right = page.split("version", [1.75, 1])
    with left, page.card():
        _head(snapshot, version)
        try:
            strategy = version.strategy
        except InputError as error:
            st.warning(joined(t("strategies.unreadable"), refused(error)), icon=":material/warning:")
            st.code(version.content, language="json", wrap_lines=True)
        else:
            _basis(bench, version)
            _table([*strategy_words.lines(strategy, bench), *_judged(version)])
        _buttons(bench, snapshot, version, strategy)
    with right, page.card(t("strategies.history"), t("strategies.history_note", zone=plain(zone()[1]))):
        _history(snapshot, version.name)
    return strategy


def _head(snapshot: StrategySnapshot, version: Version) -> None:
    words, icon, colour = strategy_words.badge(version, snapshot.at)
    left, right = st.columns([2.2, 1], vertical_alignment="center")
    with left:
        st.subheader(plain(version.name), anchor=False)
        with st.container(horizontal=True, gap="small"):
            st.badge(words, icon=icon, color=colour)  # type: ignore[arg-type]
            st.badge(t(f"surface.{version.surface}"), icon=":material/list_alt:", color="gray")
            if version.window.scheduled:
                st.badge(strategy_words.during(version.window), icon=":material/schedule:", color="gray")
    with right:
        _versions(snapshot, version)


def _versions(snapshot: StrategySnapshot, version: Version) -> None:
    """The choice among the versions of one name."""
    labels = {
        listed.number: t("strategies.version_is", n=listed.number, status=strategy_words.badge(listed, snapshot.at)[0])
        for listed in snapshot.of(version.name)
    }
    shown = options.tied("version", labels, version.number)
    st.selectbox(
        t("strategies.version"), label_visibility="collapsed",
        on_change=lambda: state.put(version=st.session_state[shown["key"]]), **shown,
    )  # fmt: skip


def _basis(bench: Bench, version: Version) -> None:
    """Warn if the data or the model have changed since the version was evaluated."""
    if version.basis.data_hash != bench.data.hash:
        st.info(t("strategies.other_data"), icon=":material/database:")
    elif version.basis.model not in (None, bench.card["name"]):
        st.info(t("strategies.other_model", model=_model(version)), icon=":material/model_training:")


def _model(version: Version) -> str:
    key = f"model.{version.basis.model}"
    known = ("popularity", "frequency", "ease", "blend", "hybrid", "trilinear")
    return t(key) if version.basis.model in known else plain(str(version.basis.model))


def _judged(version: Version) -> list[tuple[str, str]]:
    basis = version.basis
    parts = [t("strategies.data", hash=basis.data_hash[:12])]
    if basis.model:
        parts.append(t("strategies.model", model=_model(version)))
    if basis.cutoff:
        parts.append(t("strategies.cutoff", day=basis.cutoff[:10]))
    saved = t("strategies.saved_by", author=version.author, at=local(version.created_at))
    return [(t("strategies.field.basis"), " · ".join(parts)), (t("strategies.field.saved"), saved)]


def _table(lines: list[tuple[str, str]]) -> None:
    rows = [(f":gray[{plain(label)}]", "  \n".join(map(plain, words.split("\n")))) for label, words in lines]
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, hide_header=True)


def _buttons(bench: Bench, snapshot: StrategySnapshot, version: Version, strategy: Strategy | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="strategy_steps"):
        for step in steps.allowed(snapshot, version):
            steps.button(step, version)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="strategy_exports"):
        if strategy is not None:
            st.page_link(
                "pages/tune.py", label=t("strategies.open"), icon=":material/tune:", width="content",
                query_params=strategy_link.link_of(strategy, strategy=version.name, version=version.number),
            )  # fmt: skip
            st.download_button(
                t("strategies.download"), _file(strategy), f"{_slug(version.name)}-v{version.number}.json",
                "application/json", icon=":material/download:", help=t("strategies.download_help"),
                on_click="ignore", key="strategy_json", type="tertiary",
            )  # fmt: skip
    if strategy is not None:
        with st.expander(
            t("strategies.exports"), icon=":material/output:", key="strategy_export", on_change="rerun"
        ) as box:
            if box.open:
                exports.panel(strategy, bench)
    missing = strategy_link.lost(strategy) if strategy is not None else []
    if missing:
        names = enumerated(t(f"strategies.field.{name}") for name in missing)
        st.markdown(f":orange[:small[:material/info: {t('strategies.lost', fields=names)}]]")


def _file(strategy: Strategy) -> str:
    """The strategy as a file that every command reads (`--strategy`)."""
    return json.dumps(strategy.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name).strip("-").lower() or "strategy"


def _history(snapshot: StrategySnapshot, name: str) -> None:
    """All events of a name, the latest first."""
    events = [event for event in snapshot.events if event.name == name]
    height: int | Literal["content"] = 430 if len(events) > SCROLLED else "content"
    with st.container(height=height, border=False, key="strategy_history", gap="small"):
        for event in reversed(events):
            icon, colour = strategy_words.ICONS[event.status], strategy_words.COLOURS[event.status]
            comment = "  \n".join(f":small[{plain(line)}]" for line in strategy_words.comment(event).splitlines())
            entry = f":{colour}[:material/{icon}:] {strategy_words.event(event)}  \n:gray[:small[{local(event.at)}]]"
            st.markdown(entry + (f"  \n{comment}" if comment else ""))
    downloads.table(lambda: _as_table(events), "strategy-history")


def _as_table(events: list[Event]) -> pd.DataFrame:
    """The history as plain columns; moments in UTC."""
    return pd.DataFrame(
        {
            "name": event.name, "version": event.number, "status": event.status, "author": event.author,
            "comment": event.comment, "at": event.at, "starts_at": event.window.starts_at,
            "ends_at": event.window.ends_at,
        }
        for event in events
    )  # fmt: skip
