"""The findings of an audit: cards of makers and of the widest gaps, each with its interval."""

from typing import Any

from engine.audit.results import Audit
from engine.fairness import Gap, ProviderShare, ShopperGap
from engine.reports.verdicts import widest
from ui.component import cards
from ui.fairness.terms import figure_name, form, group_name, known, means, number, significant, span, unit, way_name
from ui.text.words import joined, t, unbroken

MOST = 8


def verdict(content: Audit) -> None:
    """One card for each way of telling products apart, and for each figure and way of telling shoppers apart."""
    rows = [*widest(content, "providers"), *widest(content, "shoppers")]
    entries = [_maker(row) if isinstance(row, ProviderShare) else _gap(row) for row in rows]
    if entries:
        cards("fairness_cards", entries[:MOST], least=215)


def _maker(row: ProviderShare) -> dict[str, Any]:
    name = group_name(row, "providers")
    sells, gets = f"{100 * row.merit:.0f}", f"{100 * row.value:.0f}"
    note = t("fairness.sells_gets", sells=sells, gets=gets)
    label = t("fairness.attention_less_sales", name=name)
    note += t("fairness.flagged") if row.rests_on_one else ""
    return _card(row, "exposure", label, t("fairness.attention_help"), note)


def _gap(row: ShopperGap) -> dict[str, Any]:
    metric = row.metric
    label = t("fairness.widest", figure=figure_name(metric), way=way_name(row.by).lower())
    note = t("fairness.against_rest", group=group_name(row, "shoppers"), n=f"{row.n:,}")
    return _card(row, metric, label, joined(means(metric), t("fairness.widest_help")), note)


def _card(row: Gap, metric: str, label: str, help_: str, note: str) -> dict[str, Any]:
    sure = unbroken(span(metric, row.difference_low, row.difference_high))
    holds = "stands" if significant(row.q) else "chance"
    change = ""
    if known(row.gap_change):
        size = number(metric, row.gap_change, True).replace("−", "-")
        change = f"{size} {unit(metric, True)}" if form(metric).suffix else size
    return {
        "key": f"{row.side}:{row.by}:{metric}",
        "label": label,
        "help": help_,
        "note": joined(note, t("fairness.sure", span=sure), t(f"fairness.{holds}")),
        "blocks": [
            {
                "title": "", "value": number(metric, row.difference, True), "unit": unit(metric, True),
                "change": change, "tone": "", "from": t("fairness.since_before") if change else "", "spark": None,
            }
        ],
    }  # fmt: skip
