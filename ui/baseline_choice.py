"""What λ 0 means where a page compares with it: relevance alone, or the rules kept. Asked only where it matters."""

import streamlit as st

from engine.experiments.baselines import BASELINES
from engine.experiments.strategy import Against, Strategy
from ui import controls, state
from ui.words import t


def compared_with(strategy: Strategy) -> Against:
    """The baseline in use: relevance alone, unless rules act and the user keeps them on both sides."""
    if not strategy.all_entries:
        return "plain"
    labels = {name: t(f"baseline.{name}") for name in BASELINES}
    st.segmented_control(
        t("baseline.label"), list(BASELINES), format_func=controls.labelled(labels), required=True,
        help=t("baseline.help"), **state.widget("baseline"),
    )  # fmt: skip
    found: Against = state.get("baseline")
    return found
