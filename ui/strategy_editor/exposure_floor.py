"""The exposure floor: the exposure of the least shown makers, and its cost in relevance."""

import numpy as np
import streamlit as st

from engine.bench.bench import Bench
from engine.data import InputError
from engine.slates.exposure_floor import ExposureOutcome
from engine.strategy.strategy import Exposure
from ui import state
from ui.background import results
from ui.shell import page
from ui.state import exceptions_text, options
from ui.strategy_editor import in_use
from ui.text.shoppers import column_name
from ui.text.words import t

WAYS = ("off", "worst", "each")
USUAL = 0.5  # of their due
MAKERS = ("provider", "brand")  # what it is counted by, if the shop knows it


def show(bench: Bench) -> None:
    """The exposure floor on the left, its effect on the right."""
    left, right = page.split("makers", [1, 1.7])
    exposure = state.view().exposure
    with left:
        st.markdown(f":gray[:small[{t('makers.note')}]]")
        _choose(bench, exposure)
        idle = exceptions_text.exposure_inactive(state.view().overrides, state.view().normalize) if exposure else None
        if idle:
            st.markdown(f":orange[{t('makers.' + idle)}]")
    with right:
        if exposure and not idle:
            _effect(bench, exposure)


def _choose(bench: Bench, exposure: Exposure | None) -> None:
    facets = list(bench.evidence("all").facets)
    if not facets:
        return
    usual = next((name for name in MAKERS if name in facets), facets[0])
    even = exposure is not None and exposure.floor == "max-min"
    way_now = "off" if exposure is None else "each" if even else "worst"
    share = USUAL if exposure is None or even else float(exposure.floor)
    state.tied("makers_least", min(max(round(100 * share), 5), 100))

    def keep() -> None:
        way = options.chosen("makers_way")
        floor = "max-min" if way == "each" else st.session_state.get("makers_least", 100 * USUAL) / 100
        facet = options.chosen("makers_facet", usual)
        fields = {"facet": facet, "floor": floor}
        if exposure is not None:
            fields |= {"worst": exposure.worst, "strength": exposure.strength}
        state.put(exposure=None if way == "off" else Exposure.model_validate(fields))

    labels = {way: t(f"makers.{way}") for way in WAYS}
    st.segmented_control(
        t("makers.who"), required=True, width="stretch", on_change=keep,
        **options.tied("makers_way", labels, way_now),
    )  # fmt: skip
    if exposure is None:
        return
    if even:
        st.markdown(f":gray[:small[{t('makers.each_note')}]]")
    else:
        st.slider(
            t("makers.least"), 5, 100, step=5, format="%d%%", key="makers_least", on_change=keep,
            help=t("makers.least_help"),
        )  # fmt: skip
    names = {name: column_name(name) for name in facets}
    facet_now = exposure.facet if exposure.facet in facets else usual
    st.selectbox(t("makers.facet"), on_change=keep, **options.tied("makers_facet", names, facet_now))


def _effect(bench: Bench, exposure: Exposure) -> None:
    """Exposure before and now, and the relevance kept. The page itself reports an infeasible floor."""
    try:
        with st.spinner(t("makers.finding")):
            strategy = in_use.in_use(bench)
            assert strategy.exposure is not None
            if strategy.exposure.strength < exposure.strength:
                strength = f"{100 * strategy.exposure.strength / exposure.strength:.0f}"
                st.markdown(f":orange[{t('makers.weakened', strength=strength)}]")
            outcome, relevance = results.exposure_result(bench, strategy)
    except InputError:
        return
    tiles = [
        _exposure(outcome),
        *(_relevance(name, *ends) for name, ends in reversed(relevance.items()) if np.isfinite(ends).all()),
    ]
    for column, (label, value, change, note) in zip(st.columns(len(tiles)), tiles, strict=True):
        with column:
            st.metric(label, value, change, delta_color="off", delta_arrow="off")
            st.markdown(f":gray[:small[{note}]]")


def _exposure(outcome: ExposureOutcome) -> tuple[str, str, str | None, str]:
    if len(outcome.names) == 1:  # the worst off as one group
        now, before, due = (float(shares[0]) for shares in (outcome.lists.exposure, outcome.before, outcome.due))
        note = t("makers.group_note", due=_percent(due), floor=_percent(float(outcome.floors[0])))
        return (
            t("makers.group", n=f"{len(outcome.names[0]):,}"),
            _percent(now),
            t("makers.from", value=_percent(before)),
            note,
        )
    now, before = (float((shares / outcome.due).min()) for shares in (outcome.lists.exposure, outcome.before))
    note = t("makers.smallest_note", n=f"{len(outcome.names):,}")
    return t("makers.smallest"), _percent(now), t("makers.from", value=_percent(before)), note


def _relevance(name: str, share: float, low: float, high: float) -> tuple[str, str, str | None, str]:
    note = t("makers.kept_note", low=f"{100 * low:.1f}", high=f"{100 * high:.1f}")
    return t(f"makers.kept_{name}"), _percent(share), None, note


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"
