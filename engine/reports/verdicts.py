"""What an audit says, plainly: which rows speak for the rest, and the sentences they make."""

from collections.abc import Mapping
from typing import Any

from engine.fairness import OTHERS
from engine.reports.names import Names, Row, known, number, significant, span

Content = dict[str, Any]


def widest(content: Content, side: str) -> list[Row]:
    """Per way and figure the row that is furthest from the rest: of those that stand after correction, else of all.

    Attention counts by the first position model, and a maker below its sales goes before one above.
    """
    found: dict[tuple[str, str], Row] = {}
    for row in content["results"]:
        if row["side"] != side or not known(row["difference"]) or row["group"] == OTHERS:
            continue
        if side == "providers" and row["metric"] != "exposure":
            continue
        key = (row["by"], row["metric"])
        if key not in found or _weight(row) > _weight(found[key]):
            found[key] = row
    return list(found.values())


def _weight(row: Row) -> tuple[bool, bool, float]:
    below = row["side"] == "providers" and row["difference"] < 0
    return significant(row.get("q")), below, abs(row["difference"])


def foremost(content: Content, side: str, most: int) -> list[Row]:
    """Of `widest` the `most` largest effects, those that stand after correction first."""
    return sorted(widest(content, side), key=lambda row: (not significant(row.get("q")), -abs(row["effect"])))[:most]


def sentence(row: Row, names: Names) -> str:
    """A row of `widest` in words, with its interval and whether it stands after correction."""
    say, metric, side = names.say, row["metric"], row["side"]
    ends = span(metric, row["difference_low"], row["difference_high"])
    holds = say("fairness.stands" if significant(row.get("q")) else "fairness.chance")
    if side == "providers":
        sells, gets = (f"{100 * row[part]:.1f}" for part in ("merit", "value"))
        said = say("report.attention_is", name=names.group(row, side), sells=sells, gets=gets)
        said += say("fairness.flagged") if row.get("rests_on_one") else ""
    else:
        size = names.with_unit(metric, row["difference"], change=True)
        group, way = names.group(row, side), names.way(row["by"])
        said = say("report.gap_is", figure=names.figure(metric), way=way, group=group, n=f"{row['n']:,}", gap=size)
    return " ".join([said, say("fairness.sure", span=ends), holds])


def rests_on_one(row: Row, titles: Mapping[str, str], names: Names) -> str:
    """That most of what a maker, or a group of makers, gets rests on one product, and what is left without it."""
    title = titles.get(str(row["top_item"]), str(row["top_item"]))
    shares = {name: number("exposure", row[name]) for name in ("value", "merit", "top_share", "without_top")}
    if not known(row["merit_without_top"]):
        return names.say("fairness.rests_on_one", name=names.group(row, "providers"), title=title, **shares)
    sells = number("exposure", row["merit_without_top"])
    told = {"name": names.group(row, "providers"), "title": title, "sells_without": sells}
    return names.say("fairness.rests_on_one_sells", **told, **shares)
