"""Read and check a shop's files, and store them prepared."""

import argparse
import json
import sys
from pathlib import Path
from typing import get_args

from engine.commands.prepare_words import print_notes, print_verdict, print_ways
from engine.commands.shared import Progress
from engine.data import Choices, InputError, Verdict, check_shop, open_shop, peek, read_mapping
from engine.data.choices import ANY, EVERY_LINE, Dates, Ids, Placeholder, Repeated
from engine.data.columns import TABLES
from engine.data.problems import refuse
from engine.data.suggestions import suggest_mapping

UNMAPPED = ("missing_column", "undescribed", "unknown_event")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", choices=["sample"], help="prepare the bundled shop; takes no files")
    for name in ("items", "interactions", "users", "promotions"):
        parser.add_argument(f"--{name}", type=Path, help=f"CSV, CSV.gz or Parquet file of {name}")
    parser.add_argument("--mapping", type=Path, help='JSON: {"items": {"their column": "our column"}, ...}')
    parser.add_argument("--drop-bad", action="store_true", help="drop bad rows and say which, instead of refusing")
    parser.add_argument(
        "--empty-bad", action="store_true", help="empty cells that cannot be read and may be missing, and say which"
    )
    parser.add_argument(
        "--placeholders", action="append", default=[], metavar="[COLUMN=]ANSWER",
        help="whether NA, NULL, nan and the like are `missing` or values to `keep`; repeat it for several columns",
    )  # fmt: skip
    parser.add_argument("--every-line", choices=EVERY_LINE, help="what every line of a log without an event column is")
    parser.add_argument("--odd-dates", choices=get_args(Dates), help="lines that lie years away from all others")
    parser.add_argument("--ids", choices=get_args(Ids), help="ids that differ only by spaces, case, .0 and the like")
    parser.add_argument("--repeated-ids", choices=get_args(Repeated), help="several rows of one item id: one product")
    parser.add_argument("--out", type=Path, help="folder for the prepared shop")
    parser.add_argument("--json", help="write problems here if the input is refused")


def run(options: argparse.Namespace) -> None:
    progress = Progress()
    verdict = None
    if options.data:
        data = open_shop(options.data, progress)
    else:
        if not options.items or not options.out:
            fix = "name them, or take --data sample"
            raise refuse("command line", "usage", "--items and --out are needed", fix)
        verdict = _checked(options, progress)
        try:
            data = verdict.shop(options.drop_bad)
        except InputError as refused:
            if options.mapping is None and any(problem.kind in UNMAPPED for problem in refused.problems):
                _suggest(options)
            print_notes(verdict)
            if not options.drop_bad:
                print_ways(verdict)
            raise
        data.save(options.out)
    progress.close()
    print(f"{data.name}: {data.n_items:,} products, {data.n_users:,} shoppers, {len(data.interactions):,} interactions")
    if verdict is not None:
        print_verdict(verdict)
        print_notes(verdict)


def _checked(options: argparse.Namespace, progress: Progress) -> Verdict:
    choices = read_choices(options)
    mapping = read_mapping(options.mapping) if options.mapping else None
    try:
        return check_shop(
            options.items, options.interactions, options.users, options.promotions,
            mapping=mapping, name=options.out.name, report=progress, choices=choices,
        )  # fmt: skip
    finally:
        progress.close()


def read_choices(options: argparse.Namespace) -> Choices:
    """The answers of the command line. Raises InputError for placeholders that are neither missing nor kept."""
    placeholders = {}
    for text in options.placeholders:
        column, _, answer = text.rpartition("=")
        if answer not in get_args(Placeholder):
            fix = "write --placeholders missing, or --placeholders brand=keep"
            raise refuse("command line", "usage", "--placeholders needs missing or keep", fix, value=text)
        placeholders[column or ANY] = answer
    return Choices(
        drop_bad=options.drop_bad,
        empty_bad=options.empty_bad,
        placeholders=placeholders,
        every_line=options.every_line,
        odd_dates=options.odd_dates,
        ids=options.ids,
        repeated_ids=options.repeated_ids,
    )


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
