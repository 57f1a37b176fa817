"""What λ 0 means where a page compares with it: relevance alone, or the rules kept. Asked only where it matters."""

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
