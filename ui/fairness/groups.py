"""A chart of shoppers' groups for each figure, and of attention against sales for each way of grouping products."""

from collections.abc import Iterator

import streamlit as st

from engine.audit.results import Audit
from engine.fairness import ProviderShare, ShopperGap, Suppressed
from engine.reports.verdicts import rests_on_one
from ui import charts
from ui.fairness import charts as shapes
from ui.fairness.charts import Line
from ui.fairness.terms import (
    FIGURES,
    NAMES,
    OTHERS,
    base,
    figure_name,
    group_name,
    in_order,
    known,
    means,
    number,
    significant,
    span,
    unit,
    way_name,
    with_unit,
)
from ui.shell import page
from ui.text.words import clauses, joined, labelled, plain, t

MOST_GROUPS, MOST_MAKERS, MOST_HIDDEN = 24, 9, 4


def shoppers(content: Audit, names: tuple[str, str]) -> None:
    """Per figure: every group before and now, its paired change, what is hidden."""
    rows = content.shoppers
    hidden = [row for row in content.suppressed if row.metric != "exposure"]
    metrics = sorted(
        {row.metric for row in rows} | {row.metric for row in hidden}, key=lambda metric: FIGURES.index(base(metric))
    )
    for metric in metrics:
        results, withheld = (
            [row for row in rows if row.metric == metric],
            [row for row in hidden if row.metric == metric],
        )
        of_unit = f" ({unit(metric)})" if unit(metric) else ""
        note = joined(means(metric), t("fairness.intervals"))
        with page.card(f"{figure_name(metric)}{of_unit}", note, key=f"fair_{metric.partition(':')[0]}"):
            if results:
                st.markdown(_summary(results))
            lines = list(_lines(results, withheld))
            alt = clauses(_row_text(row, metric) for row in results) or t("fairness.all_hidden")
            charts.show(shapes.groups(lines, metric, names), f"groups_{metric}", alt)
            if len(results) > MOST_GROUPS:
                st.markdown(f":gray[:small[{t('fairness.more_groups', n=len(results) - MOST_GROUPS)}]]")
            if withheld:
                st.markdown(
                    f":gray[:small[:material/visibility_off: {t('fairness.hidden', n=content.setting.threshold)}]]"
                )


def _summary(rows: list[ShopperGap]) -> str:
    """How many groups gain and how many pay, and whether any gap changes."""
    if not known(rows[0].change):
        return f"**{t('fairness.gaps_stand', k=sum(significant(row.q) for row in rows), n=len(rows))}**"
    down, up = sum(row.change_high < 0 for row in rows), sum(row.change_low > 0 for row in rows)
    moved = sum(significant(row.gap_change_q) for row in rows)
    return f"**{t('fairness.changed', down=down, up=up, n=len(rows))}** {t('fairness.gaps_moved', k=moved)}"


def _lines(released: list[ShopperGap], hidden: list[Suppressed]) -> Iterator[Line]:
    """The lines of a chart, by way of grouping. Of very many groups, only those with the largest gaps."""
    widest = sorted(released, key=lambda row: -abs(row.difference))[:MOST_GROUPS]
    ways = list(dict.fromkeys([*(row.by for row in released), *(row.by for row in hidden)]))
    for by in ways:
        if len(ways) > 1:
            yield Line("head", way_name(by))
        shown_rows = in_order(row for row in released if row.by == by and row in widest)
        yield from (Line("told", group_name(row, "shoppers"), row) for row in shown_rows)
        withheld = in_order(row for row in hidden if row.by == by)
        if len(withheld) > MOST_HIDDEN:
            yield Line("hidden", t("fairness.hidden_groups", n=len(withheld)))
        else:
            yield from (Line("hidden", group_name(row, "shoppers")) for row in withheld)


def _row_text(row: ShopperGap, metric: str) -> str:
    words = f"{group_name(row, 'shoppers')}, n {row.n}: {with_unit(metric, row.value)}"
    if not known(row.change):
        return words
    ends = span(metric, row.change_low, row.change_high)
    return f"{words}, {t('fairness.change')} {number(metric, row.change, True)} ({ends})"


def makers(content: Audit) -> None:
    """For each way of grouping products: attention before and now beside sales, and the groups not named."""
    rows = [row for row in content.providers if row.metric == "exposure"]
    hidden = [row for row in content.suppressed if row.metric == "exposure"]
    ways = list(dict.fromkeys([*(row.by for row in rows), *(row.by for row in hidden)]))
    later = content.setting.since is not None
    for first in range(0, len(ways), 2):
        pair = ways[first : first + 2]
        for place, by in zip(page.split(f"makers_{first}", [1] * len(pair)), pair, strict=True):
            title = t("fairness.against_sales", way=plain(way_name(by, "providers")))
            note = t("fairness.against_sales_later" if later else "fairness.against_sales_past")
            with place, page.card(title, note, key=f"makers_{by}"):
                _makers(by, [row for row in rows if row.by == by], sum(row.by == by for row in hidden), content)


def _makers(by: str, rows: list[ProviderShare], n_hidden: int, content: Audit) -> None:
    named = [row for row in rows if row.group != OTHERS]
    shown = [(group_name(row, "providers"), row) for row in [*named[:MOST_MAKERS], *rows[len(named) :]]]
    for row in rows:
        if row.rests_on_one:
            words = rests_on_one(row, content.setting.titles, NAMES)
            st.markdown(f":orange[:material/push_pin: {plain(words)}]")
    if shown:
        charts.show(
            shapes.attention(shown), f"attention_{by}", clauses(_maker_text(*labelled_row) for labelled_row in shown)
        )
        legend = f"● {t('fairness.before')} :green[● {t('fairness.now')}] ┃ {t('fairness.sales')}"
        st.markdown(f":gray[:small[{legend if known(rows[0].before) else legend.partition(' ')[2]}]]")
    if len(named) > MOST_MAKERS:
        st.markdown(f":gray[:small[{t('fairness.more_makers', n=len(named) - MOST_MAKERS)}]]")
    if n_hidden:
        words = t("fairness.hidden_makers", k=n_hidden, n=content.setting.threshold)
        st.markdown(f":gray[:small[:material/visibility_off: {words}]]")


def _maker_text(label: str, row: ProviderShare) -> str:
    sells, gets = f"{100 * row.merit:.1f}", f"{100 * row.value:.1f}"
    return labelled(plain(label), t("fairness.sells_gets", sells=sells, gets=gets))
