"""Fit a model on the interactions before a date, and store it with the shop."""

import argparse

from engine.commands.shared import Progress, add_model, read_date
from engine.data import shop_folder
from engine.experiments.training import train


def arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--until", type=str, help="learn only from interactions before this date (default: all)")
    parser.add_argument("--device", choices=["auto", "cpu"], default="auto", help="today's models all train on the CPU")
    parser.add_argument("--json", help="write problems here if the input is refused")


def run(options: argparse.Namespace) -> None:
    progress = Progress()
    until = read_date(options.until) if options.until else None
    card = train(options.model, options.data, until, progress)
    progress.close()
    print(f"{card['name']} stored in {shop_folder(options.data)}, learned from all before {card['until'] or 'now'}")
