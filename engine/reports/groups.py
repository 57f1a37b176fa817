"""The parts of a report about shoppers, one for each figure, and about those who make products, one for each way."""

from typing import Any

from engine.fairness import EVERYTHING, OTHERS
from engine.reports.markup import Html, grid, joined, tag
from engine.reports.names import Names, Row, in_order, known, number, significant, span
from engine.reports.plots import Bar, intervals, shares
from engine.reports.verdicts import rests_on_one

Content = dict[str, Any]
MOST_GROUPS, MOST_MAKERS = 30, 12  # in a plot; tables have all


def shoppers(content: Content, names: Names) -> Html:
    """Per figure: what it means, a plot and a table of every group, before and now."""
    rows = [row for row in content["results"] if row["side"] == "shoppers"]
    hidden = [row for row in content["suppressed"] if row["metric"] != "exposure"]
    metrics = dict.fromkeys(row["metric"] for row in [*rows, *hidden])
    most: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["by"], row["group"])
        most[key] = max(most.get(key, 0), row["n"])
    parts: list[Html] = []
    for metric in metrics:
        own, other = ([row for row in part if row["metric"] == metric] for part in (rows, hidden))
        parts.append(_figure(metric, own, other, most, names))
    return joined(parts)


def _figure(metric: str, rows: list[Row], hidden: list[Row], most: dict[tuple[str, str], int], names: Names) -> Html:
    say, unit = names.say, names.unit(metric)
    title = names.figure(metric) + (f" ({unit})" if unit else "")
    changed = any(known(row.get("change")) for row in rows)
    bars: list[Bar] = []
    lines: list[list[object]] = []
    for by in dict.fromkeys(row["by"] for row in [*rows, *hidden]):
        bars.append(Bar(names.way(by)))
        lines.append([names.way(by)])
        for row in in_order(row for row in rows if row["by"] == by):
            bars.append(_bar(metric, row, names))
            lines.append(_line(metric, row, most[by, row["group"]], changed, names))
        for row in in_order(row for row in hidden if row["by"] == by):
            label = names.group(row, "shoppers")
            bars.append(Bar(label, note=say("report.hidden_row")))
            blank = ["–"] * (8 if changed else 6)
            lines.append([label, tag("span", say("report.hidden_row"), class_="hidden"), *blank])
    head = ["group", "n", "missing", *(["before"] if changed else []), "now", *(["change"] if changed else []), "gap"]
    head += ["q", "effect", "detectable"]
    legend = say("report.legend" if changed else "report.legend_one")
    drawn = bars[:MOST_GROUPS]
    missing = sum(bool(bar.now or bar.note) for bar in bars[MOST_GROUPS:])
    more = [" ", say("report.not_drawn", n=missing)] if missing else []
    plot = tag("figure", intervals(drawn, title), tag("figcaption", legend, *more, class_="quiet"))
    table = grid([say(f"report.column.{name}") for name in head], lines, numbers=len(head) - 1)
    return joined([tag("h3", title), tag("p", names.means(metric), class_="quiet"), plot, table])


def _bar(metric: str, row: Row, names: Names) -> Bar:
    scale = 100.0 if names.unit(metric) == "%" else 1.0
    now, before = (
        tuple(scale * row[key] for key in keys) if known(*(row.get(key) for key in keys)) else None
        for keys in (("value", "low", "high"), ("before", "before_low", "before_high"))
    )
    note = number(metric, row["change"], signed=True) if known(row.get("change")) else number(metric, row["value"])
    return Bar(names.group(row, "shoppers"), now, before, note=note)


def _line(metric: str, row: Row, most: int, changed: bool, names: Names) -> list[object]:
    def with_ends(key: str, signed: bool) -> str:
        value, low, high = (row.get(f"{key}{end}") for end in ("", "_low", "_high"))
        return f"{number(metric, value, signed)} ({span(metric, low, high, signed)})"

    now = f"{number(metric, row['value'])} ({span(metric, row['low'], row['high'], False)})"
    cells: list[object] = [names.group(row, "shoppers"), f"{row['n']:,}", f"{most - row['n']:,}"]
    cells += [number(metric, row["before"]), now, with_ends("change", True)] if changed else [now]
    return [
        *cells,
        _marked(with_ends("difference", True), row["q"]),
        _small(row["q"]),
        _effect(row),
        number(metric, row["detectable"]),
    ]


def makers(content: Content, names: Names) -> Html:
    """Per way of telling products apart: attention against sales, before and now, and all values together."""
    told = [row for row in content["results"] if row["side"] == "providers"]
    hidden = [row for row in content["suppressed"] if row["metric"] == "exposure"]
    parts = [tag("p", names.say("report.attention_note"), class_="quiet")]
    for by in dict.fromkeys(row["by"] for row in [*told, *hidden]):
        rows = [row for row in told if row["by"] == by and row["group"] != EVERYTHING and row["metric"] == "exposure"]
        titles = content["setting"]["titles"]
        whole = [row for row in told if row["by"] == by and row["group"] == EVERYTHING]
        parts.append(tag("h3", names.way(by, "providers")))
        resting = [
            tag("p", rests_on_one(row, titles, names), class_="stands") for row in rows if row.get("rests_on_one")
        ]
        parts += [*resting, *(_makers(rows, names) if rows else [])]
        away = sum(row["by"] == by for row in hidden)
        if away:
            parts.append(
                tag(
                    "p",
                    names.say("report.hidden_makers", n=f"{away:,}", least=content["setting"]["threshold"]),
                    class_="quiet",
                )
            )
        parts.append(_whole(whole, names))
    return joined(parts)


def _makers(rows: list[Row], names: Names) -> list[Html]:
    say, changed = names.say, any(known(row.get("change")) for row in rows)
    named = [row for row in rows if row["group"] != OTHERS]
    shown = [*named[:MOST_MAKERS], *rows[len(named) :]]
    bars = [
        Bar(
            names.group(row, "providers"), (100 * row["value"], 100 * row["low"], 100 * row["high"]),
            (100 * row["before"],) * 3 if changed else None, 100 * row["merit"],
            names.with_unit("exposure", row["value"]),
        )
        for row in shown
    ]  # fmt: skip
    head = [
        "group",
        "sales",
        *(["before"] if changed else []),
        "now",
        *(["change"] if changed else []),
        "gap",
        "q",
        "effect",
        "ratio",
        "impact",
        "products",
    ]
    lines = [_maker(row, changed, names) for row in rows]
    missing = len(rows) - len(shown)
    more = say("report.not_drawn", n=missing) if missing else ""
    title = say("report.attention_note")
    return [
        tag("figure", shares(bars, title), *([tag("figcaption", more, class_="quiet")] if more else [])),
        grid([say(f"report.column.{name}") for name in head], lines, numbers=len(head) - 1),
    ]


def _maker(row: Row, changed: bool, names: Names) -> list[object]:
    share = "exposure"
    now = f"{number(share, row['value'])} ({span(share, row['low'], row['high'], False)})"
    gap = f"{number(share, row['difference'], True)} ({span(share, row['difference_low'], row['difference_high'])})"
    cells: list[object] = [names.group(row, "providers"), number(share, row["merit"])]
    if changed:
        ends = span(share, row["change_low"], row["change_high"])
        cells += [number(share, row["before"]), now, f"{number(share, row['change'], True)} ({ends})"]
    else:
        cells.append(now)
    cells += [_marked(gap, row["q"]), _small(row["q"]), _effect(row)]
    return [
        *cells,
        number("ratio", row["ratio"]),
        number("ratio", row["impact_ratio"]),
        number("item_coverage", row["item_coverage"]),
    ]


def _whole(rows: list[Row], names: Names) -> Html:
    say, changed = names.say, any(known(row.get("change")) for row in rows)
    lines = []
    for row in rows:
        metric = row["metric"]
        plain = metric.removesuffix("_rbp")
        words = say(f"report.whole.{plain}")
        cells: list[object] = [say("fairness.rbp", figure=words) if plain != metric else words]
        if changed:
            cells.append(number(plain, row["before"]))
        cells.append(f"{number(plain, row['value'])} ({span(plain, row['low'], row['high'], False)})")
        if changed:
            cells.append(f"{number(plain, row['change'], True)} ({span(plain, row['change_low'], row['change_high'])})")
        lines.append(cells)
    head = [
        say("report.whole_head"),
        *(say(f"report.column.{name}") for name in (["before", "now", "change"] if changed else ["now"])),
    ]
    return grid(head, lines, numbers=len(head) - 1)


def _marked(words: str, q: Any) -> object:
    return tag("span", words, class_="stands") if significant(q) else words


def _small(q: Any) -> str:
    return "–" if not known(q) else "< 0.001" if q < 0.001 else f"{q:.3f}"


def _effect(row: Row) -> str:
    return number("effect", row["effect"], signed=True)
