"""The baseline of a comparison: relevance alone, or λ 0 with the rules. Offered only if the two differ."""

import streamlit as st

from engine.diagnosis.baselines import BASELINES
from engine.strategy.strategy import Against, Strategy
from ui import state
from ui.state import options
from ui.text.words import t


def compared_with(strategy: Strategy) -> Against:
    """The baseline in use: relevance alone, unless rules act and the user keeps them on both sides."""
    if not strategy.all_entries:
        return "plain"
    labels = {name: t(f"baseline.{name}") for name in BASELINES}
    st.segmented_control(
        t("baseline.label"), required=True, help=t("baseline.help"), **options.setting("baseline", labels)
    )
    baseline: Against = state.view().baseline
    return baseline
