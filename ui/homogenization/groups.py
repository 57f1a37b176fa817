"""Groups of shoppers who see nearly the same page."""

import numpy as np
import pandas as pd
import streamlit as st

from engine.bench.bench import Bench
from engine.diagnosis.lookalike_groups import PageGroup, PageGroups
from engine.strategy.strategy import Strategy
from ui import state
from ui.background import results
from ui.shell import page
from ui.state import options
from ui.text import products
from ui.text.shoppers import Who, column_name
from ui.text.words import clauses, plain, t
from ui.widgets import downloads

SAME = {"half": 0.5, "most": 0.7, "nearly_all": 0.9}
GROUPS = 5  # groups of look-alike pages


def groups(bench: Bench, who: Who, strategy: Strategy, baseline: Strategy) -> None:
    """Which groups of shoppers see nearly the same page, now and by the baseline."""
    same = SAME[state.view().same]
    now = results.same_page(bench, strategy, who, same)
    before = results.same_page(bench, baseline, who, same)
    least = int(np.ceil(same * strategy.k - 1e-9))
    with page.card(t("homogenization.groups"), t("homogenization.groups_note", least=least, k=strategy.k)):
        st.segmented_control(
            t("control.same"), required=True, help=t("control.same_help"),
            **options.setting("same", {name: t(f"same.{name}") for name in SAME}),
        )  # fmt: skip
        st.markdown(_counted(now, before))
        if now.groups:
            rows = [_group(bench, entry, len(who.rows), strategy.k) for entry in now.groups[:GROUPS]]
            rows = rows if any(row[t("homogenization.groups_traits")] for row in rows) else [_bare(row) for row in rows]
            with st.container(key="page_groups"):
                st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)
            downloads.table(lambda: _members(bench, now), "look-alike-pages")


def _counted(now: PageGroups, before: PageGroups) -> str:
    share, then = (f"{100 * pages.n_alike / pages.n_shoppers:.1f}" for pages in (now, before))
    if not len(now.sizes):
        return t("homogenization.groups_none", before=then)
    largest = int(before.sizes[0]) if len(before.sizes) else 0
    counts = {"n": f"{len(now.sizes):,}", "largest": f"{now.sizes[0]:,}"}
    sentence = t("homogenization.groups_found", share=share, before=then)
    more = t("homogenization.groups_count", **counts, n_before=f"{len(before.sizes):,}", largest_before=f"{largest:,}")
    return f"**{sentence}**  \n:gray[:small[{more}]]"


def _group(bench: Bench, entry: PageGroup, n_shoppers: int, k: int) -> dict[str, str]:
    titles = [
        f"{plain(products.title(bench, int(item)))} :gray[{100 * share:.0f}%]"
        for item, share in zip(entry.items[:4], entry.seen[:4], strict=True)
    ]
    traits = [
        t("homogenization.groups_trait", column=plain(column_name(trait.column)), value=plain(trait.value),
          lift=f"{trait.lift:.1f}", n=trait.n)
        for trait in entry.traits[:2]
    ]  # fmt: skip
    return {
        t("homogenization.groups_shoppers"): f"{len(entry.rows):,}",
        t("homogenization.groups_share"): f"{100 * len(entry.rows) / n_shoppers:.1f}%",
        t("homogenization.groups_shared"): f"{entry.shared:.1f} {t('figure.of', n=k)}",
        t("homogenization.groups_core"): f"{entry.core}",
        t("homogenization.groups_items"): " · ".join(titles),
        t("homogenization.groups_traits"): clauses(traits),
    }


def _bare(row: dict[str, str]) -> dict[str, str]:
    """A group's row without the column of traits, where no group has any."""
    return {name: words for name, words in row.items() if name != t("homogenization.groups_traits")}


def _members(bench: Bench, pages: PageGroups) -> pd.DataFrame:
    names = bench.names()
    return pd.DataFrame(
        {"group": number, "user_id": names[row]} for number, entry in enumerate(pages.groups, 1) for row in entry.rows
    )
