"""What an audit says, plainly: which rows speak for the rest, and the sentences they make."""

from collections.abc import Mapping

from engine.audit.results import Audit
from engine.fairness import OTHERS, Gap, ProviderShare
from engine.reports.names import Names, known, number, significant, span


def widest(content: Audit, side: str) -> list[Gap]:
    """Per way and figure the row that is furthest from the rest: of those that stand after correction, else of all.

    Attention counts by the first position model, and a maker below its sales goes before one above.
    """
    by_key: dict[tuple[str, str], Gap] = {}
    for row in content.gaps:
        if row.side != side or (isinstance(row, ProviderShare) and row.metric != "exposure"):
            continue
        if not known(row.difference) or row.group == OTHERS:
            continue
        key = (row.by, row.metric)
        if key not in by_key or _weight(row) > _weight(by_key[key]):
            by_key[key] = row
    return list(by_key.values())


def _weight(row: Gap) -> tuple[bool, bool, float]:
    below = isinstance(row, ProviderShare) and row.difference < 0
    return significant(row.q), below, abs(row.difference)


def foremost(content: Audit, side: str, limit: int) -> list[Gap]:
    """Of `widest` the `limit` largest effects, those that stand after correction first."""
    return sorted(widest(content, side), key=lambda row: (not significant(row.q), -abs(row.effect)))[:limit]


def sentence(row: Gap, names: Names) -> str:
    """A row of `widest` in words, with its interval and whether it stands after correction."""
    say, metric = names.say, row.metric
    ends = span(metric, row.difference_low, row.difference_high)
    holds = say("fairness.stands" if significant(row.q) else "fairness.chance")
    if isinstance(row, ProviderShare):
        sells, gets = f"{100 * row.merit:.1f}", f"{100 * row.value:.1f}"
        words = say("report.attention_is", name=names.group(row, "providers"), sells=sells, gets=gets)
        words += say("fairness.flagged") if row.rests_on_one else ""
    else:
        size = names.with_unit(metric, row.difference, change=True)
        group, way = names.group(row, "shoppers"), names.way(row.by)
        words = say("report.gap_is", figure=names.figure(metric), way=way, group=group, n=f"{row.n:,}", gap=size)
    return say("report.verdict", said=words, sure=say("fairness.sure", span=ends), holds=holds)


def rests_on_one(row: ProviderShare, titles: Mapping[str, str], names: Names) -> str:
    """That most of what a maker, or a group of makers, gets rests on one product, and what is left without it."""
    item = str(row.top_item)
    shares = {
        "value": number("exposure", row.value), "merit": number("exposure", row.merit),
        "top_share": number("exposure", row.top_share), "without_top": number("exposure", row.without_top),
    }  # fmt: skip
    blanks = {"name": names.group(row, "providers"), "title": titles.get(item, item), **shares}
    if not known(row.merit_without_top):
        return names.say("fairness.rests_on_one", **blanks)
    sells = number("exposure", row.merit_without_top)
    return names.say("fairness.rests_on_one_sells", sells_without=sells, **blanks)
