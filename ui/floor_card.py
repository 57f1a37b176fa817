"""The relevance floor: what lists must keep, the λ that allows, and what it buys, with intervals."""

import streamlit as st

from engine.data import Problem
from engine.experiments.bench import Bench
from engine.experiments.floor import Floored
from engine.experiments.kept import REFERENCES
from engine.experiments.strategy import Floor
from ui import change_lines, controls, desk, kept_words, state, target_card
from ui.words import joined, t

OFF, WAYS = "off", ("keep", "reach")
USUAL = 99  # per cent kept, where a floor is first set
LEAST = 50.0


def shown(bench: Bench) -> None:
    """The choice of a floor, and what it allows; or of a target, and the λ that reaches it."""
    st.markdown(f"**{t('floor.title')}**")
    controls.tied("floor_way", st.session_state.get("floor_way") or ("reach" if state.get("target") else "keep"))
    st.segmented_control(
        t("target.way"), WAYS, format_func=controls.labelled({way: t(f"target.{way}") for way in WAYS}), required=True,
        width="stretch", key="floor_way", label_visibility="collapsed",
    )  # fmt: skip
    if st.session_state["floor_way"] == "reach":
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
        _told(bench, found)


def _choose(floor: Floor | None, offered: list[str]) -> None:
    labels = {OFF: t("floor.off"), "ndcg": t("floor.ndcg"), "revenue": t("floor.revenue")}
    now, keep = floor.metric if floor else OFF, max(round(100 * floor.keep, 1), LEAST) if floor else float(USUAL)
    controls.tied("floor_metric", now)
    controls.tied("floor_keep", keep)
    st.segmented_control(
        t("floor.metric"), [OFF, *offered], format_func=controls.labelled(labels), required=True, width="stretch",
        key="floor_metric", on_change=_keep, help=t("floor.metric_help"),
    )  # fmt: skip
    if floor:
        st.slider(
            t("floor.keep"), LEAST, 100.0, step=0.5, format="%.1f%%", key="floor_keep", on_change=_keep,
            help=t("floor.keep_help"),
        )  # fmt: skip
        controls.tied("floor_against", floor.against)
        names = {against: t(f"floor.against_{against}") for against in REFERENCES}
        st.segmented_control(
            t("floor.against"), REFERENCES, format_func=controls.labelled(names), required=True, width="stretch",
            key="floor_against", on_change=_keep, help=t("floor.against_help"),
        )  # fmt: skip


def _keep() -> None:
    """Keep what was chosen; a floor that is first set compares with the plain ranking."""
    metric, keep = st.session_state["floor_metric"], st.session_state.get("floor_keep", USUAL)
    against = st.session_state.get("floor_against", "plain") if state.get("floor") else "plain"
    text = "" if metric == OFF else f"{metric}:{keep / 100:g}:{against}"
    state.put("floor", state.SETTINGS["floor"].read(text))


def _told(bench: Bench, found: Floored) -> None:
    """The λ found, what it keeps, and what was bought; or that the rules alone break the floor."""
    promise, at = found.promise, found.promise.at
    if not promise.met:
        st.markdown(f":orange[{desk.broken(bench, state.strategy(), found)}]")
        return
    if at == 0:
        st.markdown(f":orange[**{t('floor.nothing', n=f'{promise.n_users:,}')}**]")
        return
    st.markdown(f":green[**{t('floor.up_to', diversity=f'{promise.diversity:.2f}')}**]")
    sure = t("floor.surely", sure=f"{100 * float(promise.sure[at]):.1f}")
    shares = found.curve.kept_shares(at, found.floor.metric)
    said = kept_words.sentence(shares, ruling=found.curve.plain is not None) if shares else ""
    st.markdown(f":small[{joined(said, sure)}]", help=t("floor.sure_help"))
    st.markdown(f":small[**{t('floor.bought')}**]")
    st.markdown(change_lines.told(found.bought))
