"""Make every shopper's list under a strategy, and write them as Parquet."""

import argparse
import sys
from pathlib import Path

import numpy as np

from engine.bench.bench import Bench
from engine.commands.crowding import check_spread, write_prices
from engine.commands.forecasts import say_lists
from engine.commands.shared import (
    ProgressLine,
    add_model,
    open_bench,
    print_exposure,
    print_floor,
    print_kept,
    print_overrides,
    read_users,
)
from engine.data.storage.disk import check_file
from engine.data.storage.files import write_atomically
from engine.evaluation.relevance_floor import capped
from engine.evaluation.slates_file import slates_table, write_slates
from engine.explain.rule_prices import RulePrice, kind_of, price_table, rule_prices
from engine.slates.crowding import kept_crowding
from engine.strategy.rules import MOST_RULES
from engine.strategy.strategy import Strategy, read_strategy


def arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--strategy", type=Path, required=True, help="strategy JSON")
    parser.add_argument("--out", type=Path, required=True, help="slates Parquet")
    parser.add_argument("--only-new", action="store_true", help="leave out what the shopper had before the cut-off")
    parser.add_argument("--users", help="a file with one shopper id a line (default: everyone known)")
    parser.add_argument("--prices", type=Path, help="what each rule costs each list, Parquet")
    parser.add_argument("--crowding", type=Path, help="what spread makes each product cost, and its slots, Parquet")
    parser.add_argument("--json", help="write problems here if the input is refused")


def run(options: argparse.Namespace) -> None:
    for path in (options.out, options.prices, options.crowding):
        if path is not None:
            check_file(path)
    progress = ProgressLine()
    strategy = read_strategy(options.strategy)
    if options.crowding:
        check_spread(strategy, "crowding")
    bench = open_bench(options, progress)
    progress.close()
    say_lists(bench)
    if options.only_new:
        strategy = strategy.at(surface="new")
    asked_for, strategy = strategy, capped(bench, strategy)
    rows = None
    if options.users:
        users = read_users(options.users, bench.data)
        rows = np.flatnonzero(np.isin(bench.users, users))
        if len(rows) < len(users):
            print(
                f"{len(users) - len(rows):,} shoppers are not known before the cut-off and get no list", file=sys.stderr
            )
    kept_crowding(bench, strategy)
    table = slates_table(bench, strategy, rows)
    write_slates(options.out, table, bench, strategy, rows, options.strategy.name)
    if options.crowding:
        write_prices(bench, strategy, options.crowding)
    costs = _prices(bench, strategy, rows, options.prices) if options.prices else []
    progress.close()
    print_floor(bench, asked_for)
    print_kept(bench, strategy)
    print_overrides(bench, asked_for, strategy, rows)
    print_exposure(bench, strategy)
    print(f"{table['user_id'].nunique():,} lists, {len(table):,} slots: {options.out}")
    for price in costs:
        print(_price_text(price))


def _prices(bench: Bench, strategy: Strategy, rows: np.ndarray | None, out: Path) -> list[RulePrice]:
    """Every entry's price, written list by list."""
    prices = rule_prices(bench, strategy, rows, max_rules=MOST_RULES * 2)
    table = price_table(bench, prices, rows)
    write_atomically(out, lambda temporary: table.to_parquet(temporary, index=False))
    return prices


def _price_text(price: RulePrice) -> str:
    low, high = price.interval
    where = f"acts in {price.binds.sum():,} of {len(price.binds):,} lists, broken in {price.broken.sum():,}"
    cost = f"{100 * price.mean:.2f}% of relevance [{100 * low:.2f}, {100 * high:.2f}]"
    return f"rule {price.number + 1} ({kind_of(price.entry)}): {where}, costs {cost}"
