"""The choice of the two or three settings that are compared."""

import streamlit as st

from engine.bench.bench import Bench
from engine.strategy.strategy import Strategy
from ui import state
from ui.state import options
from ui.strategy_editor import in_use, recommended
from ui.text.weights import weights
from ui.text.words import t
from ui.widgets import controls

FIRST, SECOND, THIRD = SETTINGS = (
    ("from_method", "from_diversity", "from_spread"), ("method", "diversity", "spread"),
    ("third", "third_diversity", "third_spread"),
)  # fmt: skip


NAMES = ("method", "diversity", "spread")


def settings(bench: Bench) -> list[Strategy]:
    """The two or three strategies compared; they differ in method, λ and σ alone."""
    with st.container(border=True):
        sentence = ""
        for column, fields, letter in zip(st.columns(3), SETTINGS, "ABC", strict=True):
            with column:
                sentence = _one_setting(bench, fields, letter, sentence)
    shown = [FIRST, SECOND, THIRD] if state.view().third else [FIRST, SECOND]
    strategies = [in_use.in_use(bench, **_values(fields)) for fields in shown]
    in_use.floor_notes(bench, *zip("ABC", strategies, strict=False), settings=[diversity for _, diversity, _ in shown])
    return strategies


def _one_setting(bench: Bench, fields: tuple[str, str, str], letter: str, shown: str) -> str:
    """The fields of one list, and its recommended λ unless `shown` says the same. Returns the sentence shown."""
    method, diversity, spread = fields
    labels = {"": t("compare.no_third")} if method == "third" else {}
    labels |= controls.method_labels(bench)
    st.selectbox(t(f"compare.list_{letter}"), **options.setting(method, labels))
    if not getattr(state.view(), method):
        return shown
    names = t("compare.weight", list=letter), t("compare.spread", list=letter)
    controls.weights_over_ends(diversity, spread, names)
    if letter != "A":  # A is what the others are compared with
        strategy = state.strategy(**_values(fields))
        return recommended.line(bench, strategy, diversity, shown)
    return shown


def _values(fields: tuple[str, str, str]) -> dict[str, object]:
    """The current values of one list's settings."""
    return {name: getattr(state.view(), field) for name, field in zip(NAMES, fields, strict=True)}


def heads(strategies: list[Strategy]) -> list[str]:
    """What each list is called: its letter, method and λ."""
    return [
        f"{letter} · {t('method.' + strategy.method)} λ {weights(strategy)}"
        for letter, strategy in zip("ABC", strategies, strict=False)
    ]


def last_letter(strategies: list[Strategy]) -> str:
    """The letter of the last list, which is compared with A: B or C."""
    return "ABC"[len(strategies) - 1]
