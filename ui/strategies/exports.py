"""Exports: the lists of a strategy, and the strategy as a setting for other systems."""

from collections.abc import Callable

import streamlit as st

from engine.bench.bench import Bench
from engine.evaluation.relevance_floor import capped
from engine.exports import TARGETS, Exported, Note, convert
from engine.exports.exported import Carried
from engine.exports.price_files import PRICE_FILES, price_file
from engine.exports.slates import SLATES, slates
from engine.strategy.strategy import Strategy
from ui.state import options
from ui.text import problems
from ui.text.words import plain, t

ENGINES = ("opensearch", "elasticsearch", "qdrant", "weaviate")  # targets that know a λ


def panel(strategy: Strategy, bench: Bench) -> None:
    """Buttons for everybody's lists, for crowding prices, and for the strategy as a file of a system to choose; beside
    it, what that file carries, what it leaves out, and what is to be done there. Files are made when a button is
    pressed."""
    _lists(strategy, bench)
    if strategy.has_prices:
        _prices(strategy, bench)
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


def _prices(strategy: Strategy, bench: Bench) -> None:
    st.markdown(f"**{t('exports.prices')}**  \n:gray[:small[{t('exports.prices_help')}]]")
    with st.container(horizontal=True):
        for kind, media_type in PRICE_FILES.items():
            st.download_button(
                t(f"exports.price_{kind}"), _priced(kind, strategy, bench), f"evenshelf-crowding.{kind}", media_type,
                icon=":material/download:", help=t(f"exports.price_{kind}_help"), on_click="ignore",
                key=f"export_price_{kind}",
            )  # fmt: skip


def _priced(kind: str, strategy: Strategy, bench: Bench) -> Callable[[], bytes]:
    return lambda: price_file(kind, bench, capped(bench, strategy))


def _settings(strategy: Strategy, bench: Bench) -> None:
    st.markdown(f"**{t('exports.setting')}**  \n:gray[:small[{t('exports.setting_help')}]]")
    target = st.segmented_control(
        t("exports.for"), required=True,
        **options.options("export_target", {name: t(f"exports.target.{name}") for name in TARGETS}, "strategy"),
    )  # fmt: skip
    span = _span(strategy, target)
    exported = convert(strategy, target, span=span)
    name = f"evenshelf-{exported.filename}"
    st.download_button(
        t("exports.take", file=name), lambda: _setting(strategy, target, bench, span), name, exported.media_type,
        icon=":material/download:", on_click="ignore", key="export_setting",
    )  # fmt: skip
    _listed("carried", _carried(exported, strategy))
    _listed("lost", [_note_text(note) for note in exported.lost])
    _listed("needs", [_note_text(note) for note in exported.needs])


def _span(strategy: Strategy, target: str) -> float | None:
    """The range of the other system's scores, if the user knows it and λ or prices can be converted with it."""
    scored = target in ENGINES or (target == "pairec" and strategy.has_prices)
    if not scored or strategy.normalize != "minmax":
        return None
    return st.number_input(
        t("exports.span"), 0.01, 2.0, None, step=0.05, help=t("exports.span_help"), key="export_span", width=360
    )


def _setting(strategy: Strategy, target: str, bench: Bench, span: float | None) -> str:
    """The text of the file. Other systems have no floor, so they get the λ that the floor allows."""
    return convert(strategy if target == "strategy" else capped(bench, strategy), target, span=span).text


def _carried(exported: Exported, strategy: Strategy) -> list[str]:
    if exported.target == "strategy":
        return [t("exports.carried_all")]
    return [_becomes(carried, strategy) for carried in exported.carried]


def _becomes(carried: Carried, strategy: Strategy) -> str:
    """A rule is too long to be shown as it stands in the file; which λ a floor allows is found when it is made."""
    group, _, number = carried.field.partition(".")
    field = t(f"exports.field.{group}", n=int(number) + 1 if number else 0)
    if isinstance(carried.becomes, dict) or (group in ("diversity", "spread") and strategy.floor):
        return t("exports.carried_rule", field=field, there=f"`{carried.there}`")
    return t(
        "exports.carried_line", field=field, value=carried.value, there=f"`{carried.there}`", becomes=carried.becomes
    )


def _note_text(note: Note) -> str:
    spoken = {name: SPOKEN[name](value) if name in SPOKEN else value for name, value in note.values.items()}
    values = {name: plain(str(value)) for name, value in problems.details(spoken).items()}
    return t(f"exports.note.{note.key}", **values)


SPOKEN: dict[str, Callable[[str], str]] = {  # values of notes that have words of their own
    "method": lambda value: t(f"method.{value}"),
    "similarity": lambda value: t(f"similarity.{value}"),
    "kind": lambda value: t(f"exports.kind.{value}"),
    "metric": lambda value: t(f"exports.metric.{value}"),
    "keep": lambda value: f"{float(value):.1%}",
}


def _listed(title: str, lines: list[str]) -> None:
    if lines:
        st.markdown("\n".join([f":gray[:small[{t('exports.' + title)}]]", "", *(f"- {line}" for line in lines)]))
