"""What dropping the bad rows of a shop's files would lose."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from engine.data.reading.columns import SINGLE_FILES
from engine.data.reading.findings import Table

POSITIVES = ("buy", "click", "rate")  # what counts as relevant: the first of these that the log has


@dataclass(frozen=True)
class RowLoss:
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


def losses_of(
    tables: Mapping[str, Table], frames: Mapping[str, pd.DataFrame], split: Mapping[str, int]
) -> tuple[dict[str, RowLoss], dict[str, RowLoss], str]:
    """By table the rows before and after; the same for "items", "interactions", "shoppers" and "positives"; and the
    event that counts as positive. tables: as interpreted; frames: their good rows; split: {file: rows that could not
    even be split into cells}."""
    rows = {
        kind: RowLoss(len(table.cells) + split.get(table.file, 0), len(frames[kind])) for kind, table in tables.items()
    }
    single = next((kind for kind in tables if kind in SINGLE_FILES), None)
    items, log = (single, single) if single else ("items", "interactions")
    losses = {"items": RowLoss(_named(tables[items].cells["item_id"]), frames[items]["item_id"].nunique())}
    if log not in tables:
        return rows, losses, POSITIVES[0]
    cells, good = _with_event(tables[log].cells, single), _with_event(frames[log], single)
    done = cells["event"].str.strip().str.lower()
    positive = next((event for event in POSITIVES if (done == event).any()), POSITIVES[0])
    losses["interactions"] = rows[log]
    losses["shoppers"] = RowLoss(_named(cells["user_id"]), good["user_id"].nunique())
    losses["positives"] = RowLoss(int((done == positive).sum()), int((good["event"] == positive).sum()))
    return rows, losses, positive


def _with_event(lines: pd.DataFrame, single: str | None) -> pd.DataFrame:
    """The lines with what each of them is, where its file cannot say anything else."""
    return lines.assign(event="rate") if single == "reviews" else lines


def _named(ids: pd.Series) -> int:
    """How many different ids a column names."""
    return int(ids[ids.str.strip() != ""].nunique())
