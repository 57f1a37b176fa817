"""The part of a report about shoppers: one figure after another, each with a plot and a table of all groups."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.audit.results import Audit
from engine.fairness import ShopperGap, Suppressed
from engine.reports.names import Names, in_order, known, number, with_interval
from engine.reports.plots import Bar, Plot, intervals
from engine.reports.rows import effect, gap, small
from engine.reports.tables import Cell, Marked, Table

MOST_GROUPS = 30  # in a plot; tables have all


@dataclass(frozen=True)
class FigurePart:
    """One figure: what it is called and means, and every group's, before and now."""

    title: str
    means: str
    plot: Plot
    caption: str
    table: Table


def shoppers(content: Audit, names: Names) -> list[FigurePart]:
    """One part for each figure that was asked for, also where nothing of it may be told."""
    rows = content.shoppers
    hidden = [row for row in content.suppressed if row.metric != "exposure"]
    largest: dict[tuple[str, str], int] = {}  # of each group, over all figures
    for row in rows:
        key = (row.by, row.group)
        largest[key] = max(largest.get(key, 0), row.n)
    parts = []
    both: list[ShopperGap | Suppressed] = [*rows, *hidden]
    for metric in dict.fromkeys(row.metric for row in both):
        shown = [row for row in rows if row.metric == metric]
        withheld = [row for row in hidden if row.metric == metric]
        parts.append(_figure(metric, shown, withheld, largest, names))
    return parts


def _figure(
    metric: str,
    rows: Sequence[ShopperGap],
    hidden: Sequence[Suppressed],
    largest: dict[tuple[str, str], int],
    names: Names,
) -> FigurePart:
    say, unit = names.say, names.unit(metric)
    title = names.figure(metric) + (f" ({unit})" if unit else "")
    changed = any(known(row.change) for row in rows)
    columns = ["group", "n", "missing", *(["before", "now", "change"] if changed else ["now"])]
    columns += ["gap", "q", "effect", "detectable"]
    bars: list[Bar] = []
    lines: list[list[Cell]] = []
    both: list[ShopperGap | Suppressed] = [*rows, *hidden]
    for by in dict.fromkeys(row.by for row in both):
        bars.append(Bar(names.way(by)))
        lines.append([names.way(by)])
        for row in in_order(row for row in rows if row.by == by):
            bars.append(_bar(metric, row, names))
            lines.append(_line(metric, row, largest[by, row.group], changed, names))
        for withheld in in_order(row for row in hidden if row.by == by):
            label, words = names.group(withheld, "shoppers"), say("report.hidden_row")
            bars.append(Bar(label, note=words))
            lines.append([label, Marked(words, "hidden"), *["–"] * (len(columns) - 2)])
    table = Table([say(f"report.column.{name}") for name in columns], lines, numbers=len(columns) - 1)
    plot = intervals(bars[:MOST_GROUPS], title)
    return FigurePart(title, names.means(metric), plot, _caption(bars, changed, names), table)


def _caption(bars: Sequence[Bar], changed: bool, names: Names) -> str:
    legend = names.say("report.legend" if changed else "report.legend_one")
    not_drawn = sum(bool(bar.now or bar.note) for bar in bars[MOST_GROUPS:])
    return f"{legend} {names.say('report.not_drawn', n=not_drawn)}" if not_drawn else legend


def _bar(metric: str, row: ShopperGap, names: Names) -> Bar:
    scale = 100.0 if names.unit(metric) == "%" else 1.0
    now, before = (row.value, row.low, row.high), (row.before, row.before_low, row.before_high)
    note = number(metric, row.change, signed=True) if known(row.change) else number(metric, row.value)
    return Bar(names.group(row, "shoppers"), _scaled(now, scale), _scaled(before, scale), note=note)


def _scaled(ends: tuple[float, float, float], scale: float) -> tuple[float, float, float] | None:
    value, low, high = ends
    return (scale * value, scale * low, scale * high) if known(*ends) else None


def _line(metric: str, row: ShopperGap, largest: int, changed: bool, names: Names) -> list[Cell]:
    now = with_interval(metric, row.value, row.low, row.high, signed=False)
    cells: list[Cell] = [names.group(row, "shoppers"), f"{row.n:,}", f"{largest - row.n:,}"]
    if changed:
        change = with_interval(metric, row.change, row.change_low, row.change_high)
        cells += [number(metric, row.before), now, change]
    else:
        cells.append(now)
    return [*cells, gap(metric, row), small(row.q), effect(row), number(metric, row.detectable)]
