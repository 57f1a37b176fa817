"""The notice that λ changed none of the lists, with the reason and the first λ that changes one."""

import streamlit as st

from engine.bench.bench import Bench
from engine.evaluation.curve import Curve
from engine.explain.advice import unchanged
from engine.strategy.strategy import Strategy
from ui.text.shoppers import Who
from ui.text.words import joined, t


def unchanged_notice(bench: Bench, strategy: Strategy, who: Who, curve: Curve) -> None:
    """Draws nothing if λ is 0 or changed a list."""
    reason = unchanged(bench, strategy, who.rows, curve.items[[0, curve.at(strategy.diversity)]])
    if reason is None:
        return
    blanks = {"spread": f"{reason.spread:.3f}", "range": f"{reason.score_range:.3g}", "n": reason.candidates}
    cause = t(f"unchanged.{reason.cause}", **blanks, k=strategy.k)
    first = t("unchanged.never") if reason.first is None else t("unchanged.first", first=f"{reason.first:.2f}")
    st.info(joined(t("unchanged.title"), cause, first), icon=":material/info:")
