"""What the overrides change: how many lists have another λ, which, and what that costs."""

import numpy as np
import streamlit as st

from engine.data import InputError
from engine.experiments.bench import Bench, scope_of
from engine.experiments.levels import Levels
from engine.experiments.measures import key_of
from engine.experiments.strategy import Strategy
from ui import change_lines, desk, results
from ui.words import plain, t

KEYS = ("ndcg", "ild", "facet_entropy", "coverage")
ASKED = "_some_cost"  # of the session: the strategy whose cost was asked for


def shown(bench: Bench) -> None:
    """Counts over all lists; the cost when asked for, as it takes a while."""
    st.markdown(f"**{t('some.does')}**")
    try:
        strategy = desk.in_use(bench)
        if strategy.overrides is None:
            st.markdown(f":gray[{t('some.off')}]")
            return
        found = results.levels(bench, strategy)
    except InputError:  # the page says it below
        return
    st.markdown("  \n".join(_counts(strategy, found)))
    if st.button(t("some.cost"), key="some_cost", icon=":material/query_stats:"):
        st.session_state[ASKED] = strategy
    if st.session_state.get(ASKED) == strategy:
        evidence = bench.evidence(scope_of(strategy.surface))
        keys = tuple(key for name in KEYS if (key := key_of(name, evidence)))
        with st.spinner(t("some.measuring")):
            rows = results.changes(bench, strategy.at(overrides=None), strategy, keys)
        st.markdown(f":gray[:small[{t('some.cost_note')}]]")
        st.markdown(change_lines.told(rows))


def _counts(strategy: Strategy, found: Levels) -> list[str]:
    own, lifted, short = found.diversities[0], int(found.lifted[0].sum()), int(found.short[0].sum())
    assert strategy.overrides is not None
    moved = int((np.abs(own - strategy.diversity) > 1e-9).sum())
    low, high, mean = (f"{value:.2f}" for value in (own.min(), own.max(), own.mean()))
    told = [
        t("some.moved", n=f"{moved:,}", all=f"{len(own):,}"),
        t("some.mean", mean=mean, asked=f"{strategy.diversity:.2f}", low=low, high=high),
    ]
    for number, policy in enumerate(strategy.overrides.policies):
        n = int((found.policies == number).sum())
        told.append(t("some.acts", name=plain(policy.name), n=n if n == 1 else f"{n:,}"))
    if strategy.overrides.guard:
        told.append(t("some.lifts", n=f"{lifted:,}", short=f"{short:,}"))
    return told
