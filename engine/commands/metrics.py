"""Measure lists that are already made."""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from engine.bench.evidence import Evidence
from engine.bench.measures import exposures, measure
from engine.commands.shared import ProgressLine, add_data, open_data, read_date, read_users, tell_gaps, write_json
from engine.data import Dataset
from engine.data.problems import refuse
from engine.encoders import item_vectors
from engine.evaluation.slates_file import SlatesFile, read_slates
from engine.training.training import with_purchases

Array = np.ndarray


def arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--slates", type=Path, required=True, help="slates Parquet, as `rerank` writes it")
    parser.add_argument("--since", help="interactions on or after this date count as relevant")
    parser.add_argument("--scope", choices=["all", "new"], default="all", help="new: only what the shopper never had")
    parser.add_argument("--users", help="a file with one shopper id a line (default: all in the slates)")
    parser.add_argument("--json", required=True, help="write the figures (or the problems) here")


def run(options: argparse.Namespace) -> None:
    progress = ProgressLine()
    data = open_data(options, progress)
    with_purchases(data)
    slates = read_slates(options.slates, data)
    tell_gaps(options.slates, slates)
    since = read_date(options.since) if options.since else None
    cutoff = slates.note.until or since  # popularity and histories: what the model saw
    history = data.before(pd.Timestamp(cutoff)) if cutoff is not None else data
    users = _asked(options.users, slates, data, history)
    items = slates.of(users)
    if not len(users) or (items < 0).all():
        whose = "of these shoppers" if options.users else "at all"
        raise refuse(options.slates.name, "slates", f"it holds no list {whose}", "write it with `rerank`")
    shown = np.union1d(history.eligible(), items[items >= 0])  # lists of others may show more than we would
    evidence = Evidence(
        history, users, item_vectors(history, "text", report=progress, rows=shown),
        data.since(since) if since is not None else None, options.scope, slates.note.eligible or len(shown),
    )  # fmt: skip
    measured = measure(items, evidence)
    figures = {key: measured.value(key) for key in [*measured.per_user, *measured.whole]}
    content: dict[str, object] = {key: value for key, (value, _) in figures.items()}
    content |= {f"exposure:{facet}": shares for facet, shares in exposures(items, evidence).items()}
    content["n"] = {key: counted for key, (_, counted) in figures.items()}
    empty = int((items < 0).all(axis=1).sum())
    content["lists"] = {"shoppers": len(users), "empty": empty}
    write_json(options.json, content)
    progress.close()
    for key, (value, counted) in figures.items():
        print(f"{key:<28} {value:10.4f}   {counted:,} shoppers")
    print(f"{len(users):,} shoppers, {empty:,} of them with an empty list")


def _asked(path: str | None, slates: SlatesFile, data: Dataset, history: Dataset) -> Array:
    """The shoppers whose lists are measured, int64 rows of the shop: those of the file, or those who are named.

    Lists are made for every shopper known before the cut-off, so a named one without a list was shown nothing and
    counts with an empty list; one who was not known then is left out, and so is who is not named. Both are said.
    """
    known = np.unique(history.interactions["user"].to_numpy())
    if path is None:
        without = np.setdiff1d(known, slates.users)
        if len(without):
            notice = (
                f"{len(without):,} of the {len(known):,} shoppers known before the cut-off have no list in the file"
            )
            print(f"{notice} and are left out; name them with --users to count their lists as empty", file=sys.stderr)
        return slates.users
    named = np.array(read_users(path, data), dtype=np.int64)
    users = named[np.isin(named, slates.users) | np.isin(named, known)]
    empty = len(np.setdiff1d(users, slates.users))
    if empty:
        print(f"{empty:,} named shoppers have no list in the file: they count with an empty list", file=sys.stderr)
    if len(users) < len(named):
        notice = f"{len(named) - len(users):,} named shoppers are not known before the cut-off and have no list"
        print(f"{notice}: they are left out", file=sys.stderr)
    return users
