"""Read and check a shop's files, and store them prepared."""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from engine.commands.forecasts import say_intake
from engine.commands.prepare_suggestions import print_suggestions, print_unknown_events, suggested_mapping
from engine.commands.prepare_words import print_notes, print_verdict, print_ways
from engine.commands.shared import ProgressLine
from engine.data import Choices, FileOptions, InputError, Verdict, check_shop, open_shop, read_mapping
from engine.data.intake.choices import (
    ANY,
    BY_COLUMN,
    EVERY_LINE,
    Colours,
    Dates,
    Ids,
    Lines,
    Paths,
    Repeated,
    Variants,
)
from engine.data.problems import refuse
from engine.data.reading.columns import SCHEMAS, TABLES
from engine.data.reading.encodings import ENCODINGS, encoding_named
from engine.data.storage.disk import check_folder
from engine.data.storage.identity import checked_id, data_hash, identify, set_id

SINGLE = {"orders": "order lines", "reviews": "reviews", "events": "clicks, views and the like"}
HEADERLESS = "headerless"
UNMAPPED = ("missing_column", "undescribed", "unknown_event", HEADERLESS)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", choices=["sample"], help="prepare the bundled shop; takes no files")
    for name in ("items", "interactions", "users", "promotions"):
        parser.add_argument(f"--{name}", type=Path, help=f"CSV, JSON, Excel or Parquet file of {name}")
    for name, held in SINGLE.items():
        parser.add_argument(
            f"--{name}", type=Path, dest=_kind(name), metavar=name.upper(),
            help=f"one file of {held} instead of --items and --interactions",
        )  # fmt: skip
    parser.add_argument("--mapping", type=Path, help='JSON: {"items": {"their column": "our column"}, ...}')
    parser.add_argument(
        "--as-suggested", action="store_true", help="read the columns as a refusal suggests, and say which is which"
    )
    parser.add_argument(
        "--encoding", action="append", default=[], metavar="[TABLE=]NAME",
        help=f"encoding of text files that are not UTF-8: one of {', '.join(ENCODINGS)}",
    )  # fmt: skip
    parser.add_argument(
        "--header", action="append", default=[], metavar="TABLE=NAME,NAME,...",
        help="names of the columns of a CSV file that has no header line",
    )  # fmt: skip
    parser.add_argument(
        "--sheet", action="append", default=[], metavar="TABLE=NAME",
        help="the sheet to read of an Excel workbook that has several",
    )  # fmt: skip
    parser.add_argument("--drop-bad", action="store_true", help="drop bad rows and say which, instead of refusing")
    parser.add_argument(
        "--empty-bad", action="store_true", help="empty cells that cannot be read and may be missing, and say which"
    )
    parser.add_argument(
        "--placeholders", action="append", default=[], metavar="[COLUMN=]ANSWER",
        help="whether NA, NULL, nan and the like are `missing` or values to `keep`; repeat it for several columns",
    )  # fmt: skip
    parser.add_argument(
        "--decimal", action="append", default=[], metavar="[COLUMN=]MARK",
        help="the decimal mark, `point` or `comma`, of numbers that could be read in two ways, as 1.299",
    )  # fmt: skip
    parser.add_argument(
        "--date-order", action="append", default=[], metavar="[COLUMN=]ORDER",
        help="`dmy`, `mdy` or `ymd`: the order of day, month and year in dates that could be read in several ways",
    )  # fmt: skip
    parser.add_argument("--every-line", choices=EVERY_LINE, help="what every line of a log without an event column is")
    parser.add_argument("--odd-dates", choices=get_args(Dates), help="lines that lie years away from all others")
    parser.add_argument("--ids", choices=get_args(Ids), help="ids that differ only by spaces, case, .0 and the like")
    parser.add_argument("--repeated-ids", choices=get_args(Repeated), help="several rows of one item id: one product")
    parser.add_argument(
        "--variants", choices=get_args(Variants), help="rows that name a parent: a part of it, or products"
    )
    parser.add_argument("--paths", choices=get_args(Paths), help="categories as A > B > C: category and subcategory")
    parser.add_argument("--colours", choices=get_args(Colours), help="a column of the colours that titles name")
    parser.add_argument(
        "--service-lines", choices=get_args(Lines), help="lines of orders that seem to be postage, fees or vouchers"
    )
    parser.add_argument("--free-lines", choices=get_args(Lines), help="lines of orders with the price 0")
    parser.add_argument(
        "--leave-out", metavar="ID,ID,...", help="ids of orders that are no products, instead of the suggested ones"
    )
    parser.add_argument("--out", type=Path, help="folder for the prepared shop")
    parser.add_argument(
        "--shop-id", help="the shop's id, by which saved strategies find it (default: the folder's own, else a new one)"
    )
    parser.add_argument("--json", help="write problems here if the input is refused")


def run(options: argparse.Namespace) -> None:
    if options.shop_id is not None:
        checked_id(options.shop_id)
    progress = ProgressLine()
    verdict = None
    if options.data:
        if options.shop_id is not None:
            raise refuse("command line", "usage", "the bundled shop has no other id", "leave --shop-id out")
        data = open_shop(options.data, progress)
    else:
        _check_files(options)
        check_folder(options.out)
        file_settings = file_options(options.encoding, options.header, options.sheet)
        say_intake(list(_paths(options).values()))
        verdict = _checked(options, file_settings, progress)
        try:
            data = verdict.shop(options.drop_bad)
        except InputError as refused:
            print_unknown_events(verdict.unknown_events)
            if options.mapping is None and any(problem.kind in UNMAPPED for problem in refused.problems):
                headerless = {each.file for each in refused.problems if each.kind == HEADERLESS}
                print_suggestions(_paths(options), file_settings, headerless)
            print_notes(verdict)
            if not options.drop_bad:
                print_ways(verdict)
            raise
        _identify(options)  # what the folder held until now tells which strategies were saved for it
        data.save(options.out)
        _identify(options)
    progress.close()
    print(f"{data.name}: {data.n_items:,} products, {data.n_users:,} shoppers, {len(data.interactions):,} interactions")
    if data.anonymous is not None:
        print(f"{len(data.anonymous):,} more lines of unknown shoppers")
    if data.currency:
        print(f"amounts in {data.currency}")
    if verdict is not None:
        print_verdict(verdict)
        print_notes(verdict)


def _check_files(options: argparse.Namespace) -> None:
    """Raise InputError unless a catalogue or one single file is given, read in one way, and the shop has a place."""
    single = [name for name in SINGLE if getattr(options, _kind(name))]
    if not options.out or not (options.items or single):
        fix = "name them, or take --data sample"
        needed = "--out and one of --orders, --reviews, --events or --items are needed"
        raise refuse("command line", "usage", needed, fix)
    if len(single) + bool(options.items or options.interactions) > 1:
        problem = f"--{single[0]} already holds products and log"
        raise refuse("command line", "usage", problem, "Give one such file, or --items with --interactions")
    if options.mapping and options.as_suggested:
        raise refuse("command line", "usage", "--mapping and --as-suggested are both given", "Leave one of them out")


def _kind(name: str) -> str:
    """The table that an option of `SINGLE` fills; `events` are the meanings of events in a mapping."""
    return "activity" if name == "events" else name


def _paths(options: argparse.Namespace) -> dict[str, Path]:
    """The files that were given, by table."""
    return {table: getattr(options, table) for table in SCHEMAS if getattr(options, table)}


def _checked(options: argparse.Namespace, file_settings: dict[str, FileOptions], progress: ProgressLine) -> Verdict:
    choices = read_choices(options)
    mapping = read_mapping(options.mapping) if options.mapping else None
    if options.as_suggested:
        mapping = suggested_mapping(_paths(options), file_settings)
    try:
        return check_shop(
            **_paths(options),
            mapping=mapping, name=options.out.name, report=progress, options=file_settings,
            choices=choices,
        )  # fmt: skip
    finally:
        progress.close()


def read_choices(options: argparse.Namespace) -> Choices:
    """The answers of the command line. Raises InputError for an answer by column that is none."""
    by_column: dict[str, dict[str, Any]] = {}
    for setting, answers in BY_COLUMN.items():
        by_column[setting] = {}
        for text in getattr(options, setting):
            column, _, answer = text.rpartition("=")
            if answer not in answers:
                flag = f"--{setting.replace('_', '-')}"
                fix = f"write {flag} {answers[0]}, or {flag} COLUMN={answers[1]}"
                raise refuse("command line", "usage", f"{flag} needs {' or '.join(answers)}", fix, value=text)
            by_column[setting][column or ANY] = answer
    return Choices(
        drop_bad=options.drop_bad,
        empty_bad=options.empty_bad,
        every_line=options.every_line,
        odd_dates=options.odd_dates,
        ids=options.ids,
        repeated_ids=options.repeated_ids,
        variants=options.variants,
        paths=options.paths,
        colours=options.colours,
        service_lines=options.service_lines,
        free_lines=options.free_lines,
        leave_out=tuple(options.leave_out.split(",")) if options.leave_out else None,
        **by_column,
    )


def file_options(
    encodings: Iterable[str], headers: Iterable[str], sheets: Iterable[str] = ()
) -> dict[str, FileOptions]:
    """{table: options} from `gb18030` (of all tables) or `items=gb18030`, from `items=item_id,title` and from
    `items=Products`.

    Raises InputError for a table or an encoding that is unknown.
    """
    by_table = dict.fromkeys(SCHEMAS, FileOptions())
    for text in encodings:
        table, given, name = text.rpartition("=")
        for kind in [_table("--encoding", table, text)] if given else SCHEMAS:
            by_table[kind] = replace(by_table[kind], encoding=encoding_named(name.strip().lower()))
    for text in headers:
        table, _, names = text.partition("=")
        table = _table("--header", table, text)
        by_table[table] = replace(by_table[table], header=tuple(name.strip() for name in names.split(",")))
    for text in sheets:
        table, _, name = text.partition("=")
        table = _table("--sheet", table, text)
        by_table[table] = replace(by_table[table], sheet=name)
    return by_table


def _table(option: str, name: str, text: str) -> str:
    if _kind(name.strip()) not in SCHEMAS:
        fix = f"write {option} TABLE=..., with one of {', '.join([*TABLES, *SINGLE])}"
        raise refuse("command line", "usage", "not a table", fix, column=option, value=text)
    return _kind(name.strip())


def _identify(options: argparse.Namespace) -> None:
    """Give the shop that is prepared in the folder its id, if there is one: the id asked for, else one of its own."""
    if options.shop_id is None:
        identify(options.out)
    elif data_hash(options.out) and (before := set_id(options.out, options.shop_id)):
        print(f"The shop's id was {before}; strategies saved for that id stay with it.", file=sys.stderr)
