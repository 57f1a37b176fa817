"""The relevance floor: the relevance to keep, the λ that this allows, and the gain, with intervals."""

import streamlit as st

from engine.bench.bench import Bench
from engine.data import Problem
from engine.evaluation.relevance_floor import FloorResult
from engine.evaluation.relevance_kept import REFERENCES
from engine.strategy.strategy import Floor
from ui import state
from ui.state import options
from ui.strategy_editor import in_use, target
from ui.text import changes, kept_words
from ui.text.weights import weights
from ui.text.words import joined, t

OFF, WAYS = "off", ("keep", "reach")
USUAL = 99  # per cent kept, where a floor is first set
LEAST = 50.0


def show(bench: Bench) -> None:
    """The choice of a floor and the λ that it allows, or of a target and the λ that reaches it."""
    st.markdown(f"**{t('floor.title')}**")
    way = options.chosen("floor_way") or ("reach" if state.view().target else "keep")
    st.segmented_control(
        t("target.way"), required=True, width="stretch", label_visibility="collapsed",
        **options.tied("floor_way", {name: t(f"target.{name}") for name in WAYS}, way),
    )  # fmt: skip
    if options.chosen("floor_way") == "reach":
        target.show(bench)
        return
    metrics = in_use.metrics(bench)
    st.markdown(f":gray[:small[{t('floor.note')}]]")
    if not metrics:
        st.markdown(f":gray[{t('floor.problem.no_held_out')}]")
        return
    floor = state.view().floor
    _choose(floor, metrics)
    result = in_use.floor_result(bench, state.strategy())
    if isinstance(result, Problem):
        st.markdown(f":orange[{in_use.floor_problem(result)}]")
    elif result is not None:
        _result(bench, result)


def _choose(floor: Floor | None, metrics: list[str]) -> None:
    labels = {OFF: t("floor.off"), "ndcg": t("floor.ndcg"), "revenue": t("floor.revenue")}
    now, keep = floor.metric if floor else OFF, max(round(100 * floor.keep, 1), LEAST) if floor else float(USUAL)
    st.segmented_control(
        t("floor.metric"), required=True, width="stretch", on_change=_keep, help=t("floor.metric_help"),
        **options.tied("floor_metric", {name: labels[name] for name in (OFF, *metrics)}, now),
    )  # fmt: skip
    if floor:
        st.slider(
            t("floor.keep"), LEAST, 100.0, step=0.5, format="%.1f%%", on_change=_keep, help=t("floor.keep_help"),
            key=state.tied("floor_keep", keep),
        )  # fmt: skip
        names = {against: t(f"floor.against_{against}") for against in REFERENCES}
        st.segmented_control(
            t("floor.against"), required=True, width="stretch", on_change=_keep, help=t("floor.against_help"),
            **options.tied("floor_against", names, floor.against),
        )  # fmt: skip


def _keep() -> None:
    """Keep what was chosen; a floor that is first set compares with the plain ranking."""
    metric, keep = options.chosen("floor_metric"), st.session_state.get("floor_keep", USUAL)
    against = options.chosen("floor_against", "plain") if state.view().floor else "plain"
    floor = (
        None
        if metric == OFF
        else Floor.model_validate({"metric": metric, "keep": round(keep / 100, 3), "against": against})
    )
    state.put(floor=floor)


def _result(bench: Bench, result: FloorResult) -> None:
    """The λ that the floor allows, the relevance kept and the gain, or that rules alone break the floor.

    These are of lists without spread; with it, λ and σ are lowered together.
    """
    if state.strategy().spread:
        st.markdown(f":green[**{t('floor.with_spread', weights=weights(in_use.in_use(bench)))}**]")
    test, at = result.test, result.test.at
    if not test.met:
        st.markdown(f":orange[{in_use.broken(bench, state.strategy(), result)}]")
        return
    if at == 0:
        st.markdown(f":orange[**{t('floor.nothing', n=f'{test.n_users:,}')}**]")
        return
    st.markdown(f":green[**{t('floor.up_to', diversity=f'{test.diversity:.2f}')}**]")
    sure = t("floor.surely", sure=f"{100 * float(test.sure[at]):.1f}")
    shares = result.curve.kept_shares(at, result.floor.metric)
    sentence = kept_words.sentence(shares, ruling=result.curve.plain is not None) if shares else ""
    st.markdown(f":small[{joined(sentence, sure)}]", help=t("floor.sure_help"))
    st.markdown(f":small[**{t('floor.bought')}**]")
    st.markdown(changes.paragraphs(result.gained))
