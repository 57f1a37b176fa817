"""The strategy in use, which makes the lists of all pages, and the notes on its floor and rules."""

from collections.abc import Iterator, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.bench.bench import Bench
from engine.bench.measures import table
from engine.data import Problem
from engine.evaluation.relevance_floor import FloorResult, capped, weakened
from engine.explain.rule_costs import RuleCost, responsible
from engine.metrics import Estimate
from engine.slates.crowding import kept_crowding
from engine.strategy.strategy import Floor, Strategy
from ui import state
from ui.background import curves
from ui.text import kept_words
from ui.text.rule_words import rule_words
from ui.text.weights import weights
from ui.text.words import joined, plain, t

Badge = tuple[str, str, str]
UNJUDGED = ":material/help:"


def in_use(bench: Bench, **changes: object) -> Strategy:
    """The strategy as set, with some fields changed, at no more than the λ and exposure that its floor allows.

    Raises InputError for rules, overrides or an exposure floor that this shop cannot keep.
    """
    strategy = state.strategy(**changes)
    result = floor_result(bench, strategy)
    if strategy.spread:
        with st.spinner(t("spread.finding")):
            used = strategy if not isinstance(result, FloorResult) else capped(bench, strategy)
            _find_prices(bench, used)
            return used
    if not isinstance(result, FloorResult):
        return strategy
    return weakened(bench, strategy.at(diversity=min(strategy.diversity, result.test.diversity)))


def _find_prices(bench: Bench, strategy: Strategy) -> None:
    """Find what crowded products cost, and show how far that is. A move of a control ends it, because Streamlit stops
    the run at the next progress."""
    places: list[DeltaGenerator] = []

    def report(step: str, done: int, total: int) -> None:
        places[:] = places or [st.empty()]
        places[0].progress(done / total, t("spread.finding_step", done=done, total=total))

    kept_crowding(bench, strategy, report=report)
    for place in places:
        place.empty()


def floor_result(bench: Bench, strategy: Strategy) -> FloorResult | Problem | None:
    """The result of the strategy's floor, computed once; None without a floor."""
    if strategy.floor is None:
        return None
    with st.spinner(t("floor.finding", floor=floor_words(strategy.floor))):
        return curves.floor_result(bench, strategy)


def metrics(bench: Bench) -> list[str]:
    """The metrics for a floor in this shop: none without later purchases, revenue only with prices."""
    if bench.future is None:
        return []
    return ["ndcg", *(["revenue"] if "revenue" in table(bench.evidence("all")) else [])]


def floor_words(floor: Floor) -> str:
    """ "99% of nDCG (against the plain ranking)"."""
    words = "floor.share" if floor.against == "ruled" else "floor.share_plain"
    return t(words, keep=f"{100 * floor.keep:g}", metric=t(f"floor.of_{floor.metric}"))


def badges(strategy: Strategy) -> list[Badge]:
    """A badge for λ and method, and one for rules, floor, exceptions and exposure floor together."""
    settings = [("tune", f"λ {weights(strategy)} · {t('method.' + strategy.method)}", "green")]
    limits = []
    if number := len(strategy.all_entries):
        limits.append(t("rules.badge", n=number))
    if strategy.floor is not None:
        limits.append(t("floor.badge", keep=f"{100 * strategy.floor.keep:g}"))
    if strategy.overrides is not None:
        limits.append(t("some.badge"))
    if strategy.exposure is not None:
        limits.append(t("makers.badge"))
    return (
        [*settings, ("rule", " · ".join(limits), "gray" if strategy.floor is None else "orange")]
        if limits
        else settings
    )


def goal_words(floor: Floor, default: bool) -> str:
    """A floor as the goal of a recommendation; where the strategy has none of its own, that it is the default."""
    words = floor_words(floor)
    return t("recommended.default", floor=words) if default else words


def floor_notes(bench: Bench, *lists: tuple[str, Strategy], settings: Sequence[str] = (), kept: bool = True) -> None:
    """Where the floor lowered λ, cannot be judged, or is broken by rules alone; and what lists keep where rules hold,
    unless the page says that itself. Lists of which the same is said share one line.

    lists: a name, or "", and the strategy in use. settings: what each list's λ is set by, if not by "diversity".
    """
    names: dict[tuple[str, str], list[str]] = {}
    for (name, strategy), setting in zip(lists, settings or ["diversity"] * len(lists), strict=True):
        view = state.view()
        requested = state.strategy(diversity=getattr(view, setting), spread=getattr(view, spread_setting(setting)))
        for note in _notes(bench, strategy, requested, kept):
            names.setdefault(note, []).append(name)
    for (mark, words), list_names in names.items():
        label = " · ".join(filter(None, list_names))
        words = f"**{label}** · {words}" if label else words
        if mark == UNJUDGED:
            st.warning(words, icon=mark)
        else:
            st.markdown(f"{mark} {words}")


def spread_note(strategy: Strategy) -> None:
    """With spread, that the λ 0 which a page compares with has none."""
    if strategy.spread:
        st.markdown(f":gray[:small[:material/call_split: {t('spread.baseline')}]]")


def spread_setting(setting: str) -> str:
    """The setting of σ that belongs to a setting of λ: "spread" to "diversity", "from_spread" to "from_diversity"."""
    return setting.replace("diversity", "spread")


def _notes(bench: Bench, strategy: Strategy, requested: Strategy, kept: bool) -> Iterator[tuple[str, str]]:
    """An icon and a sentence for each note on one list."""
    result = floor_result(bench, strategy)
    if isinstance(result, Problem):
        yield UNJUDGED, joined(t("floor.unjudged"), floor_problem(result))
    elif result is not None and not result.test.met:
        yield ":orange[:material/rule:]", broken(bench, strategy, result)
    elif result is not None and weights(strategy) != weights(requested):
        words = t("floor.lowered", before=weights(requested), now=weights(strategy), floor=floor_words(result.floor))
        yield ":orange[:material/vertical_align_bottom:]", words
    if kept and bench.future is not None and strategy.entries(bench.today):
        yield ":gray[:material/rule:]", kept_words.sentence(curves.shares_kept(bench, strategy), ruling=True)


def broken(bench: Bench, strategy: Strategy, result: FloorResult) -> str:
    """The sentence that rules alone break the floor: what is kept, and the rules responsible with their costs."""
    test = result.test
    left = Estimate(*(float(getattr(test, name)[0]) for name in ("kept", "low", "high")))
    metric = t(f"floor.of_{result.floor.metric}")
    rules = [_rule_cost(bench, cost, metric) for cost in responsible(curves.rule_costs(bench, strategy))]
    sentence = t("floor.broken", kept=kept_words.share(left), floor=floor_words(result.floor))
    return joined(sentence, t("floor.broken_by", rules=t("floor.and").join(rules)))


def _rule_cost(bench: Bench, rule: RuleCost, metric: str) -> str:
    value, low, high = (f"{100 * share:.1f}" for share in rule.cost)
    return t(
        "floor.rule_cost", rule=plain(rule_words(rule.entry, bench)), cost=value, low=low, high=high, metric=metric
    )


def floor_problem(problem: Problem) -> str:
    """Why a floor cannot be evaluated, and what to do about it."""
    return t(f"floor.problem.{problem.kind}")
