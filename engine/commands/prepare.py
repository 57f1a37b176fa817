"""Read and check a shop's files, and store them prepared."""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from engine.commands.shared import Progress
from engine.data import FileOptions, InputError, open_shop, peek, read_mapping, read_shop
from engine.data.columns import TABLES
from engine.data.disk import check_folder
from engine.data.encodings import ENCODINGS
from engine.data.identity import checked_id, data_hash, identify, set_id
from engine.data.problems import refuse
from engine.data.suggestions import suggest_mapping

UNMAPPED = ("missing_column", "undescribed", "unknown_event")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", choices=["sample"], help="prepare the bundled shop; takes no files")
    for name in ("items", "interactions", "users", "promotions"):
        parser.add_argument(f"--{name}", type=Path, help=f"CSV, JSON or Parquet file of {name}")
    parser.add_argument("--mapping", type=Path, help='JSON: {"items": {"their column": "our column"}, ...}')
    parser.add_argument(
        "--encoding", action="append", default=[], metavar="[TABLE=]NAME",
        help=f"encoding of text files that are not UTF-8: one of {', '.join(ENCODINGS)}",
    )  # fmt: skip
    parser.add_argument(
        "--header", action="append", default=[], metavar="TABLE=NAME,NAME,...",
        help="names of the columns of a CSV file that has no header line",
    )  # fmt: skip
    parser.add_argument("--drop-bad", action="store_true", help="drop bad rows and say how many, instead of refusing")
    parser.add_argument("--out", type=Path, help="folder for the prepared shop")
    parser.add_argument(
        "--shop-id", help="the shop's id, by which saved strategies find it (default: the folder's own, else a new one)"
    )
    parser.add_argument("--json", help="write problems here if the input is refused")


def run(options: argparse.Namespace) -> None:
    if options.shop_id is not None:
        checked_id(options.shop_id)
    progress = Progress()
    if options.data:
        if options.shop_id is not None:
            raise refuse("command line", "usage", "the bundled shop has no other id", "leave --shop-id out")
        data = open_shop(options.data, progress)
    else:
        if not options.items or not options.out:
            fix = "name them, or take --data sample"
            raise refuse("command line", "usage", "--items and --out are needed", fix)
        check_folder(options.out)
        mapping = read_mapping(options.mapping) if options.mapping else None
        said = file_options(options.encoding, options.header)
        try:
            data = read_shop(
                options.items, options.interactions, options.users, options.promotions,
                mapping=mapping, name=options.out.name, drop_bad=options.drop_bad, report=progress,
                options=said,
            )  # fmt: skip
        except InputError as refused:
            progress.close()
            if mapping is None and any(problem.kind in UNMAPPED for problem in refused.problems):
                _suggest(options, said)
            raise
        _identify(options)  # what the folder held until now tells which strategies were saved for it
        data.save(options.out)
        _identify(options)
    progress.close()
    print(f"{data.name}: {data.n_items:,} products, {data.n_users:,} shoppers, {len(data.interactions):,} interactions")


def file_options(encodings: Iterable[str], headers: Iterable[str]) -> dict[str, FileOptions]:
    """{table: options} from `gb18030` (of all tables) or `items=gb18030`, and from `items=item_id,title`.

    Raises InputError for a table or an encoding that is unknown.
    """
    found = dict.fromkeys(TABLES, FileOptions())
    for text in encodings:
        table, given, name = text.rpartition("=")
        for each in [_table("--encoding", table, text)] if given else TABLES:
            found[each] = replace(found[each], encoding=name.strip().lower())
    for text in headers:
        table, _, names = text.partition("=")
        table = _table("--header", table, text)
        found[table] = replace(found[table], header=tuple(name.strip() for name in names.split(",")))
    return found


def _table(option: str, name: str, text: str) -> str:
    if name.strip() not in TABLES:
        fix = f"write {option} TABLE=..., with one of {', '.join(TABLES)}"
        raise refuse("command line", "usage", "not a table", fix, column=option, value=text)
    return name.strip()


def _identify(options: argparse.Namespace) -> None:
    """Give the shop that is prepared in the folder its id, if there is one: the id asked for, else one of its own."""
    if options.shop_id is None:
        identify(options.out)
    elif data_hash(options.out) and (before := set_id(options.out, options.shop_id)):
        print(f"The shop's id was {before}; strategies saved for that id stay with it.", file=sys.stderr)


def _suggest(options: argparse.Namespace, said: dict[str, FileOptions]) -> None:
    """Say on stderr which mapping the files look like; it is never used unasked."""
    peeked = {}
    for table in TABLES:
        if path := getattr(options, table):
            try:
                peeked[table] = peek(path, options=said[table]).cells
            except InputError:
                continue
    if mapping := suggest_mapping(peeked):
        text = json.dumps(mapping, ensure_ascii=False)
        print(f"Perhaps this mapping fits; check it, save it and give it as --mapping:\n{text}", file=sys.stderr)
