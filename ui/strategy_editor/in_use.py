"""The strategy in use: the one that pages make lists by, and what they say of its floor and rules."""

from collections.abc import Iterator, Sequence

import streamlit as st

from engine.bench.bench import Bench
from engine.bench.measures import table
from engine.data import Problem
from engine.evaluation.relevance_floor import FloorResult, weakened
from engine.explain.rule_costs import RuleCost, responsible
from engine.metrics import Estimate
from engine.strategy.strategy import Floor, Strategy
from ui import state
from ui.background import curves
from ui.text import kept_words
from ui.text.rule_words import rule_words
from ui.text.words import joined, plain, t

Badge = tuple[str, str, str]
UNJUDGED = ":material/help:"


def in_use(bench: Bench, **changes: object) -> Strategy:
    """The strategy as set, with some fields changed, at no more than the λ and exposure that its floor allows.

    Raises InputError for rules, overrides or an exposure floor that this shop cannot keep.
    """
    strategy = state.strategy(**changes)
    found = floor_result(bench, strategy)
    if not isinstance(found, FloorResult):
        return strategy
    return weakened(bench, strategy.at(diversity=min(strategy.diversity, found.test.diversity)))


def floor_result(bench: Bench, strategy: Strategy) -> FloorResult | Problem | None:
    """What the strategy's floor allows, found once; None without a floor."""
    if strategy.floor is None:
        return None
    with st.spinner(t("floor.finding", floor=floor_words(strategy.floor))):
        return curves.floor_result(bench, strategy)


def metrics(bench: Bench) -> list[str]:
    """What a floor can be set on in this shop: nothing without later purchases, revenue where it knows prices."""
    if bench.future is None:
        return []
    return ["ndcg", *(["revenue"] if "revenue" in table(bench.evidence("all")) else [])]


def floor_words(floor: Floor) -> str:
    """ "99% of nDCG (against the plain ranking)"."""
    words = "floor.share" if floor.against == "ruled" else "floor.share_plain"
    return t(words, keep=f"{100 * floor.keep:g}", metric=t(f"floor.of_{floor.metric}"))


def badges(strategy: Strategy) -> list[Badge]:
    """λ and method in use, then all that lists keep to besides, in one badge."""
    found = [("tune", f"λ {strategy.diversity:.2f} · {t('method.' + strategy.method)}", "green")]
    kept = []
    if number := len(strategy.all_entries):
        kept.append(t("rules.badge", n=number))
    if strategy.floor is not None:
        kept.append(t("floor.badge", keep=f"{100 * strategy.floor.keep:g}"))
    if strategy.overrides is not None:
        kept.append(t("some.badge"))
    if strategy.exposure is not None:
        kept.append(t("makers.badge"))
    return [*found, ("rule", " · ".join(kept), "gray" if strategy.floor is None else "orange")] if kept else found


def floor_notes(bench: Bench, *lists: tuple[str, Strategy], settings: Sequence[str] = (), kept: bool = True) -> None:
    """Where the floor lowered λ, cannot be judged, or is broken by rules alone; and what lists keep where rules hold,
    unless the page says that itself. Lists of which the same is said share one line.

    lists: a name, or "", and the strategy in use. settings: what each list's λ is set by, if not by "diversity".
    """
    names: dict[tuple[str, str], list[str]] = {}
    for (name, strategy), setting in zip(lists, settings or ["diversity"] * len(lists), strict=True):
        for note in _notes(bench, strategy, getattr(state.view(), setting), kept):
            names.setdefault(note, []).append(name)
    for (mark, words), alike in names.items():
        label = " · ".join(filter(None, alike))
        words = f"**{label}** · {words}" if label else words
        if mark == UNJUDGED:
            st.warning(words, icon=mark)
        else:
            st.markdown(f"{mark} {words}")


def _notes(bench: Bench, strategy: Strategy, asked: float, kept: bool) -> Iterator[tuple[str, str]]:
    """A mark and a sentence for each thing to say of one list."""
    found = floor_result(bench, strategy)
    if isinstance(found, Problem):
        yield UNJUDGED, joined(t("floor.unjudged"), floor_problem(found))
    elif found is not None and not found.test.met:
        yield ":orange[:material/rule:]", broken(bench, strategy, found)
    elif found is not None and strategy.diversity < asked:
        before, now = f"{asked:.2f}", f"{strategy.diversity:.2f}"
        words = t("floor.lowered", before=before, now=now, floor=floor_words(found.floor))
        yield ":orange[:material/vertical_align_bottom:]", words
    if kept and bench.future is not None and strategy.entries(bench.today):
        yield ":gray[:material/rule:]", kept_words.sentence(curves.shares_kept(bench, strategy), ruling=True)


def broken(bench: Bench, strategy: Strategy, found: FloorResult) -> str:
    """That rules alone break the floor, what is left, and which rules that is due to, each with its cost."""
    test = found.test
    left = Estimate(*(float(getattr(test, name)[0]) for name in ("kept", "low", "high")))
    metric = t(f"floor.of_{found.floor.metric}")
    rules = [_rule_cost(bench, each, metric) for each in responsible(curves.rule_costs(bench, strategy))]
    said = t("floor.broken", kept=kept_words.share(left), floor=floor_words(found.floor))
    return joined(said, t("floor.broken_by", rules=t("floor.and").join(rules)))


def _rule_cost(bench: Bench, each: RuleCost, metric: str) -> str:
    value, low, high = (f"{100 * part:.1f}" for part in each.cost)
    return t(
        "floor.rule_cost", rule=plain(rule_words(each.entry, bench)), cost=value, low=low, high=high, metric=metric
    )


def floor_problem(problem: Problem) -> str:
    """Why a floor cannot be judged, and what to do."""
    return t(f"floor.problem.{problem.kind}")
