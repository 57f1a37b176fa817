"""Fit a model on the interactions before a date, and store it with the shop; update the live one, or roll back."""

import argparse
from typing import Any

from engine.commands.forecasts import say_training
from engine.commands.shared import ProgressLine, add_model, open_data, read_date
from engine.data import shop_folder
from engine.data.problems import refuse
from engine.data.reading.json_text import parse_json
from engine.data.storage.disk import check_folder
from engine.rerank.on_torch.device import card
from engine.training.training import fit
from engine.training.update import Update, rollback, update
from engine.words.numbers import signed

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
    parser.add_argument(
        "--use-promotions", action="store_true", help="read the promotion plan of the weeks ahead (hybrid, trilinear)"
    )
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="settings",
        help="a setting of the model, such as habit=2 (hybrid); repeat for several. docs/models.md names them",
    )  # fmt: skip
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="where trilinear trains")
    parser.add_argument("--json", help="write problems here if the input is refused")


def run(options: argparse.Namespace) -> None:
    if (options.use_promotions or options.settings) and (options.update or options.rollback):
        fix = "leave --use-promotions and --set out"
        raise refuse("command line", "usage", "an update keeps the live model's settings", fix)
    if sum([bool(options.until), options.update, options.rollback]) > 1:
        raise refuse("command line", "usage", "--until, --update and --rollback exclude each other", "give one of them")
    check_folder(shop_folder(options.data) / "models")
    if options.rollback:
        back = rollback(options.model, options.data)
        print(f"{back['name']}: the model trained at {back['trained_at']} lives again")
        return
    progress = ProgressLine()
    if options.update:
        done = update(options.model, options.data, progress)
        progress.close()
        _tell(options.model, done)
        return
    until = read_date(options.until) if options.until else None
    wishes = _wishes(options)
    data = open_data(options, progress)
    progress.close()
    say_training(options.model, data if until is None else data.before(until))
    _, card = fit(options.model, shop_folder(options.data), data, until, progress, wishes=wishes)
    progress.close()
    print(f"{card['name']} stored in {shop_folder(options.data)}, learned from all before {card['until'] or 'now'}")


def _wishes(options: argparse.Namespace) -> dict[str, Any]:
    """The settings that were asked for. Raises InputError for --set without =, or a graphics card that is not there."""
    wishes: dict[str, Any] = dict(_setting(text) for text in options.settings)
    if options.use_promotions:
        wishes["promotions"] = True
    if options.device == "cuda" and not card("auto"):
        raise refuse("--device", "no_gpu", "there is no CUDA GPU here", "take cpu or auto", value="cuda")
    if options.device == "cuda" or (options.device == "cpu" and options.model == "trilinear"):
        wishes["device"] = options.device
    return wishes


def _setting(text: str) -> tuple[str, Any]:
    """Name and value of `name=value`; the value is read as JSON, else it is a word."""
    name, given, value = text.partition("=")
    if not given:
        raise refuse("command line", "usage", "no value is given", "write it as NAME=VALUE", column="--set", value=text)
    try:
        return name.strip(), parse_json(value)
    except ValueError:
        return name.strip(), value.strip()


def _tell(name: str, done: Update) -> None:
    print(f"{name}: {OUTCOMES[done.outcome]}")
    for scope, test in (done.scopes or {}).items():
        interval = f"[{signed(test.low, 4)}, {signed(test.high, 4)}]"
        text = f"{signed(test.difference, 4)}  {interval}  {test.n_users} shoppers since {done.since}"
        print(f"{scope:>4}  ndcg@10 {text}")
