"""A target for a figure of variety: the smallest λ that surely reaches it, and its cost in relevance."""

import numpy as np
import streamlit as st

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import key_of
from engine.data import Problem
from engine.evaluation.target import FALLING, Target
from engine.strategy.strategy import Strategy
from ui import state
from ui.background import curves
from ui.state import options
from ui.strategy_editor import in_use
from ui.text import figures, kept_words
from ui.text.words import joined, t

FIGURES = ("facet_entropy", "ild", "facet_count", "coverage", "gini", "novelty")


def show(bench: Bench) -> None:
    """The choice of a figure and its target, then the λ that reaches it."""
    st.markdown(f":gray[:small[{t('target.note')}]]")
    strategy = state.strategy().list_by_list.at(floor=None)
    key, wanted = _fields(bench, strategy)
    now = state.TargetFigure(key, wanted)
    with st.container(horizontal=True, gap="small"):
        st.button(
            t("target.find"), key="target_find", on_click=state.put, kwargs={"target": now}, icon=":material/search:",
            disabled=state.view().target == now,
        )  # fmt: skip
        if state.view().target:
            st.button(t("target.forget"), key="target_forget", type="tertiary", on_click=_forget)
    if state.view().target == now:
        with st.spinner(t("target.finding")):
            result = curves.target(bench, strategy, key, wanted)
        if isinstance(result, Problem):
            st.markdown(f":orange[{t('target.' + result.kind)}]")
        else:
            _result(bench, result)


def _forget() -> None:
    state.put_default("target")
    options.forget("target_key")


def _fields(bench: Bench, strategy: Strategy) -> tuple[str, float]:
    """The figure and its target as the fields show them; of a link first, else half of what λ can move."""
    evidence = bench.evidence(scope_of(strategy.surface))
    offered = [key for name in FIGURES if (key := key_of(name, evidence))]
    target = state.view().target
    linked = (key_of(target.key, evidence) if target else None) or ""
    if linked and linked not in offered:
        offered.append(linked)
    if target != st.session_state.get("_target_read"):  # a link was opened, or the button pressed
        st.session_state["_target_read"] = target
        if target and linked:
            options.choose("target_key", linked)
            st.session_state[f"target_wanted_{linked}"] = target.wanted * figures.figure(linked).scale
    names = {key: t(f"measure.{key.partition(':')[0]}") for key in offered}
    key = st.selectbox(t("target.figure"), **options.options("target_key", names))
    form, values = figures.figure(key), _values(bench, strategy, key)
    field, step = f"target_wanted_{key}", 10.0**-form.digits
    if field not in st.session_state:
        st.session_state[field] = round(
            float(values[0] + values[np.abs(values - values[0]).argmax()]) / 2 * form.scale, form.digits
        )
    low, high = (figures.with_unit(key, end) for end in (values.min(), values.max()))
    label = t("target.most" if key.partition(":")[0] in FALLING else "target.least")
    given = st.number_input(label, key=field, step=max(step, 0.05) if form.digits < 3 else 0.01,
                            format=f"%.{form.digits}f", min_value=0.0)  # fmt: skip
    st.markdown(f":gray[:small[{t('target.range', low=low, high=high)}]]")
    return key, round(given / form.scale, 9)


def _values(bench: Bench, strategy: Strategy, key: str) -> np.ndarray:
    """The figure at every λ, for everyone; of a measure that curves do not carry, nothing is known yet."""
    curve = curves.curve(bench, strategy)
    known = curve.values(key) if key in curve.measured[0].keys else np.zeros(1)
    return known[np.isfinite(known)] if np.isfinite(known).any() else np.zeros(1)


def _result(bench: Bench, result: Target) -> None:
    level = result.best[0] if result.diversity is None else result.diversity
    at, words = result.curve.at(level), f"{level:.2f}"
    value, sure = (figures.with_unit(result.key, float(row[at])) for row in (result.values, result.sure))
    if result.diversity is None:
        sentence = f":orange[**{t('target.never')}**] {t('target.best', diversity=words, sure=sure)}"
    else:
        sentence = f":green[**{t('target.reached', diversity=words)}**] {t('target.there', value=value, sure=sure)}"
    st.markdown(f":small[{sentence}]", help=t("target.sure_help"))
    st.markdown(f":small[{joined(_cost(result, at), _capped(bench, level))}]")
    st.button(t("floor.take", diversity=words), key="take_target", on_click=state.put, kwargs={"diversity": level},
              disabled=level == state.view().diversity)  # fmt: skip


def _cost(result: Target, at: int) -> str:
    shares = result.curve.kept_shares(at)
    if shares is None or not np.isfinite(shares.ruled).all():
        return ""
    return kept_words.sentence(shares, ruling=result.curve.plain is not None)


def _capped(bench: Bench, level: float) -> str:
    """A warning if the floor in use would lower this λ again."""
    if state.view().floor is None:
        return ""
    return t("target.capped") if in_use.in_use(bench, diversity=level).diversity < level else ""
