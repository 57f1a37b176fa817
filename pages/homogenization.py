"""Homogenization: are shoppers, brands and categories melting together?"""

import numpy as np
import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.baselines import BASELINES
from engine.diagnosis.history_comparison import Personalization
from engine.diagnosis.homogenization import Column, Homogenization
from engine.strategy.strategy import Strategy
from ui import charts
from ui.background import results
from ui.component import cards
from ui.homogenization import charts as shapes
from ui.homogenization.groups import groups
from ui.homogenization.table import table
from ui.homogenization.verdict import verdict
from ui.shell import navigation, page
from ui.strategy_editor import in_use
from ui.text import figures, products
from ui.text.shoppers import Who, column_name
from ui.text.words import joined, plain, t
from ui.widgets import controls, downloads
from ui.widgets import history_cards as held
from ui.widgets.baseline_choice import compared_with

CARDS = ("shared_products", "coverage", "gini", "shannon_entropy", "tail_share")
AGAINST = ("facet_narrowing", "narrowing", "history_similarity", "calibration_js", "calibration_kl", "repeat_share")
ROWS = 6  # clusters shown more, and less


def whole(found: Homogenization, who: Who) -> None:
    """Every shopper's full list: the figures of `evaluate`."""
    page.head(t("homogenization.cards"), t("homogenization.cards_note", n=f"{len(who.rows):,}", k=found.k))
    before, now = found.whole["before"], found.whole["now"]
    entries = [
        {
            "key": key,
            "label": t(f"measure.{key}"),
            "help": t(f"measure.{key}_help"),
            "note": joined(t(f"measure.{key}_means"), figures.counted(now, key)),
            "blocks": [figures.block(key, now.value(key)[0], before.value(key)[0], found.k)],
        }
        for key in CARDS
        if key in now.keys
    ]
    cards("homogenization_cards", entries, least=150)


def distributions(found: Homogenization) -> None:
    """How overlap and slots are distributed, like for like."""
    parts = _distinct(found)
    like = f" · {t('homogenization.like')}" if found.yardstick is not None else ""
    left, right = page.split("homogenization", [1, 1])
    with left, page.card(t("homogenization.overlap"), t("homogenization.overlap_note") + like):
        shares = {column: found.compared[column].shared for column in parts}
        charts.show(shapes.overlap(shares), "overlap", _spoken(found, "shared_products"))
    with right, page.card(t("homogenization.lorenz"), t("homogenization.lorenz_note") + like):
        gini = {column: found.compared[column].figures["gini"].value for column in parts}
        curves = {column: found.compared[column].lorenz for column in parts}
        charts.show(shapes.lorenz(curves, gini), "lorenz", _spoken(found, "gini"))


def _distinct(found: Homogenization) -> list[Column]:
    """The columns, without λ = 0 where the lists now are the same."""
    same = np.array_equal(found.lists["before"], found.lists["now"])
    return [column for column in found.columns if column != "before" or not same]


def _spoken(found: Homogenization, key: str) -> str:
    told = (f"{t('chart.' + c)} {figures.with_unit(key, found.compared[c].figures[key].value)}" for c in found.columns)
    return f"{t('measure.' + key)}: {'; '.join(told)}"


def clusters(found: Homogenization, bench: Bench) -> None:
    """Which clusters get slots, and which get more or fewer than their purchases."""
    name = next(iter(found.parts), None)  # the main facet, or clusters of texts in a shop without one
    if name is None:
        return
    split = found.parts[name]
    base: Column = "bought" if found.yardstick is not None else "before"
    title = t("homogenization.clusters" if base == "bought" else "homogenization.clusters_before")
    legend = f"{t('homogenization.clusters_note', facet=plain(column_name(name).lower()))} · ○ {t('chart.before')}"
    legend += f" :green[● {t('chart.now')}]" + (f" :blue[◆ {t('chart.bought')}]" if base == "bought" else "")
    with page.card(title, legend):
        shares = {column: 100 * found.compared[column].parts[name] for column in found.columns}
        gap = shares["now"] - shares[base]
        order = np.argsort(-gap, kind="stable")
        order = order[np.isin(order, [*order[:ROWS][gap[order[:ROWS]] > 0], *order[-ROWS:][gap[order[-ROWS:]] < 0]])]
        rows = [
            (
                products.of_data(bench, split.names[at]),
                {column: float(shares[column][at]) for column in found.columns},
                f"{shares[base][at]:.1f} → <b>{shares['now'][at]:.1f}</b>",
            )
            for at in order
        ]
        alt = "; ".join(f"{label} {words}" for label, _, words in rows).replace("<b>", "").replace("</b>", "")
        if rows:
            charts.show(shapes.clusters(rows), "clusters", alt)
        st.markdown("  \n".join(_occupied(found, part, base) for part in found.parts))
        downloads.table(lambda: pd.DataFrame({name: split.names} | shares), "clusters")


def _occupied(found: Homogenization, name: str, base: Column) -> str:
    """How many parts of the catalogue get any slot."""
    got = {column: f"{int((found.compared[column].parts[name] > 0).sum()):,}" for column in found.columns}
    words = "clusters_got_bought" if base == "bought" else "clusters_got"
    return t(f"homogenization.{words}", all=f"{len(found.parts[name].names):,}", what=plain(column_name(name)), **got)


def bubble(bench: Bench, found: Homogenization, who: Who, strategy: Strategy) -> None:
    """Each list against its shopper's own history: how narrow, how near, over shoppers."""
    lists = np.stack([found.lists["before"], found.lists["now"]])
    against = results.against_history(bench, strategy, who, lists)
    narrower = against.narrower()
    if narrower is None:
        return
    page.head(t("homogenization.bubble"), t("homogenization.bubble_note"))
    left, right = page.split("bubble", [1, 1])
    with left:
        said = t("homogenization.narrower", now=f"{100 * narrower[1]:.1f}", before=f"{100 * narrower[0]:.1f}")
        st.markdown(f"**{said}**")
        cards("against_cards", held.entries({"": against}, AGAINST, found.k), least=148)
    with right:
        _spread(against)


def _spread(against: Personalization) -> None:
    key = against.key("facet_narrowing")
    assert key is not None
    ratios: dict[Column, np.ndarray] = {"before": against.before.per_user[key], "now": against.now.per_user[key]}
    if np.array_equal(ratios["before"], ratios["now"], equal_nan=True):
        del ratios["before"]
    n = f"{against.now.value(key)[1]:,}"
    with page.card(t("homogenization.spread"), t("homogenization.spread_note", n=n)):
        told = (f"{t('chart.' + c)} {100 * np.nanmean(part):.0f}%" for c, part in ratios.items())
        charts.show(shapes.narrowing(ratios), "narrowing", f"{t('measure.facet_narrowing')}: {'; '.join(told)}")


@page.guarded()
def main() -> None:
    bench = page.bench_or_wait("homogenization")
    if bench is None:
        return
    with st.sidebar:
        controls.surface()
        who = controls.group(bench)
        controls.method(bench)
        controls.diversity()
        controls.list_settings(bench)
    strategy = in_use.in_use(bench)
    badges = [page.whose(bench, who.label, "groups"), *in_use.badges(strategy)]
    page.header("homogenization", t("homogenization.sentence"), badges)
    in_use.told(bench, ("", strategy))
    page.lacking(bench)
    baseline = compared_with(strategy)
    if len(who.rows) < 2:
        st.info(t("homogenization.too_few"), icon=":material/info:")
        return
    with st.spinner(t("homogenization.measuring")):
        found = results.sameness(bench, strategy, who, baseline)
    verdict(found, strategy, baseline)
    whole(found, who)
    distributions(found)
    left, right = page.split("occupancy", [1, 1.25])
    with left:
        clusters(found, bench)
    with right:
        groups(bench, who, strategy, BASELINES[baseline](strategy))
    table(found)
    with st.spinner(t("tune.against_reading")):
        bubble(bench, found, who, strategy)


navigation.enter("homogenization")
main()
