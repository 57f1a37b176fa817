"""Fit a model on the interactions before a date, and store it with the shop; update the live one, or roll back."""

import argparse

from engine.commands.shared import Progress, add_model, read_date
from engine.data import shop_folder
from engine.data.problems import refuse
from engine.experiments.training import train
from engine.experiments.update import Update, rollback, update

OUTCOMES = {
    "promoted": "retrained on everything and promoted: it is not worse than the live one was",
    "kept": "the live model stays: the retrained one is worse",
    "unchanged": "the live model stays: nothing has happened since it was trained",
    "too_little": "the live model stays: too few shoppers have bought since to judge by",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--until", type=str, help="learn only from interactions before this date (default: all)")
    parser.add_argument(
        "--update", action="store_true", help="retrain the live model on newer data; promote it if it is not worse"
    )
    parser.add_argument("--rollback", action="store_true", help="go back to the model that the last update replaced")
    parser.add_argument("--device", choices=["auto", "cpu"], default="auto", help="today's models all train on the CPU")
    parser.add_argument("--json", help="write problems here if the input is refused")


def run(options: argparse.Namespace) -> None:
    if sum([bool(options.until), options.update, options.rollback]) > 1:
        raise refuse("command line", "usage", "--until, --update and --rollback exclude each other", "give one of them")
    if options.rollback:
        card = rollback(options.model, options.data)
        print(f"{card['name']}: the model trained at {card['trained_at']} lives again")
        return
    progress = Progress()
    if options.update:
        done = update(options.model, options.data, progress)
        progress.close()
        _tell(options.model, done)
        return
    until = read_date(options.until) if options.until else None
    card = train(options.model, options.data, until, progress)
    progress.close()
    print(f"{card['name']} stored in {shop_folder(options.data)}, learned from all before {card['until'] or 'now'}")


def _tell(name: str, done: Update) -> None:
    print(f"{name}: {OUTCOMES[done.outcome]}")
    for scope, found in (done.scopes or {}).items():
        interval = f"[{found.low:+.4f}, {found.high:+.4f}]"
        print(f"{scope:>4}  ndcg@10 {found.difference:+.4f}  {interval}  {found.n_users} shoppers since {done.since}")
