"""Read and check a shop's files, and store them prepared."""

import argparse
from pathlib import Path

from engine.commands.shared import Progress
from engine.data import open_shop, read_mapping, read_shop
from engine.data.problems import refuse


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
        data = read_shop(
            options.items, options.interactions, options.users, options.promotions,
            mapping=read_mapping(options.mapping) if options.mapping else None,
            name=options.out.name, drop_bad=options.drop_bad, report=progress,
        )  # fmt: skip
        data.save(options.out)
    progress.close()
    print(f"{data.name}: {data.n_items:,} products, {data.n_users:,} shoppers, {len(data.interactions):,} interactions")
