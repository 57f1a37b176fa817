"""What can be taken elsewhere: a strategy's lists, and the strategy as a setting for other systems."""

from collections.abc import Callable

import streamlit as st

from engine.experiments.bench import Bench
from engine.experiments.floor import capped
from engine.experiments.strategy import Strategy
from engine.exports import TARGETS, Exported, Note, convert
from engine.exports.exported import Carried
from engine.exports.slates import SLATES, slates
from ui.words import plain, t


def panel(strategy: Strategy, bench: Bench) -> None:
    """Buttons for everybody's lists, and for the strategy as a file of a system to choose; beside it, what that file
    carries, what it leaves out, and what is to be done there. Files are made when a button is pressed."""
    _lists(strategy, bench)
    _settings(strategy, bench)


def _lists(strategy: Strategy, bench: Bench) -> None:
    st.markdown(f"**{t('exports.lists')}**  \n:gray[:small[{t('exports.lists_help')}]]")
    with st.container(horizontal=True):
        for kind, (_, media_type) in SLATES.items():
            st.download_button(
                t(f"exports.{kind}"), _made(kind, strategy, bench), f"evenshelf-slates.{kind}", media_type,
                icon=":material/download:", help=t(f"exports.{kind}_help"), on_click="ignore", key=f"export_{kind}",
            )  # fmt: skip


def _made(kind: str, strategy: Strategy, bench: Bench) -> Callable[[], bytes]:
    return lambda: slates(kind, bench, capped(bench, strategy))


def _settings(strategy: Strategy, bench: Bench) -> None:
    st.markdown(f"**{t('exports.setting')}**  \n:gray[:small[{t('exports.setting_help')}]]")
    target = st.segmented_control(
        t("exports.for"), list(TARGETS), format_func=lambda name: t(f"exports.target.{name}"), default="strategy",
        required=True, key="export_target",
    )  # fmt: skip
    found = convert(strategy, target)
    name = f"evenshelf-{found.filename}"
    st.download_button(
        t("exports.take", file=name), lambda: _setting(strategy, target, bench), name, found.media_type,
        icon=":material/download:", on_click="ignore", key="export_setting",
    )  # fmt: skip
    _carried(found)
    for title, notes in (("lost", found.lost), ("needs", found.needs)):
        if notes:
            _listed(t(f"exports.{title}"), [_said(note) for note in notes])


def _setting(strategy: Strategy, target: str, bench: Bench) -> str:
    """The file's text. Other systems watch no floor, so they are given the λ that it allows."""
    return convert(strategy if target == "strategy" else capped(bench, strategy), target).text


def _carried(found: Exported) -> None:
    whole = found.target == "strategy"
    lines = [t("exports.carried_all")] if whole else [_becomes(each) for each in found.carried]
    _listed(t("exports.carried"), lines)


def _becomes(each: Carried) -> str:
    """A rule is too long to be shown as it stands in the file."""
    there, field = f"`{each.there}`", plain(each.field)
    if isinstance(each.becomes, dict):
        return t("exports.carried_rule", field=field, there=there)
    return t("exports.carried_line", field=field, value=each.value, there=there, becomes=each.becomes)


def _said(note: Note) -> str:
    return t(f"exports.note.{note.key}", **{name: plain(value) for name, value in note.values.items()})


def _listed(title: str, lines: list[str]) -> None:
    st.markdown("\n".join([f":gray[:small[{title}]]", "", *(f"- {line}" for line in lines)]))
