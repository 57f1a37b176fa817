"""The comparison over all shoppers: each further list paired with the first, with intervals."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.bench.measures import key_of
from engine.strategy.strategy import Strategy
from ui.background import results
from ui.shell import page
from ui.text import changes
from ui.text.words import t
from ui.widgets import downloads

MEASURES = (
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


def all_shoppers(bench: Bench, strategies: list[Strategy]) -> None:
    """The card with the table of changes."""
    evidence = bench.evidence(page.scope())
    keys = tuple(key for name in MEASURES if (key := key_of(name, evidence)))
    with page.card(t("compare.everyone", n=f"{len(bench.users):,}"), t("compare.everyone_note")):
        with st.spinner(t("compare.resampling")):
            others = [results.changes(bench, strategies[0], other, keys) for other in strategies[1:]]
        table = [changes.table_line(rows) for rows in zip(*others, strict=True)]
        st.table(pd.DataFrame(table), border="horizontal", hide_index=True)
        st.markdown(f":gray[:small[{t('compare.intervals')}]]")
        raw = [{"list": letter} | asdict(row) for letter, rows in zip("BC", others, strict=False) for row in rows]
        downloads.table(lambda: pd.DataFrame(raw), "compare-all")
