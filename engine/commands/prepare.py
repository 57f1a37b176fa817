"""Read and check a shop's files, and store them prepared."""

import argparse
import json
import sys
from pathlib import Path

from engine.commands.shared import Progress
from engine.data import InputError, open_shop, peek, read_mapping, read_shop
from engine.data.columns import TABLES
from engine.data.disk import check_folder
from engine.data.problems import refuse
from engine.data.suggestions import suggest_mapping

UNMAPPED = ("missing_column", "undescribed", "unknown_event")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", choices=["sample"], help="prepare the bundled shop; takes no files")
    for name in ("items", "interactions", "users", "promotions"):
        parser.add_argument(f"--{name}", type=Path, help=f"CSV, CSV.gz or Parquet file of {name}")
    parser.add_argument("--mapping", type=Path, help='JSON: {"items": {"their column": "our column"}, ...}')
    parser.add_argument("--drop-bad", action="store_true", help="drop bad rows and say how many, instead of refusing")
    parser.add_argument("--out", type=Path, help="folder for the prepared shop")
    parser.add_argument("--json", help="write problems here if the input is refused")


def run(options: argparse.Namespace) -> None:
    progress = Progress()
    if options.data:
        data = open_shop(options.data, progress)
    else:
        if not options.items or not options.out:
            fix = "name them, or take --data sample"
            raise refuse("command line", "usage", "--items and --out are needed", fix)
        check_folder(options.out)
        mapping = read_mapping(options.mapping) if options.mapping else None
        try:
            data = read_shop(
                options.items, options.interactions, options.users, options.promotions,
                mapping=mapping, name=options.out.name, drop_bad=options.drop_bad, report=progress,
            )  # fmt: skip
        except InputError as refused:
            progress.close()
            if mapping is None and any(problem.kind in UNMAPPED for problem in refused.problems):
                _suggest(options)
            raise
        data.save(options.out)
    progress.close()
    print(f"{data.name}: {data.n_items:,} products, {data.n_users:,} shoppers, {len(data.interactions):,} interactions")


def _suggest(options: argparse.Namespace) -> None:
    """Say on stderr which mapping the files look like; it is never used unasked."""
    peeked = {}
    for table in TABLES:
        if path := getattr(options, table):
            try:
                peeked[table] = peek(path).cells
            except InputError:
                continue
    if mapping := suggest_mapping(peeked):
        text = json.dumps(mapping, ensure_ascii=False)
        print(f"Perhaps this mapping fits; check it, save it and give it as --mapping:\n{text}", file=sys.stderr)
