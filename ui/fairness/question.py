"""What an auditor asks: by which groups, in which figures, of which strategies. Declared before it is answered."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations

import streamlit as st

from engine.audit.facts import Saved
from engine.audit.values import SIZE, product_ways, shopper_columns
from engine.bench.bench import Bench
from engine.bench.measures import key_of
from engine.bench.segments import HISTORY, THIRDS
from engine.data import InputError
from engine.diagnosis.baselines import BASELINES
from engine.evaluation.relevance_floor import capped
from engine.strategies import Version
from engine.strategy.strategy import Against, Strategy
from ui import state
from ui.background.strategy_store import StrategySnapshot, refused
from ui.fairness.terms import CROSS, FIGURES, figure_name, way_name
from ui.state import options
from ui.strategy_editor import in_use
from ui.text.weights import weights
from ui.text.words import t

MOST_VALUES, MOST_PAIRS = 40, 200  # groups of a column, or of two, that are offered
FEWEST_MAKERS = 10  # figures of all makers together say nothing of fewer
USUAL_FIGURES = ("ndcg", "ild")
RELEVANCE, RULED, USE = "relevance", "ruled", "use"  # relevance alone, the rules at λ 0, the settings in view
UNSPREAD = "unspread"  # the lists in question at σ 0
BASES: dict[str, Against] = {RELEVANCE: "plain", RULED: "ruled"}
FIELDS = ("by", "figures", "before", "now")


@dataclass(frozen=True)
class DeclaredAudit:
    """A question: groups, figures of shoppers, the strategy in question and what it is compared with, None = nothing;
    what both are called; name and number of the one in question, None = it is not a saved one; which saved versions
    the one in question and the other are."""

    by: tuple[str, ...]
    figures: tuple[str, ...]
    now: Strategy
    before: Strategy | None
    names: tuple[str, str]
    saved: tuple[str, int] | None
    versions: tuple[Saved | None, Saved | None] = (None, None)


def offered(bench: Bench) -> tuple[list[str], list[str]]:
    """The ways of grouping shoppers, by one column or two crossed columns, and those of grouping products."""
    people = bench.history.users.iloc[bench.users]
    sizes = {
        name: int(people[name].nunique(dropna=False)) if name in people else len(THIRDS)
        for name in shopper_columns(bench.history)
    }
    columns = [name for name, size in sizes.items() if 1 < size <= MOST_VALUES and CROSS not in name]
    pairs = [a + CROSS + b for a, b in combinations(columns, 2) if sizes[a] * sizes[b] <= MOST_PAIRS]
    return [*columns, *pairs], [name for name in product_ways(bench.history) if name not in sizes]


def usual(bench: Bench) -> list[str]:
    """The default of a link without a question: the first column of shoppers, makers by size, the long tail."""
    shoppers, products = offered(bench)
    sized = [name for name in (f"provider{SIZE}", f"brand{SIZE}") if name in products]
    known = [name for name in shoppers if name in bench.history.users]
    return [*known[:1], *sized[:1], *(name for name in products if name == "tail")]


def figures_of(bench: Bench) -> list[str]:
    """The figures of shoppers that this shop's data allow."""
    evidence = bench.evidence("all")
    lacking: tuple[str, ...] = () if bench.future is not None else ("ndcg", "recall")
    lacking += () if "price" in bench.history.items else ("price", "price_lift")
    possible = [
        name for name in FIGURES if key_of(name, evidence) or name in ("popularity_lift", "price", "price_lift")
    ]
    return [name for name in possible if name not in lacking]


def ask(bench: Bench) -> DeclaredAudit | None:
    """Draw the form. Returns the question last declared, or None and a notice if a strategy cannot be used."""
    saved = _saved(bench)
    shoppers, products = offered(bench)
    columns = [name for name in shoppers if CROSS not in name]
    by = [name for name in state.view().fair_by if name in products or set(name.split(CROSS)) <= set(columns)]
    by = by or usual(bench)
    figures = [name for name in state.view().fair_figures if name in figures_of(bench)]
    figures = figures or [name for name in USUAL_FIGURES if name in figures_of(bench)] or figures_of(bench)[:1]
    before, now = (_chosen(name, usual_, saved) for name, usual_ in (("fair_before", RELEVANCE), ("fair_now", USE)))
    sides = [*dict.fromkeys([*shoppers, *(name for name in by if name not in products), *products])]
    used = None
    with suppress(InputError):  # `_strategy` reports it where the strategy is audited
        used = in_use.in_use(bench)
    names = {option: _label(option, saved, used) for option in (*BASES, UNSPREAD, USE, *saved)}
    _form({"by": by, "figures": figures, "before": before, "now": now}, sides, products, figures_of(bench), names)
    after = _strategy(bench, now, saved, None)
    prior = _strategy(bench, before, saved, after)
    if after is None or prior is None:
        return None
    shopper_figures = tuple(figures) if any(name not in products for name in by) else ()
    number, _, name = now.partition(":")
    version_in_use = (name, int(number)) if now in saved else None
    versions = (_version(now, saved), _version(before, saved))
    called = (names[before], names[now])
    return DeclaredAudit(
        tuple(by), shopper_figures, after, None if prior == after else prior, called, version_in_use, versions
    )


def _version(option: str, saved: dict[str, Version]) -> Saved | None:
    version = saved.get(option)
    if version is None:
        return None
    return Saved(version.name, version.number, version.created_at.isoformat(), version.author)


def _saved(bench: Bench) -> dict[str, Version]:
    """Saved strategies that can be read, newest versions first; none where the database cannot be used."""
    try:
        snapshot = StrategySnapshot.read(bench.surfaces)
    except InputError as error:
        st.warning(refused(error), icon=":material/database:")
        return {}
    readable = {}
    for version in sorted(snapshot.versions, key=lambda v: v != snapshot.newest[v.name]):
        try:
            version.strategy  # noqa: B018  (raises where it is damaged)
            readable[f"{version.number}:{version.name}"] = version
        except InputError:  # damaged; the page Strategies says so
            continue
    return readable


def _chosen(setting: str, usual_: str, saved: dict[str, Version]) -> str:
    chosen = str(getattr(state.view(), setting))
    known = (*BASES, UNSPREAD, USE, *saved) if setting == "fair_before" else (USE, *saved)
    return chosen if chosen in known else usual_


def _strategy(bench: Bench, option: str, saved: dict[str, Version], now: Strategy | None) -> Strategy | None:
    """The strategy of an option; the baselines, and the lists at σ 0, are those of `now`."""
    if option in saved:
        return saved[option].strategy
    if option in BASES:
        return None if now is None else BASELINES[BASES[option]](now)
    if option == UNSPREAD:  # at the λ that the lists in question really have
        return None if now is None else capped(bench, now).at(spread=0.0, floor=None)
    try:
        return in_use.in_use(bench)
    except InputError as error:
        st.warning(refused(error), icon=":material/rule:")
        return None


def _label(option: str, saved: dict[str, Version], used: Strategy | None) -> str:
    """What an option is called; unescaped. used: what the settings in view come to, which a floor may have changed."""
    if option in saved:
        number, _, name = option.partition(":")
        return t("strategies.titled", name=name, n=number)
    if option == USE:
        strategy = state.strategy() if used is None else used
        return t("fairness.in_use", diversity=weights(strategy), method=t(f"method.{strategy.method}"))
    return t(f"baseline.{BASES.get(option, option)}")


def _form(
    chosen: dict[str, object], ways: Sequence[str], products: Sequence[str], measures: Sequence[str],
    strategies: dict[str, str],
) -> None:  # fmt: skip
    sides = {name: "providers" if name in products else "shoppers" for name in ways}
    labels = {name: t(f"fairness.of_{side}", way=way_name(name, side)) for name, side in sides.items()}
    figures = {name: figure_name(name) for name in measures}
    now = {name: words for name, words in strategies.items() if name not in (*BASES, UNSPREAD)}
    with st.form("fairness_form"):
        left, right = st.columns([1.35, 1])
        left.multiselect(
            t("fairness.ask_by"), help=t("fairness.ask_by_help"),
            **options.seeded("ask_by", labels, chosen["by"]),
        )  # fmt: skip
        right.multiselect(
            t("fairness.ask_figures"), help=t("fairness.ask_figures_help"),
            **options.seeded("ask_figures", figures, chosen["figures"]),
        )  # fmt: skip
        first, second, third = st.columns([1.5, 1.5, 1], vertical_alignment="bottom")
        first.selectbox(
            t("fairness.ask_before"), help=t("fairness.ask_before_help"),
            **options.seeded("ask_before", strategies, chosen["before"]),
        )  # fmt: skip
        second.selectbox(
            t("fairness.ask_now"), help=t("fairness.ask_now_help"), **options.seeded("ask_now", now, chosen["now"])
        )
        third.form_submit_button(
            t("fairness.ask"), key="ask", type="primary", icon=":material/balance:", width="stretch", on_click=_keep
        )  # fmt: skip


def ask_spread(bench: Bench) -> None:
    """Declare the question what σ does: to makers, and to shoppers by the first column and by their history."""
    shoppers, products = offered(bench)
    many = [name for name in makers(products) if len(bench.history.codes(name)[1]) >= FEWEST_MAKERS]
    by = [*shoppers[:1], *(name for name in (HISTORY,) if name in shoppers[1:]), *(many or makers(products)[:1])]
    figures = [name for name in USUAL_FIGURES if name in figures_of(bench)] or figures_of(bench)[:1]
    _declare({"by": tuple(by), "figures": tuple(figures), "before": UNSPREAD})


def makers(products: Sequence[str]) -> list[str]:
    """The ways of grouping products that say who makes them."""
    return [name for name in ("provider", "brand") if name in products]


def _keep() -> None:
    _declare({name: st.session_state[options.key_of(f"ask_{name}")] for name in FIELDS})


def _declare(fields: dict[str, object]) -> None:
    state.put(**{f"fair_{name}": value for name, value in fields.items()})
    for name in fields:
        state.unseeded(options.key_of(f"ask_{name}"))
