"""The recommended λ, in the same words on every page, with a button that takes it."""

import streamlit as st

from engine.bench.bench import Bench
from engine.evaluation.pairs.advised_pair import known_pair
from engine.evaluation.recommended import Recommended
from engine.metrics import Estimate
from engine.strategy.strategy import Strategy
from ui import state
from ui.background import curves
from ui.strategy_editor import in_use, pair_words
from ui.text import kept_words
from ui.text.words import joined, t


def line(bench: Bench, strategy: Strategy, setting: str = "diversity", shown: str = "") -> str:
    """The λ to take for a strategy as it is set, and a button that puts it into `setting`; nothing where later
    purchases cannot judge it. Where the pair of λ and σ is known (the Overview looks for it), that is said as well.
    Returns the sentence; `shown` is one that the page already has."""
    with st.spinner(t("tune.sweeping")):
        recommended = curves.recommended(bench, strategy)
    if recommended is None:
        return ""
    words = sentence(recommended, strategy)
    settings = {setting: recommended.diversity}
    spread_setting = in_use.spread_setting(setting)
    if strategy.spread:
        settings[spread_setting] = 0.0
    _offer("" if words == shown else words, level_words(recommended, strategy), f"take_recommended_{setting}", settings)
    pair = known_pair(bench, strategy)
    if pair is not None and pair.pair != (0.0, 0.0):
        both = dict(zip((setting, spread_setting), pair.pair, strict=True))
        said = "" if words == shown else pair_words.short(pair)
        _offer(said, pair_words.weights(pair.pair).removeprefix("λ "), f"take_pair_{setting}", both)
    return words


def _offer(words: str, level: str, key: str, settings: dict[str, float]) -> None:
    """A sentence, and a button that takes the settings. level: the settings behind "λ "."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if words:
            st.markdown(f":small[{words}]")
        have = all(value == getattr(state.view(), name) for name, value in settings.items())
        st.button(t("floor.take", diversity=level), key=key, on_click=state.put, kwargs=settings, disabled=have)


def level_words(recommended: Recommended, strategy: Strategy) -> str:
    """The recommended λ, which is one without spread."""
    return f"{recommended.diversity:.2f}" + (" · σ 0" if strategy.spread else "")


def sentence(recommended: Recommended, strategy: Strategy) -> str:
    """The recommended λ, the relevance that it keeps, and the floor that it follows from."""
    if not recommended.test.met:
        return f":orange[{t('recommended.rules_break', kept=kept(recommended), goal=goal(recommended))}]"
    words = t("recommended.level", diversity=level_words(recommended, strategy))
    return joined(f":green[**{words}**]", t("recommended.because", kept=kept(recommended), goal=goal(recommended)))


def goal(recommended: Recommended) -> str:
    """The requirement of the floor. Without a floor of the strategy's own, it says that this is the default."""
    return in_use.goal_words(recommended.floor, recommended.default)


def kept(recommended: Recommended) -> str:
    """What the recommended λ keeps of the floor's reference, with its interval."""
    test, at = recommended.test, recommended.test.at
    return kept_words.share(Estimate(*(float(getattr(test, name)[at]) for name in ("kept", "low", "high"))))
