"""Compare: what changes between these two (or three) lists, item by item, and why?"""

from collections import Counter

import numpy as np
import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.bench.measures import key_of
from engine.evaluation.curve import trade_off
from engine.explain.slots import replaced
from engine.metrics import jaccard, rbo
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy
from ui import charts, state
from ui.background import results
from ui.charts.slopes import slopes
from ui.component import cards
from ui.explain import rank_changes, rule_costs, why
from ui.shell import navigation, page
from ui.state import options
from ui.strategy_editor import in_use, recommended
from ui.text import change_table, figures, products
from ui.text.shoppers import Who
from ui.text.words import plain, t
from ui.widgets import controls, downloads

KEYS = (
    "ndcg",
    "facet_count",
    "facet_entropy",
    "look_alike_pairs",
    "ild",
    "novelty",
    "coverage",
    "shared_products",
    "top_share",
    "gini",
)


def settings(bench: Bench) -> list[Strategy]:
    """The two or three strategies compared; they differ in method and λ alone."""
    names = [("from_method", "from_diversity"), ("method", "diversity")]
    if state.get("third"):
        names.append(("third", "third_diversity"))
    with st.container(border=True):
        for column, (method, diversity), letter in zip(
            st.columns(3), [*names, ("third", "third_diversity")][:3], "ABC", strict=True
        ):
            with column:
                _one_setting(bench, method, diversity, letter)
    chosen = [in_use.in_use(bench, method=state.get(m), diversity=state.get(d)) for m, d in names]
    for letter, strategy, (_, asked) in zip("ABC", chosen, names, strict=False):
        in_use.told(bench, (letter, strategy), setting=asked)
    return chosen


def _one_setting(bench: Bench, method: str, diversity: str, letter: str) -> None:
    labels = {"": t("compare.no_third")} if method == "third" else {}
    labels |= controls.method_labels(bench)
    st.selectbox(t(f"compare.list_{letter}"), **options.setting(method, labels))
    if state.get(method):
        controls.diversity(diversity, t("compare.weight", list=letter), label_visibility="collapsed")
    if state.get(method) and letter != "A":  # A is what the others are compared with
        recommended.line(bench, state.strategy(method=state.get(method), diversity=state.get(diversity)), diversity)


def head(letter: str, strategy: Strategy) -> str:
    return f"{letter} · {t('method.' + strategy.method)} λ {strategy.diversity:.2f}"


def one_shopper(bench: Bench, who: Who, chosen: list[Strategy]) -> None:
    """The lists of one shopper, joined item by item."""
    assert who.row is not None
    lists = [make_slates(bench, strategy, who.rows).items for strategy in chosen]
    _agreement(lists[0], lists[-1], chosen)
    named = [[(str(item), products.title(bench, item)) for item in items[0] if item >= 0] for items in lists]
    heads = [head(letter, strategy) for letter, strategy in zip("ABC", chosen, strict=False)]
    if len(chosen) == 2:
        left, right = page.split("compare", [2.1, 1])
        below = st.container()
    else:  # three lists need the whole width
        left = st.container()
        right, below = page.split("compare", [1, 1.7])
    with left, page.card(t("compare.joined"), t("compare.joined_note")):
        charts.show(slopes(named, heads), "slopes", _spoken(named, heads))
        _left_out(bench, who.row, chosen)
    with (
        right,
        page.card(
            t("compare.by_category"),
            page.dots(t("compare.by_category_note", k=chosen[0].k), "A", "C" if len(chosen) > 2 else "B"),
        ),
    ):
        _categories(bench, lists[0][0], lists[-1][0])
    with below:
        _figures(bench, who, chosen, heads)
    letters = "A" + "ABC"[len(chosen) - 1]
    why.card(bench, who.row, _listed(bench, lists), rank_changes.told(bench, chosen[-1], who.row, chosen[0], letters))
    rule_costs.card(bench, chosen[-1], who)


def _listed(bench: Bench, lists: list[np.ndarray]) -> dict[int, str]:
    """The products of all lists, those of the last list first: catalogue row -> letter, place and title."""
    found: dict[int, str] = {}
    for letter, items in reversed(list(zip("ABC", lists, strict=False))):
        for place, item in enumerate(items[0][items[0] >= 0].tolist(), 1):
            found.setdefault(item, f"{letter} {place}. {products.title(bench, item)}")
    return found


def _spoken(named: list[list[tuple[str, str]]], heads: list[str]) -> str:
    """The lists in words, for those who cannot see the chart."""
    return "; ".join(
        f"{name}: {', '.join(title for _, title in entries)}" for name, entries in zip(heads, named, strict=True)
    )


def _agreement(first: np.ndarray, last: np.ndarray, chosen: list[Strategy]) -> None:
    a, b = set(first[first >= 0].tolist()), set(last[last >= 0].tolist())
    k = chosen[0].k
    values = [
        ("both", f"{len(a & b)}", t("figure.of", n=k)),
        ("newcomers", f"{len(b - a)}", ""),
        ("dropouts", f"{len(a - b)}", ""),
        ("jaccard", f"{jaccard(first, last)[0]:.2f}", ""),
        ("rbo", f"{rbo(first, last)[0]:.2f}", ""),
    ]
    entries = [
        {
            "key": key,
            "label": t(f"compare.{key}"),
            "help": t(f"compare.{key}_help"),
            "note": t(f"compare.{key}_means"),
            "blocks": [{"value": value, "unit": unit}],
        }
        for key, value, unit in values
    ]
    cards("agreement", entries, least=170)


def _left_out(bench: Bench, row: int, chosen: list[Strategy]) -> None:
    """Why each dropout left: the item of the last list that it resembles most."""
    for gone in replaced(bench, chosen[0], chosen[-1], row):
        words = "compare.left" if gone.likeness > 0 else "compare.left_unlike"
        alike = f"{100 * gone.likeness:.0f}"
        reason = t(words, title=plain(products.title(bench, gone.nearest)), alike=alike)
        st.markdown(f":orange[✕] {plain(products.title(bench, gone.item))} :gray[:small[— {reason}]]")


def _categories(bench: Bench, first: np.ndarray, last: np.ndarray) -> None:
    """How many slots each category has in the first and in the last list."""
    facet = bench.evidence(page.scope()).main_facet
    codes, values = bench.history.codes(facet) if facet else (np.full(bench.history.n_items, -1), [])
    before, now = (Counter(values[codes[i]] for i in items if i >= 0 and codes[i] >= 0) for items in (first, last))
    order = sorted({*before, *now}, key=lambda v: (-abs(now[v] - before[v]), -now[v]))[:11]
    if not order:
        st.markdown(f":gray[{t('compare.no_category')}]")
        return
    rows = [(products.of_data(bench, v), before[v], now[v], _step(before[v], now[v])) for v in order]
    charts.show(charts.dumbbells(rows), "by_category", "; ".join(f"{label} {a} → {b}" for label, a, b, _ in rows))


def _step(before: int, now: int) -> str:
    return f"{before} → <b>{now}</b>" if before != now else f"{now}"


def _figures(bench: Bench, who: Who, chosen: list[Strategy], heads: list[str]) -> None:
    """This shopper's figures under each setting."""
    measured = [trade_off(bench, strategy, (0.0, strategy.diversity), who.rows) for strategy in chosen]
    table, raw = [], []
    ruling = any(strategy.entries(bench.today) for strategy in chosen)
    scores = ("score_kept_plain", "score_kept") if ruling else ("score_kept",)
    for name in (*scores, "facet_count", "facet_entropy", "look_alike_pairs", "ild", "novelty"):
        key = measured[0].key(name)
        if key is None:
            continue
        values = [
            curve.values(key)[curve.at(strategy.diversity)] for curve, strategy in zip(measured, chosen, strict=True)
        ]
        table.append(
            {t("compare.figure"): t(f"measure.{'score_kept_ruled' if ruling and name == 'score_kept' else name}")}
            | {head_: figures.with_unit(key, value, one=True) for head_, value in zip(heads, values, strict=True)}
            | {t("compare.difference"): figures.change(key, values[-1], values[0], one=True)[0]}
        )
        raw.append({"figure": key} | dict(zip("ABC", values, strict=False)))
    with page.card(t("compare.figures", who=plain(who.label)), t("compare.figures_note")):
        st.table(pd.DataFrame(table), border="horizontal", hide_index=True)
        downloads.table(lambda: pd.DataFrame(raw), "compare-one")


def all_shoppers(bench: Bench, chosen: list[Strategy]) -> None:
    """The same over all shoppers: each other list against the first, paired, with intervals."""
    evidence = bench.evidence(page.scope())
    keys = tuple(key for name in KEYS if (key := key_of(name, evidence)))
    with page.card(t("compare.everyone", n=f"{len(bench.users):,}"), t("compare.everyone_note")):
        with st.spinner(t("compare.resampling")):
            others = [results.changes(bench, chosen[0], other, keys) for other in chosen[1:]]
        table = [change_table.line(rows) for rows in zip(*others, strict=True)]
        st.table(pd.DataFrame(table), border="horizontal", hide_index=True)
        st.markdown(f":gray[:small[{t('compare.intervals')}]]")
        raw = [{"list": letter} | row for letter, rows in zip("BC", others, strict=False) for row in rows]
        downloads.table(lambda: pd.DataFrame(raw), "compare-all")


@page.guarded()
def main() -> None:
    bench = page.bench_or_wait("compare")
    if bench is None:
        return
    with st.sidebar:
        controls.surface()
        who = controls.who(bench, groups=False)
        controls.list_settings(bench)
    page.header("compare", t("compare.sentence"), [page.whose(bench, who.label)])
    page.lacking(bench)
    chosen = settings(bench)
    one_shopper(bench, who, chosen)
    all_shoppers(bench, chosen)
    downloads.lists(bench, who, chosen)


navigation.enter("compare")
main()
