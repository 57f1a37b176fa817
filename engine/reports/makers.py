"""The part of a report about those who make products: attention against sales, for each way of telling them apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.audit.results import Audit
from engine.fairness import OTHERS, ProviderShare, ProvidersTogether, ShopperGap, Suppressed
from engine.reports.names import Names, known, number, with_interval
from engine.reports.plots import Bar, Plot, shares
from engine.reports.rows import effect, gap, small
from engine.reports.tables import Cell, Table
from engine.reports.verdicts import rests_on_one

MOST_MAKERS = 12  # in a plot; tables have all
SHARE = "exposure"


@dataclass(frozen=True)
class WayPart:
    """One way of telling products apart. plot and table: None where nobody is told of; together: figures of all."""

    title: str
    on_one_product: Sequence[str]
    plot: Plot | None
    caption: str
    table: Table | None
    hidden: str
    together: Table


def makers(content: Audit, names: Names) -> list[WayPart]:
    """One part for each way that was asked for, also where nobody may be told of."""
    hidden = [row for row in content.suppressed if row.metric == SHARE]
    rows = [row for row in content.results if not isinstance(row, ShopperGap)]
    return [_way(by, content, hidden, names) for by in dict.fromkeys(row.by for row in [*rows, *hidden])]


def _way(by: str, content: Audit, hidden: Sequence[Suppressed], names: Names) -> WayPart:
    setting = content.setting
    rows = [row for row in content.providers if row.by == by and row.metric == SHARE]
    together = [row for row in content.together if row.by == by]
    n_hidden = sum(row.by == by for row in hidden)
    named = [row for row in rows if row.group != OTHERS]
    drawn = [*named[:MOST_MAKERS], *rows[len(named) :]]
    not_drawn = len(rows) - len(drawn)
    return WayPart(
        title=names.way(by, "providers"),
        on_one_product=[rests_on_one(row, setting.titles, names) for row in rows if row.rests_on_one],
        plot=_plot(drawn, names) if rows else None,
        caption=names.say("report.not_drawn", n=not_drawn) if not_drawn else "",
        table=_table(rows, names) if rows else None,
        hidden=names.say("report.hidden_makers", n=f"{n_hidden:,}", least=setting.threshold) if n_hidden else "",
        together=_together(together, names),
    )


def _changed(rows: Sequence[ProviderShare | ProvidersTogether]) -> bool:
    return any(known(row.change) for row in rows)


def _plot(rows: Sequence[ProviderShare], names: Names) -> Plot:
    changed = _changed(rows)
    bars = [
        Bar(
            names.group(row, "providers"), (100 * row.value, 100 * row.low, 100 * row.high),
            (100 * row.before,) * 3 if changed else None, 100 * row.merit,
            names.with_unit(SHARE, row.value),
        )
        for row in rows
    ]  # fmt: skip
    return shares(bars, names.say("report.attention_note"))


def _table(rows: Sequence[ProviderShare], names: Names) -> Table:
    changed = _changed(rows)
    columns = ["group", "sales", *(["before", "now", "change"] if changed else ["now"])]
    columns += ["gap", "q", "effect", "ratio", "impact", "products"]
    head = [names.say(f"report.column.{name}") for name in columns]
    return Table(head, [_line(row, changed, names) for row in rows], numbers=len(columns) - 1)


def _line(row: ProviderShare, changed: bool, names: Names) -> list[Cell]:
    cells: list[Cell] = [names.group(row, "providers"), number(SHARE, row.merit), *_values(SHARE, row, changed)]
    cells += [gap(SHARE, row), small(row.q), effect(row)]
    cells += [number("ratio", row.ratio), number("ratio", row.impact_ratio)]
    return [*cells, number("item_coverage", row.item_coverage)]


def _values(metric: str, row: ProviderShare | ProvidersTogether, changed: bool) -> list[str]:
    """What it was, is, and the change; or what it is, where there is nothing to compare with."""
    now = with_interval(metric, row.value, row.low, row.high, signed=False)
    if not changed:
        return [now]
    change = with_interval(metric, row.change, row.change_low, row.change_high)
    return [number(metric, row.before), now, change]


def _together(rows: Sequence[ProvidersTogether], names: Names) -> Table:
    """Figures of all makers together."""
    say, changed = names.say, _changed(rows)
    lines: list[list[Cell]] = []
    for row in rows:
        metric = row.metric.removesuffix("_rbp")
        words = say(f"report.whole.{metric}")
        label = say("fairness.rbp", figure=words) if metric != row.metric else words
        lines.append([label, *_values(metric, row, changed)])
    columns = [say(f"report.column.{name}") for name in (["before", "now", "change"] if changed else ["now"])]
    return Table([say("report.whole_head"), *columns], lines, numbers=len(columns))
