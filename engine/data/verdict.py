"""Everything that is wrong with a shop's files, and what dropping the bad rows would lose."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from engine.data.dataset import Dataset
from engine.data.findings import Count, Findings, Table
from engine.data.intake import Given, Options, assembled, check_all, given_files, read_all
from engine.data.mapping import EVENT_NAMES, Names, check_mapping
from engine.data.problems import InputError, Problem, Report, silent

POSITIVES = ("buy", "click", "rate")  # what counts as relevant: the first of these that the log has


@dataclass(frozen=True)
class Loss:
    """How many there are in the files, and how many dropping the bad rows would leave."""

    before: int
    after: int

    @property
    def lost(self) -> int:
        return self.before - self.after

    @property
    def share(self) -> float:
        """Share lost, in [0, 1]; 0 of nothing is 0."""
        return self.lost / self.before if self.before else 0.0


@dataclass(frozen=True)
class Verdict:
    """What the door says of some files.

    problems: at most 1,000 of the `total`. counts: how often, by file, column and kind. rows: {table: rows in the
    file, and those left}. losses: of "items", "interactions", "shoppers" and "positives" (buys; see `positive`), for
    what the files hold. data: the shop without its bad rows, None where that cannot be had: some problem stands in the
    way of every row, and `rows` and `losses` are empty then.
    """

    problems: list[Problem]
    total: int
    counts: list[Count]
    rows: dict[str, Loss]
    losses: dict[str, Loss]
    positive: str
    data: Dataset | None

    @property
    def bad_rows(self) -> int:
        return sum(loss.lost for loss in self.rows.values())


def check_shop(
    items: str | Path,
    interactions: Given = None,
    users: Given = None,
    promotions: Given = None,
    mapping: Names | None = None,
    name: str | None = None,
    report: Report = silent,
    options: Options | None = None,
) -> Verdict:
    """Read and check a shop's files, as `read_shop` does, and say it all instead of refusing.

    Every file is read once. Raises InputError for a mapping that means nothing.
    """
    mapping = mapping or {}
    check_mapping(mapping)
    given = given_files(items, interactions, users, promotions)
    findings = Findings()
    tables = read_all(given, mapping, findings, report, options)
    split = dict(findings.dropped)  # rows that could not even be split into cells
    events = mapping.get(EVENT_NAMES, {})
    frames = check_all(tables, events, findings, False, report)
    if findings.fatal:
        return _verdict(findings)
    after = findings
    if findings.problems:  # again, as if the bad rows were not there
        after = Findings(dropped=dict(split))
        frames = check_all(tables, events, after, True, report)
    try:
        data = assembled(name or given["items"].resolve().parent.name, given, frames, after)
    except InputError as error:
        findings.refused(error)
        return _verdict(findings)
    rows = {
        kind: Loss(len(table.cells) + split.get(table.file, 0), len(frames[kind])) for kind, table in tables.items()
    }
    losses, positive = _losses(tables, frames, rows, events)
    return _verdict(findings, rows, losses, positive, data)


def _verdict(
    findings: Findings,
    rows: dict[str, Loss] | None = None,
    losses: dict[str, Loss] | None = None,
    positive: str = POSITIVES[0],
    data: Dataset | None = None,
) -> Verdict:
    counts = sorted(findings.counts.values(), key=lambda count: -count.number)
    return Verdict(findings.problems, findings.total, counts, rows or {}, losses or {}, positive, data)


def _losses(
    tables: Mapping[str, Table],
    frames: Mapping[str, pd.DataFrame],
    rows: Mapping[str, Loss],
    events: Mapping[str, str],
) -> tuple[dict[str, Loss], str]:
    losses = {"items": rows["items"]}
    if "interactions" not in tables:
        return losses, POSITIVES[0]
    cells, kept = tables["interactions"].cells, frames["interactions"]
    shoppers = cells["user_id"][cells["user_id"].str.strip() != ""]
    done = _events(cells, events)
    positive = next((event for event in POSITIVES if (done == event).any()), POSITIVES[0])
    losses["interactions"] = rows["interactions"]
    losses["shoppers"] = Loss(shoppers.nunique(), kept["user_id"].nunique())
    losses["positives"] = Loss(int((done == positive).sum()), int((kept["event"] == positive).sum()))
    return losses, positive


def _events(cells: pd.DataFrame, events: Mapping[str, str]) -> pd.Series:
    """Our event of each line, as the check reads it."""
    if "event" not in cells:
        return pd.Series("rate" if "rating" in cells else "buy", index=cells.index)
    return cells["event"].replace(dict(events)).str.strip().str.lower()
