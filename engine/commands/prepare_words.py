"""What `prepare` prints of rows that are lost, cells that are emptied, and assumptions that it made."""

import sys
from collections.abc import Iterable, Mapping

from engine.data import Verdict
from engine.data.intake.losses import RowLoss
from engine.data.reading.findings import Count
from engine.words import speaker

NAMES = {"items": "products", "interactions": "log lines", "shoppers": "shoppers"}


def print_verdict(verdict: Verdict) -> None:
    """Every row that is not read, by file, column and reason; then what that loses. Nothing where all is read."""
    say = speaker("en")
    for gone in verdict.left_out:
        words = say(f"lost.{gone.kind}", n=gone.number, count=f"{gone.number:,}", value=gone.value)
        print(f"{gone.file}, {gone.column}: {words}")
    _reasons("emptied", "cell", verdict.emptied)
    if not any(loss.lost for loss in verdict.rows.values()):
        return
    for kind, loss in verdict.rows.items():
        if loss.lost:
            print(f"dropped: {loss.lost:,} of {loss.before:,} rows of {kind}")
    _reasons("dropped for", "row", verdict.dropped)
    print(f"lost: {_losses(verdict.losses, verdict.positive)}")
    if verdict.if_emptied is not None:
        print(f"with --empty-bad it would be: {_losses(verdict.if_emptied, verdict.positive)}")


def print_ways(verdict: Verdict) -> None:
    """What dropping bad rows would lose, and emptying bad cells first, on stderr, for a load that is refused."""
    if verdict.bad_rows and verdict.data is not None:
        print(f"--drop-bad would lose {_losses(verdict.losses, verdict.positive)}", file=sys.stderr)
    if verdict.if_emptied is not None:
        losses = _losses(verdict.if_emptied, verdict.positive)
        print(f"--empty-bad with --drop-bad would lose {losses}", file=sys.stderr)


def print_notes(verdict: Verdict) -> None:
    """What was taken for granted, on stderr, with the flag that changes it."""
    for question in verdict.questions:
        if question.open or question.answer is not None:
            continue
        note = question.problem()
        place = note.file + (f", {note.column}" if note.column else "")
        ways = f" {note.fix}." if question.options else ""
        print(f"note: {place}: {note.problem}.{ways}", file=sys.stderr)


def _reasons(verb: str, noun: str, counts: Iterable[Count]) -> None:
    for count in counts:
        place = count.file + (f", {count.column}" if count.column else "")
        lines = ", ".join(map(str, count.lines))
        words = count.problem or count.kind
        print(f"  {verb} {place}: {words}: {count.number:,} {noun}{'s' * (count.number != 1)} (first at line {lines})")


def _losses(losses: Mapping[str, RowLoss], positive: str) -> str:
    names = {**NAMES, "positives": f"{positive} lines"}
    return ", ".join(f"{loss.lost:,} of {loss.before:,} {names[name]}" for name, loss in losses.items())
