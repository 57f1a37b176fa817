"""What each line of a log means: events of the mapping, events left out, and logs without an event column."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from engine.data.intake.choices import EVERY_LINE, Choices
from engine.data.intake.mapping import LEAVE_OUT
from engine.data.intake.questions import Question
from engine.data.reading.columns import EVENTS, SCHEMAS
from engine.data.reading.findings import Table
from engine.data.reading.suggestions import squeezed, suggest_events

LIKE_NAME = re.compile(r"event|action|activity|behaviou?r|interaction|status|type|kind|行为|事件|动作|操作|类型|状态")
LIKE_VALUE = re.compile(
    r"view|click|cart|order|purchas|buy|sale|refund|return|cancel|wish|favou?rite|浏览|点击|购|退|单"
)
UNDONE = re.compile(r"cancel|refund|void|unpaid|failed|abandon|storno|annul|取消|退款|关闭|未付|待付")  # of an order
MOST_VALUES = 50  # a column with more distinct values says something else than what happened
MOST_EVENTS = 200  # a column with more of them holds no events
SHOWN = 5  # values that are named


def without_left_out(table: Table, events: Mapping[str, str]) -> tuple[Table, dict[str, int]]:
    """The log without the lines whose event is mapped to "", and how many lines each such event had."""
    left_out = [theirs for theirs, ours in events.items() if ours == LEAVE_OUT]
    if "event" not in table.cells or not left_out:
        return table, {}
    cells = table.cells["event"]
    gone = cells.isin(left_out).to_numpy()
    counts = {str(value): int(n) for value, n in cells[gone].value_counts().items()}
    remaining = table.cells[~gone].reset_index(drop=True)
    return replace(table, cells=remaining, lines=table.lines[~gone]), counts


def with_events(table: Table, events: Mapping[str, str], choices: Choices) -> Table:
    """The log with our events; without an event column every line is what was chosen, else a `rate` if there are
    ratings, else a `buy`."""
    cells = table.cells
    if "event" in cells:
        return replace(table, cells=cells.assign(event=cells["event"].replace(dict(events))))
    return replace(table, cells=cells.assign(event=choices.every_line or assumed(table)))


def event_counts(table: Table) -> dict[str, int]:
    """How many lines each of their events has, the most frequent first; at most `MOST_EVENTS` of them."""
    if "event" not in table.cells:
        return {}
    cells = table.cells["event"]
    counts = cells[cells.str.strip() != ""].value_counts().head(MOST_EVENTS)
    return {str(value): int(n) for value, n in counts.items()}


def unknown_events(counts: Mapping[str, int], events: Mapping[str, str]) -> dict[str, int]:
    """Those of their events that are none of ours, and that the mapping says nothing of."""
    return {value: n for value, n in counts.items() if value not in events and value.strip().lower() not in EVENTS}


def assumed(table: Table) -> str:
    """The event of every line where no column says it and nobody was asked."""
    return "rate" if "rating" in table.cells else "buy"


def without_events(kind: str, table: Table, choices: Choices) -> list[Question]:
    """The questions and notes on a log (a table of that kind) without an event column; none for a log that has it."""
    if "event" in table.cells:
        return []
    if kind == "orders" and not event_like(kind, table):
        return []  # what every line of such a file is needs no saying
    event = choices.every_line or assumed(table)
    details: dict[str, str | int] = {"n": len(table.cells), "lines": f"{len(table.cells):,}", "event": event}
    like = event_like(kind, table)
    if not like:
        return [Question("no_event", table.file, "event", details, "every_line", tuple(EVERY_LINE), choices.every_line)]
    name = like[0]
    values = table.cells[name].value_counts().index
    named = ", ".join(f"“{str(value)[:40]}”" for value in values[:SHOWN] if value)
    details |= {"columns": ", ".join(like), "column": name, "values": named + (" …" if len(values) > SHOWN else "")}
    events = ("buy",) if kind == "orders" else tuple(EVERY_LINE)
    return [Question("event_like", table.file, name, details, "every_line", events, choices.every_line, asked=True)]


def event_like(kind: str, table: Table) -> list[str]:
    """Columns that the log's reader ignores and that seem to hold events, the likeliest first."""
    rated = {}
    for name in table.names:
        if name in SCHEMAS[kind]:
            continue
        values = pd.Series(table.cells[name].unique())
        values = values[values.str.strip() != ""]
        if 0 < len(values) <= MOST_VALUES:
            by_value = float(values.map(_is_event).mean())
            like = bool(LIKE_NAME.search(squeezed(name))) or by_value >= 0.5
            if like and (kind != "orders" or values.map(_is_undone).any()):  # orders have many kinds of kinds
                rated[name] = by_value
    return sorted(rated, key=lambda name: -rated[name])


def _is_undone(value: str) -> bool:
    return bool(UNDONE.search(squeezed(value)))


def _is_event(value: str) -> bool:
    return bool(suggest_events([value]) or LIKE_VALUE.search(squeezed(value)))
