"""Measure lists that are already made."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from engine.commands.shared import Progress, add_data, open_data, read_date, read_users, write_json
from engine.encoders import item_vectors
from engine.experiments.evidence import Evidence
from engine.experiments.measures import exposures, measure
from engine.experiments.slates_file import read_slates
from engine.experiments.training import with_purchases


def arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--slates", type=Path, required=True, help="slates Parquet, as `rerank` writes it")
    parser.add_argument("--since", help="interactions on or after this date count as relevant")
    parser.add_argument("--scope", choices=["all", "new"], default="all", help="new: only what the shopper never had")
    parser.add_argument("--users", help="a file with one shopper id a line (default: all in the slates)")
    parser.add_argument("--json", required=True, help="write the figures (or the problems) here")


def run(options: argparse.Namespace) -> None:
    progress = Progress()
    data = open_data(options, progress)
    with_purchases(data)
    slates = read_slates(options.slates, data)
    since = read_date(options.since) if options.since else None
    cutoff = slates.note.get("until") or since  # popularity and histories: what the model saw
    history = data.before(pd.Timestamp(cutoff)) if cutoff is not None else data
    users, items = slates.users, slates.items
    if options.users:
        keep = np.isin(users, read_users(options.users, data))
        users, items = users[keep], items[keep]
    rows = np.union1d(history.eligible(), items[items >= 0])  # lists of others may show more than we would
    evidence = Evidence(
        history, users, item_vectors(history, "text", report=progress, rows=rows),
        data.since(since) if since is not None else None, options.scope, slates.note.get("eligible"),
    )  # fmt: skip
    measured = measure(items, evidence)
    figures = {key: measured.value(key) for key in [*measured.per_user, *measured.whole]}
    content: dict[str, object] = {key: value for key, (value, _) in figures.items()}
    content |= {f"exposure:{facet}": shares for facet, shares in exposures(items, evidence).items()}
    content["n"] = {key: counted for key, (_, counted) in figures.items()}
    write_json(options.json, content)
    progress.close()
    for key, (value, counted) in figures.items():
        print(f"{key:<28} {value:10.4f}   {counted:,} shoppers")
