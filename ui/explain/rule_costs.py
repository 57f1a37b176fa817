"""The card of what each rule of the strategy costs: where it acts, its price, where it is broken."""

import numpy as np
import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.explain.rule_prices import MOST, RulePrice
from engine.strategy.strategy import Strategy
from ui.background import results
from ui.charts.bars import signed
from ui.shell import page
from ui.text.rule_words import rule_words
from ui.text.shoppers import Who
from ui.text.words import labelled, plain, t
from ui.widgets import downloads


def card(bench: Bench, strategy: Strategy, who: Who) -> None:
    """The price of each rule that holds today, over the lists in view, and for one shopper in their list as well;
    nothing where the strategy has no rules."""
    entries = strategy.entries(bench.today)
    if not entries:
        return
    one_shopper = who.row is not None
    with page.card(key="rule_table"), st.spinner(t("rules_cost.reading")):
        many = results.rule_prices(bench, strategy, None if one_shopper else who)
        own = results.rule_prices(bench, strategy, who) if one_shopper else []
        everyone = len(bench.users if one_shopper else who.rows)
        note = t("rules_cost.note", n=f"{len(many[0].slots):,}", all=f"{everyone:,}")
        st.markdown(f"**{t('rules_cost.title')}**  \n:gray[:small[{note}]]")
        st.table(pd.DataFrame(_lines(bench, many, own)), border="horizontal", hide_index=True)
        st.markdown(f":gray[:small[{t('rules_cost.meaning')}]]")
        if len(entries) > MOST:
            st.markdown(f":orange[:small[{t('rules_cost.left_out', n=len(entries) - MOST, most=MOST)}]]")
        downloads.table(lambda: _table(bench, many, own), "rules")


def _lines(bench: Bench, many: list[RulePrice], own: list[RulePrice]) -> list[dict[str, str]]:
    mine = {price.number: price for price in own}
    return [
        {t("rules_cost.rule"): plain(_words(bench, price))}
        | ({t("rules_cost.here"): _here(mine[price.number])} if mine else {})
        | {
            t("rules_cost.acts"): t("rules_cost.of", n=f"{price.binds.sum():,}", lists=f"{len(price.binds):,}"),
            t("rules_cost.price"): _points(price.mean),
            t("rules_cost.interval"): _interval(price),
            t("rules_cost.broken"): _broken(price),
        }
        for price in many
    ]


def _words(bench: Bench, price: RulePrice) -> str:
    words = rule_words(price.entry, bench)
    return labelled(price.entry.name, words) if price.entry.name else words


def _here(price: RulePrice) -> str:
    """What the rule does in one shopper's list."""
    if price.broken[0]:
        return f":orange[{t('rules_cost.is_broken')}]"
    if not price.binds[0]:
        return f":gray[{t('rules_cost.idle')}]"
    return t("rules_cost.changed", n=int(price.slots[0]), price=_points(float(price.given[0])))


def _points(value: float) -> str:
    """A price in points of relevance kept: what it costs has no sign, a gain has a plus."""
    if not np.isfinite(value):
        return "–"
    cost = round(100 * value, 2) + 0.0  # no sign for 0
    return t("rules_cost.gain", n=f"{-cost:.2f}") if cost < 0 else t("rules_cost.points", n=f"{cost:.2f}")


def _interval(price: RulePrice) -> str:
    low, high = price.interval
    return "–" if not np.isfinite([low, high]).all() else f"{signed(100 * low)} … {signed(100 * high)}"


def _broken(price: RulePrice) -> str:
    count = int(price.broken.sum())
    return f":orange[{count:,}]" if count else "0"


def _table(bench: Bench, many: list[RulePrice], own: list[RulePrice]) -> pd.DataFrame:
    """The same figures to take away: shares of relevance, not points."""
    mine = {price.number: price for price in own}
    rows = []
    for price in many:
        low, high = price.interval
        row = {
            "rule": price.number + 1, "words": _words(bench, price), "lists": len(price.binds),
            "lists_where_it_acts": int(price.binds.sum()), "price": price.mean, "low": low, "high": high,
            "lists_broken": int(price.broken.sum()),
        }  # fmt: skip
        if mine:
            here = mine[price.number]
            row |= {"places_changed_here": int(here.slots[0]), "price_here": float(here.given[0])}
            row |= {"broken_here": bool(here.broken[0])}
        rows.append(row)
    return pd.DataFrame(rows)
