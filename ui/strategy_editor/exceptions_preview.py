"""The effect of the overrides: how many lists have another λ, which λ, and the cost."""

import numpy as np
import streamlit as st

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import key_of
from engine.data import InputError
from engine.evaluation.exceptions import ExceptionUse
from engine.slates.effective_lambdas import LambdaPlan
from engine.strategy.strategy import Strategy
from ui import state
from ui.background import results
from ui.strategy_editor import in_use
from ui.text import changes, kept_words
from ui.text.rule_words import facet_words, group_words
from ui.text.words import joined, plain, t

KEYS = ("ndcg", "ild", "facet_entropy", "coverage")
ASKED = "_some_cost"  # of the session: the strategy whose cost was asked for


def show(bench: Bench) -> None:
    """Counts over all lists, and on request the cost, which takes a while to measure."""
    st.markdown(f"**{t('some.does')}**")
    try:
        strategy = in_use.in_use(bench)
        if strategy.overrides is None:
            st.markdown(f":gray[{t('some.off')}]")
            return
        plan = results.effective_lambdas(bench, strategy)
    except InputError:  # the page says it below
        return
    st.markdown("  \n".join(_counts(strategy, plan)))
    requested = state.strategy()
    _uses(bench, strategy, results.exceptions(bench, requested, strategy))
    if st.button(t("some.cost"), key="some_cost", icon=":material/query_stats:"):
        st.session_state[ASKED] = strategy
    if st.session_state.get(ASKED) == strategy:
        evidence = bench.evidence(scope_of(strategy.surface))
        keys = tuple(key for name in KEYS if (key := key_of(name, evidence)))
        with st.spinner(t("some.measuring")):
            rows = results.changes(bench, strategy.at(overrides=None), strategy, keys)
            uses = results.exceptions(bench, requested, strategy, costs=True) if bench.future is not None else []
        for use in uses:
            st.markdown(_cost(bench, strategy, use))
        st.markdown(f":gray[:small[{t('some.cost_note')}]]")
        st.markdown(changes.paragraphs(rows))


def _counts(strategy: Strategy, plan: LambdaPlan) -> list[str]:
    lambdas, lifted, short = plan.diversities[0], int(plan.lifted[0].sum()), int(plan.short[0].sum())
    assert strategy.overrides is not None
    changed = int((np.abs(lambdas - strategy.diversity) > 1e-9).sum())
    low, high, mean = (f"{value:.2f}" for value in (lambdas.min(), lambdas.max(), lambdas.mean()))
    lines = [
        t("some.moved", n=f"{changed:,}", all=f"{len(lambdas):,}"),
        t("some.mean", mean=mean, asked=f"{strategy.diversity:.2f}", low=low, high=high),
    ]
    for number, policy in enumerate(strategy.overrides.policies):
        n = int((plan.policies == number).sum())
        lines.append(t("some.acts", name=plain(policy.name), n=f"{n:,}"))
    if strategy.overrides.guard:
        lines.append(t("some.lifts", n=f"{lifted:,}", short=f"{short:,}"))
    return lines


def _uses(bench: Bench, strategy: Strategy, uses: list[ExceptionUse]) -> None:
    """A line for each exception: the λ asked for, the λ in use, and why they differ."""
    for use in uses:
        if use.asked is None and not use.n:
            continue
        used = (
            f"{use.low:.2f}" if use.low == use.high else t("some.range", low=f"{use.low:.2f}", high=f"{use.high:.2f}")
        )
        level = "–" if not use.n else used
        requested = "–" if use.asked is None else f"{use.asked:.2f}"
        sentence = t("some.use", who=name(bench, strategy, use), asked=requested, used=level)
        st.markdown(f":small[{joined(sentence, *_why(strategy, use))}]")


def _why(strategy: Strategy, use: ExceptionUse) -> list[str]:
    """The reasons why the λ in use differs from the λ requested."""
    reasons = []
    if use.asked is not None and use.allowed is not None and use.allowed != use.asked:
        levels = {"before": f"{state.view().diversity:.2f}", "now": f"{strategy.diversity:.2f}"}
        reasons.append(t("some.why_floor", level=f"{use.allowed:.2f}", **levels))
    if use.earlier:
        reasons.append(t("some.why_earlier", n=f"{use.earlier:,}"))
    if use.lifted:
        reasons.append(t("some.why_guard", n=f"{use.lifted:,}"))
    return reasons


def name(bench: Bench, strategy: Strategy, use: ExceptionUse) -> str:
    """The shoppers or category that an exception is for, escaped."""
    assert strategy.overrides is not None, "it has exceptions"
    if use.part == "policies":
        return plain(strategy.overrides.policies[use.number].name)
    segment = strategy.overrides.segments[use.number].segment
    return plain(t("some.group_is", column=facet_words(segment.by), group=group_words(bench, segment.group)))


def _cost(bench: Bench, strategy: Strategy, use: ExceptionUse) -> str:
    """The cost of the exceptions for the lists of one: nDCG kept, also compared with lists without exceptions."""
    who = name(bench, strategy, use)
    if use.cost is None:
        return f":gray[:small[{t('some.cost_unjudged', who=who)}]]"
    shares = use.cost.kept
    words = {"who": who, "n": f"{shares.n_users:,}", "against": kept_words.share(use.cost.against)}
    if strategy.entries(bench.today):
        sentence = t(
            "some.cost_both", plain=kept_words.share(shares.plain), ruled=kept_words.share(shares.ruled), **words
        )
    else:
        sentence = t("some.cost_one", kept=kept_words.share(shares.plain), **words)
    return f":small[{sentence}]"
