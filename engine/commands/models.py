"""Choose the model that makes a shop's lists, undo that, and see who chose which one, and why."""

import argparse
from dataclasses import asdict
from typing import Any

from engine.commands.shared import add_data, write_json
from engine.data import open_shop, shop_folder
from engine.recommend import RECOMMENDERS
from engine.training import registry
from engine.training.history import Change, history

WORDS = {
    "use": "{model} makes the lists, instead of {before}",
    "undo": "{model} makes the lists again, instead of {before}",
    "promoted": "an update of {model} was promoted",
    "rolled_back": "the last update of {model} was taken back",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    words = {
        "history": "every change, the oldest first",
        "use": "let another model make the lists",
        "undo": "take the last choice back",
    }
    for name, help_text in words.items():
        action = actions.add_parser(name, help=help_text)
        add_data(action)
        if name == "use":
            action.add_argument("--model", required=True, help=f"one of {', '.join(RECOMMENDERS)}")
        if name != "history":
            action.add_argument("--author", default="", help="who does this (default: the user of this computer)")
            action.add_argument("--comment", default="", help="why")
        action.add_argument("--json", help="write the result (or the problems) here")


def run(options: argparse.Namespace) -> None:
    open_shop(options.data)  # a folder without a shop is refused
    folder = shop_folder(options.data)
    if options.action == "use":
        registry.activate(folder, options.model, options.author, options.comment)
    elif options.action == "undo":
        registry.undo(folder, options.author, options.comment)
    changes = history(folder)
    shown = changes if options.action == "history" else changes[-1:]
    for change in shown:
        print(_change_text(change))
    print(f"{registry.active(folder)} makes the lists")
    if options.json:
        result: dict[str, Any] = {"model": registry.active(folder), "history": [asdict(change) for change in shown]}
        write_json(options.json, result)


def _change_text(change: Change) -> str:
    words = WORDS[change.kind].format(model=change.model, before=change.before)
    return f"{change.at[:16].replace('T', ' ')}  {words}, by {change.by}" + (f": {change.why}" if change.why else "")
