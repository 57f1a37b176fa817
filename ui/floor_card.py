"""The relevance floor: what lists must keep, the λ that allows, and what it buys, with intervals."""

import streamlit as st

from engine.data import Problem
from engine.experiments.bench import Bench
from engine.experiments.curve import Curve
from engine.experiments.floor import Floored
from engine.experiments.knee import knee
from engine.experiments.strategy import Floor
from ui import change_lines, desk, options, state, target_card
from ui.words import t

OFF, WAYS = "off", ("keep", "reach")
USUAL = 99  # per cent kept, where a floor is first set
LEAST = 50.0


def shown(bench: Bench) -> None:
    """The choice of a floor, and what it allows; or of a target, and the λ that reaches it."""
    st.markdown(f"**{t('floor.title')}**")
    way = options.chosen("floor_way") or ("reach" if state.get("target") else "keep")
    st.segmented_control(
        t("target.way"), required=True, width="stretch", label_visibility="collapsed",
        **options.tied("floor_way", {name: t(f"target.{name}") for name in WAYS}, way),
    )  # fmt: skip
    if options.chosen("floor_way") == "reach":
        target_card.shown(bench)
        return
    offered = desk.metrics(bench)
    st.markdown(f":gray[:small[{t('floor.note')}]]")
    if not offered:
        st.markdown(f":gray[{t('floor.problem.no_held_out')}]")
        return
    floor = state.read_floor(state.get("floor"))
    _choose(floor, offered)
    found = desk.floored(bench, state.strategy())
    if isinstance(found, Problem):
        st.markdown(f":orange[{desk.floor_problem(found)}]")
    elif found is not None:
        _told(found)


def suggested(curve: Curve) -> None:
    """The λ where the curve of all λ bends, and a button that takes it."""
    bend = knee(curve)
    if bend is None:
        return
    words = f"{bend:.2f}"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f":gray[:small[{t('floor.suggested', diversity=words)}]]")
        st.button(
            t("floor.take", diversity=words), key="take_knee", on_click=state.put, args=("diversity", bend),
            disabled=bend == state.get("diversity"),
        )  # fmt: skip


def _choose(floor: Floor | None, offered: list[str]) -> None:
    labels = {OFF: t("floor.off"), "ndcg": t("floor.ndcg"), "revenue": t("floor.revenue")}
    now, keep = floor.metric if floor else OFF, max(round(100 * floor.keep, 1), LEAST) if floor else float(USUAL)
    st.segmented_control(
        t("floor.metric"), required=True, width="stretch", on_change=_keep, help=t("floor.metric_help"),
        **options.tied("floor_metric", {name: labels[name] for name in (OFF, *offered)}, now),
    )  # fmt: skip
    if floor:
        st.slider(
            t("floor.keep"), LEAST, 100.0, step=0.5, format="%.1f%%", on_change=_keep, help=t("floor.keep_help"),
            key=state.tied("floor_keep", keep),
        )  # fmt: skip


def _keep() -> None:
    metric, keep = options.chosen("floor_metric"), st.session_state.get("floor_keep", USUAL)
    text = "" if metric == OFF else f"{metric}:{keep / 100:g}"
    state.put("floor", state.SETTINGS["floor"].read(text))


def _told(found: Floored) -> None:
    """The λ found, what it keeps, and what was bought."""
    promise, at = found.promise, found.promise.at
    kept = {name: f"{100 * float(getattr(promise, name)[at]):.1f}" for name in ("kept", "low", "high", "sure")}
    metric = t(f"floor.of_{found.floor.metric}")
    if at == 0:
        st.markdown(f":orange[**{t('floor.nothing', n=f'{promise.n_users:,}')}**]")
        return
    st.markdown(f":green[**{t('floor.up_to', diversity=f'{promise.diversity:.2f}')}**]")
    told = t("floor.kept", metric=metric, n=f"{promise.n_users:,}", **kept)
    st.markdown(f":small[{told}]", help=t("floor.sure_help"))
    st.markdown(f":small[**{t('floor.bought')}**]")
    st.markdown(change_lines.told(found.bought))
